"""What is opened to look at the connection: its details, and the test of the network."""

from __future__ import annotations

from app.structs import replace
from app.views.rows import LinkDetailsRow, LinkQuality, StatusRow
from app.views.server_rows import ConnectRow, NetworkTestRow, StepMark, StepRow
from tests.app.views.conftest import Stage, texts_of

GOOD = StatusRow(LinkQuality.GOOD, "24 ms · 0 % lost", "24 ms", "tooltip")
DETAILS = LinkDetailsRow(
    "Harbour", GOOD, (("Address", "host:1"), ("Round trip", "24 ms")), "abcdefgh", "Encrypted.",
    "You have every message", is_complete=True,
)  # fmt: skip
TEST = NetworkTestRow(
    "host:1",
    (
        StepRow("Own address", StepMark.GOOD, "192.0.2.5"),
        StepRow("Reply", StepMark.RUNNING),
        StepRow("Loss", StepMark.WAITING),
    ),
    "Testing…",
    is_running=True,
)


class TestDetails:
    def test_a_click_on_the_pill_opens_and_closes_them(self, stage: Stage) -> None:
        pill, details = stage.window.header.pill, stage.window.popups.link_details()

        pill.event_generate("<ButtonRelease-1>", x=4, y=4)
        stage.settle()
        assert stage.calls.named("on_link_details") == [(True,)]
        stage.window.show_link_details(DETAILS)
        stage.settle()
        assert details.winfo_ismapped()
        assert details.holding.cget("text") == "You have every message"
        assert details.fingerprint.cget("text") == "abcd efgh"

        pill.event_generate("<ButtonRelease-1>", x=4, y=4)
        stage.settle()
        assert not details.winfo_ismapped()
        assert stage.calls.named("on_link_details") == [(True,), (False,)]

    def test_a_long_name_leaves_room_for_the_cross(self, stage: Stage) -> None:
        stage.press(stage.window.header.pill, "<Key-space>")
        details = stage.window.popups.link_details()
        stage.window.show_link_details(replace(DETAILS, server="a very long name " * 3))
        stage.settle()

        title, cross = details._title, details.close_button
        assert title.winfo_reqwidth() <= title.winfo_width()
        assert title.winfo_x() + title.winfo_width() <= cross.winfo_x()
        assert cross.winfo_width() >= cross.winfo_reqwidth()
        assert texts_of(title)[-1].endswith("…")

    def test_keys_open_and_close_them(self, stage: Stage) -> None:
        stage.press(stage.window.header.pill, "<Key-space>")
        details = stage.window.popups.link_details()
        assert details.winfo_ismapped()
        assert stage.window.root.focus_get() is details.close_button

        stage.press(details.close_button, "<Escape>")

        assert not details.winfo_ismapped()
        assert stage.calls.named("on_link_details") == [(True,), (False,)]
        assert stage.window.root.focus_get() is stage.window.composer.text

    def test_facts_come_and_go(self, stage: Stage) -> None:
        details = stage.window.popups.link_details()
        stage.window.toggle_link_details()
        for facts in (DETAILS.facts, DETAILS.facts[:1], DETAILS.facts):
            stage.window.show_link_details(LinkDetailsRow("x", GOOD, facts))
            shown = tuple((n.cget("text"), v.cget("text")) for n, v in details._facts._lines)
            assert shown == facts

    def test_fingerprint_is_copied_as_it_is(self, stage: Stage) -> None:
        stage.window.toggle_link_details()
        stage.window.show_link_details(DETAILS)

        stage.press(stage.window.popups.link_details().copy_button, "<Return>")

        assert stage.window.root.clipboard_get() == "abcdefgh"

    def test_fit_a_narrow_window(self, stage: Stage) -> None:
        for width in (480, 1100):
            stage.resize(width)
            stage.window.toggle_link_details()
            stage.window.show_link_details(DETAILS)
            stage.settle()
            details = stage.window.popups.link_details()
            left = details.winfo_rootx() - stage.window.root.winfo_rootx()
            assert left >= 0 and left + details.winfo_width() <= width
            stage.window.toggle_link_details()


class TestTest:
    def test_shows_its_steps_and_can_be_stopped(self, stage: Stage) -> None:
        stage.window.popups.open_network_test(None)
        assert stage.calls.named("on_test_network") == [(None,)]
        view = stage.window.popups.network_test()
        stage.window.show_network_test(TEST)
        stage.settle()
        assert view.winfo_ismapped() and view.button.cget("text") == "Stop"
        assert view.summary.cget("text") == "Testing…"

        stage.press(view.button, "<Return>")
        assert stage.calls.named("on_stop_test") == [()]
        stage.window.show_network_test(NetworkTestRow("host:1", TEST.steps, "Done."))
        stage.press(view.button, "<Return>")
        assert stage.calls.named("on_test_again") == [()]

    def test_escape_ends_it(self, stage: Stage) -> None:
        stage.window.popups.open_network_test(None)
        view = stage.window.popups.network_test()

        stage.press(view.button, "<Escape>")

        assert not view.winfo_ismapped()
        assert stage.calls.named("on_stop_test") == [()]

    def test_result_is_copied_as_text(self, stage: Stage) -> None:
        stage.window.popups.open_network_test(None)
        stage.window.show_network_test(NetworkTestRow("host:1", TEST.steps, "Done."))

        stage.press(stage.window.popups.network_test().copy_button, "<Return>")

        assert stage.window.root.clipboard_get() == (
            "host:1\nOwn address: works · 192.0.2.5\nReply: running…\nLoss: waiting\nDone."
        )

    def test_from_the_connect_page_and_back(self, stage: Stage) -> None:
        stage.window.show_connect(ConnectRow("anna", "host:1"))
        page, view = stage.window.connect_page, stage.window.popups.network_test()

        stage.press(page.test_button, "<Return>")
        assert stage.calls.named("on_test_network") == [("host:1",)]
        assert view.winfo_ismapped()

        stage.press(view.button, "<Escape>")
        assert not view.winfo_ismapped() and stage.window.is_covered
        assert stage.window.root.focus_get() is page.button
