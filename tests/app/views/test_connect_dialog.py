"""The connect page: lists of servers, the typed address, and what a choice calls back."""

from __future__ import annotations

import pytest

from app.structs import replace
from app.views.hint import hint_of
from app.views.server_list_view import ROW_HEIGHT
from app.views.server_rows import ConnectRow, ServerRow
from tests.app.views.conftest import Stage, texts_of

FOUND = tuple(ServerRow(f"192.0.2.{n}:48228", f"Server {n}", "3 online") for n in range(9))
SAVED = (ServerRow("a.example:1", "Harbour", "as anna"), ServerRow("b.example:1", "Studio"))


def show(stage: Stage, row: ConnectRow) -> None:
    # The page keeps what was typed as long as rows agree: begin from another one.
    stage.window.show_connect(ConnectRow("x", "x"))
    stage.window.show_connect(row)
    stage.settle()


class TestLists:
    def test_found_server_is_chosen_by_a_click(self, stage: Stage) -> None:
        show(stage, ConnectRow("anna", "", found=FOUND))

        found = stage.window.connect_page.found
        found.event_generate("<ButtonRelease-1>", x=40, y=found.look.px(ROW_HEIGHT) // 2)

        assert stage.calls.named("on_connect") == [("anna", "192.0.2.0:48228")]

    def test_a_claim_is_gone_to_with_the_key_it_must_have_and_never_by_itself(
        self, stage: Stage
    ) -> None:
        link = "hubbub://192.0.2.7:1#" + "a" * 32
        claim = ServerRow("192.0.2.7:1", "Harbour", "as anna", is_new=True, link=link)
        show(stage, ConnectRow("anna", "", found=(claim,), saved=SAVED[:1]))
        page = stage.window.connect_page
        page.button.invoke()
        assert stage.calls.named("on_connect") == [("anna", SAVED[0].address)]

        page.found.event_generate("<ButtonRelease-1>", x=40, y=page.look.px(ROW_HEIGHT) // 2)

        assert stage.calls.named("on_connect")[1:] == [("anna", link)]
        stage.until(lambda: bool(page.found.find_withtag("selected")))

    def test_a_chosen_server_that_vanishes_stands_in_the_field(self, stage: Stage) -> None:
        row = ConnectRow("", "", found=FOUND)
        show(stage, row)
        page = stage.window.connect_page
        stage.press(page.found, "<Home>", "<Return>")
        stage.window.show_connect(replace(row, found=FOUND[1:]))
        assert page.server.get() == FOUND[0].address
        page.nick.insert(0, "anna")
        stage.press(page.nick, "<Return>")
        assert stage.calls.named("on_connect") == [("anna", FOUND[0].address)]

    def test_what_was_typed_goes_with_the_page(self, stage: Stage) -> None:
        row = ConnectRow("anna", "")
        show(stage, row)
        page = stage.window.connect_page
        page.nick.insert("end", "bel")
        page.server.insert(0, "c.example")
        stage.window.show_chat()
        show(stage, row)
        assert (page.nick.get(), page.server.get()) == ("anna", "")

    def test_chosen_server_waits_for_the_nick(self, stage: Stage) -> None:
        show(stage, ConnectRow("", "", found=FOUND))
        page = stage.window.connect_page

        stage.press(page.found, "<Home>", "<Return>")

        assert stage.calls.named("on_connect") == []
        assert page.server.get() == "", "it is marked in its list, and there alone"
        assert len(page.found.find_withtag("selected")) == 1
        page.nick.insert(0, "anna")
        stage.press(page.nick, "<Return>")
        assert stage.calls.named("on_connect") == [("anna", "192.0.2.0:48228")]

    def test_what_is_typed_takes_the_place_of_the_chosen_one(self, stage: Stage) -> None:
        show(stage, ConnectRow("", "", found=FOUND))
        page = stage.window.connect_page
        stage.press(page.found, "<Home>", "<Return>")
        page.server.insert(0, "b.example")
        stage.press(page.server, "<KeyRelease>")
        assert not page.found.find_withtag("selected")
        page.nick.insert(0, "anna")
        stage.press(page.nick, "<Return>")
        assert stage.calls.named("on_connect") == [("anna", "b.example")]

    def test_a_taken_nick_is_said_at_its_field(self, stage: Stage) -> None:
        show(stage, ConnectRow("ben_", "a:1", "ben is taken. Use ben_?", is_about_nick=True))
        page = stage.window.connect_page
        assert page._nick_error.winfo_viewable() and not page._error.winfo_manager()
        assert page._nick_error.cget("text").strip() == "ben is taken. Use ben_?"
        assert page._nick_error.winfo_rooty() < page.found.winfo_rooty()
        page.nick.insert("end", "b")
        stage.press(page.nick, "<KeyRelease>")
        assert not page._nick_error.winfo_manager()

    @pytest.mark.parametrize("is_clicked", [True, False])
    def test_a_server_of_the_list_is_not_written_out_when_the_nick_is_taken(
        self, stage: Stage, is_clicked: bool
    ) -> None:
        row = ConnectRow("ben", "", found=FOUND[:1])
        show(stage, row)
        page = stage.window.connect_page
        if is_clicked:
            stage.press(page.found, "<Home>", "<Return>")
        else:
            stage.press(page.nick, "<Return>")  # it is the only one, and meant
        server = FOUND[0].address
        assert stage.calls.named("on_connect") == [("ben", server)]
        asking = replace(row, server=server, is_busy=True, status="Waiting…")
        refused = replace(
            row, nick="ben_", server=server, error="ben is taken. Use ben_?", is_about_nick=True
        )
        for each in (asking, refused):
            stage.window.show_connect(each)
            stage.settle()
            assert page.server.get() == ""
            assert len(page.found.find_withtag("selected")) == 1
        stage.press(page.nick, "<Return>")
        assert stage.calls.named("on_connect")[1:] == [("ben_", server)]

    def test_a_missing_nick_is_asked_for_at_its_field(self, stage: Stage) -> None:
        row = ConnectRow("", "a.example:1", found=FOUND[:1])
        show(stage, row)
        page = stage.window.connect_page
        assert not page._nick_error.winfo_manager()
        stage.press(page.button, "<Key-space>")
        # What is news of the servers takes nothing away that the page said.
        stage.window.show_connect(replace(row, found=FOUND))
        stage.settle()
        assert page._nick_error.winfo_viewable()
        assert page._nick_error.cget("text").strip() == "Type a nick."
        assert stage.window.root.focus_get() is page.nick
        page.nick.insert("end", "a")
        stage.press(page.nick, "<KeyRelease>")
        assert not page._nick_error.winfo_manager()
        assert stage.calls.named("on_connect") == []

    def test_a_missing_server_stays_asked_for(self, stage: Stage) -> None:
        row = ConnectRow("anna", "", search="Looking…")
        show(stage, row)
        page = stage.window.connect_page
        page.button.invoke()
        stage.window.show_connect(replace(row, search="No server found."))
        assert page._error.cget("text").strip() == "Type the address of a server."

    def test_without_a_default_the_only_server_is_not_chosen(self, stage: Stage) -> None:
        show(stage, ConnectRow("anna", "", saved=SAVED[:1], has_default=False))
        page = stage.window.connect_page
        page.button.invoke()
        assert stage.calls.named("on_connect") == []
        assert page._error.cget("text").strip() == "Choose a server above, or type an address."
        stage.press(page.saved, "<Home>", "<Return>")
        assert stage.calls.named("on_connect") == [("anna", "a.example:1")]

    def test_other_ways_to_a_server_are_shown_and_chosen_by_its_menu(self, stage: Stage) -> None:
        row = ServerRow("a.example:1", "Harbour", others=("10.0.0.5:1",))
        show(stage, ConnectRow("anna", "", saved=(row,)))
        saved = stage.window.connect_page.saved
        assert "a.example:1 · 10.0.0.5:1" in texts_of(saved)
        menu = saved.fill_menu(row)
        labels = [menu.entrycget(at, "label") for at in range(int(menu.index("end") or 0) + 1)]
        assert labels == ["Connect", "Connect at 10.0.0.5:1", "Forget server"]
        menu.invoke(1)
        assert stage.calls.named("on_connect") == [("anna", "10.0.0.5:1")]

    def test_the_server_that_was_left_is_marked_and_connected_to(self, stage: Stage) -> None:
        left = ServerRow("10.0.0.5:1", "Harbour", others=("a.example:1",))
        rows = ConnectRow("anna", "", found=(FOUND[0], left), saved=SAVED[1:], chosen="a.example:1")
        show(stage, ConnectRow("anna", "hubbub://a.example:1#f", is_busy=True))
        show(stage, rows)
        page = stage.window.connect_page
        assert page.server.get() == ""
        assert len(page.found.find_withtag("selected")) == 1
        assert not page.saved.find_withtag("selected")
        page.button.invoke()
        assert stage.calls.named("on_connect") == [("anna", "10.0.0.5:1")]

    def test_what_is_typed_counts_more(self, stage: Stage) -> None:
        show(stage, ConnectRow("anna", "", saved=SAVED, chosen=SAVED[0].address))
        page = stage.window.connect_page
        page.server.insert(0, "c.example")
        page.button.invoke()
        assert stage.calls.named("on_connect") == [("anna", "c.example")]

    def test_used_server_that_is_found_can_be_forgotten(self, stage: Stage) -> None:
        show(stage, ConnectRow("anna", "", found=SAVED[:1]))
        stage.press(stage.window.connect_page.found, "<Home>", "<Delete>")
        assert stage.calls.named("on_forget_server") == [(SAVED[0].address,)]

    def test_saved_server_is_forgotten_by_delete(self, stage: Stage) -> None:
        show(stage, ConnectRow("anna", "", saved=SAVED))

        stage.press(stage.window.connect_page.saved, "<Home>", "<Down>", "<Delete>")

        assert stage.calls.named("on_forget_server") == [("b.example:1",)]

    def test_found_server_cannot_be_forgotten(self, stage: Stage) -> None:
        new = tuple(replace(row, is_new=True) for row in FOUND)
        show(stage, ConnectRow("anna", "", found=new))

        stage.press(stage.window.connect_page.found, "<Home>", "<Delete>")

        assert stage.calls.named("on_forget_server") == []

    def test_another_server_can_be_chosen_while_one_is_waited_for(self, stage: Stage) -> None:
        show(stage, ConnectRow("anna", "a:1", "", True, FOUND))

        stage.press(stage.window.connect_page.found, "<Home>", "<Return>")

        assert stage.calls.named("on_connect") == [("anna", "192.0.2.0:48228")]
        assert stage.calls.named("on_cancel_connect") == []

    def test_escape_and_the_button_stop_the_waiting(self, stage: Stage) -> None:
        show(stage, ConnectRow("anna", "a:1", is_busy=True))
        page = stage.window.connect_page
        stage.press(page.server, "<Escape>")
        assert len(stage.calls.named("on_cancel_connect")) == 1
        page.button.invoke()
        assert len(stage.calls.named("on_cancel_connect")) == 2
        show(stage, ConnectRow("anna", "a:1"))
        stage.press(page.server, "<Escape>")
        assert len(stage.calls.named("on_cancel_connect")) == 2
        assert page.winfo_manager() and page.server.get() == "a:1"

    def test_what_is_waited_for_is_not_asked_for_again(self, stage: Stage) -> None:
        show(stage, ConnectRow("anna", "a:1", "", True, FOUND))
        page = stage.window.connect_page

        stage.press(page.server, "<Return>")
        assert stage.calls.named("on_connect") == []
        page.server.insert("end", "1")
        stage.press(page.server, "<Return>")
        assert stage.calls.named("on_connect") == [("anna", "a:11")]

    def test_words_stand_in_for_servers_until_there_are_some(self, stage: Stage) -> None:
        page = stage.window.connect_page
        show(stage, ConnectRow("anna", "", search="Looking…", saved=SAVED))
        assert not page.found.winfo_ismapped() and page.saved.winfo_ismapped()

        show(stage, ConnectRow("anna", "", search="Looking…", found=FOUND))

        assert page.found.winfo_ismapped() and not page.saved.winfo_ismapped()
        assert {"Server 0", "192.0.2.0:48228", "3 online"} <= set(texts_of(page.found))

    def test_news_leave_alone_what_is_being_typed(self, stage: Stage) -> None:
        show(stage, ConnectRow("", "", search="Looking…"))
        page = stage.window.connect_page
        page.server.insert(0, "studio.lo")

        stage.window.show_connect(ConnectRow("", "", search="Looking…", found=FOUND))

        assert page.server.get() == "studio.lo"


class TestWaiting:
    def test_says_what_is_waited_for_and_how_to_leave(self, stage: Stage) -> None:
        page = stage.window.connect_page
        show(stage, ConnectRow("anna", "a:1", is_busy=True, status="Waiting for a:1…"))
        assert page._status.cget("text") == "Waiting for a:1…"
        assert not page._error.winfo_manager() and not page.try_button.winfo_manager()

        stage.press(page.button, "<Return>")
        assert stage.calls.named("on_cancel_connect") == [()]

    def test_between_two_tries_one_need_not_wait(self, stage: Stage) -> None:
        page = stage.window.connect_page
        row = ConnectRow("anna", "a:1", "No answer.", is_busy=True, can_try_now=True)
        show(stage, row)
        assert page._error.cget("text").strip() == "No answer." and page.try_button.winfo_ismapped()

        stage.press(page.try_button, "<Key-space>")
        assert stage.calls.named("on_try_now") == [()]


class TestSize:
    @pytest.mark.parametrize(
        ("width", "height"), [(1100, 720), (480, 480), (480, 720), (1200, 800)]
    )
    def test_full_page_fits_the_window(self, stage: Stage, width: int, height: int) -> None:
        stage.resize(width, height)
        long = "No answer from harbour.example:48228. Check the address, or test the network."
        show(
            stage,
            ConnectRow(
                "anna", "", long, True, FOUND, SAVED, status="Trying again in 30 s…",
                can_try_now=True,
            ),
        )  # fmt: skip

        button = stage.window.connect_page.button
        top = stage.window.connect_page.nick.winfo_rooty() - stage.window.root.winfo_rooty()
        bottom = button.winfo_rooty() + button.winfo_height() - stage.window.root.winfo_rooty()

        assert top > 20 and bottom < height
        stage.resize(1100)

    @pytest.mark.parametrize("saved_count", [0, 1, 3])
    def test_no_row_is_cut(self, stage: Stage, saved_count: int) -> None:
        stage.resize(1100)
        saved = tuple(ServerRow(f"s{n}:1", f"saved {n}") for n in range(saved_count))
        found = tuple(ServerRow(f"f{n}:1", f"found {n}") for n in range(3))
        show(stage, ConnectRow("anna", "", found=found, saved=saved))
        stage.settle()

        page = stage.window.connect_page
        height = page.look.px(ROW_HEIGHT)
        assert page.found.winfo_height() == height * (2 if saved_count == 3 else 3)
        if saved:
            assert page.saved.winfo_height() == height * min(2, saved_count)


class TestWithoutAnAddress:
    """Nothing is typed where the address of a server would stand."""

    @pytest.mark.parametrize(("found", "saved"), [(FOUND[:1], ()), ((), SAVED[:1])])
    def test_the_only_server_is_chosen_already(
        self, stage: Stage, found: tuple[ServerRow, ...], saved: tuple[ServerRow, ...]
    ) -> None:
        show(stage, ConnectRow("", "", found=found, saved=saved))
        page = stage.window.connect_page
        view = page.found if found else page.saved
        assert view.find_withtag("selected")

        page.nick.insert(0, "anna")
        stage.press(page.nick, "<Return>")

        assert stage.calls.named("on_connect") == [("anna", (*found, *saved)[0].address)]

    def test_what_is_typed_wins_over_the_only_server(self, stage: Stage) -> None:
        show(stage, ConnectRow("anna", "", found=FOUND[:1]))
        page = stage.window.connect_page

        page.server.insert(0, "other:1")
        stage.press(page.server, "<KeyRelease>")
        assert not page.found.find_withtag("selected")
        stage.press(page.server, "<Return>")

        assert stage.calls.named("on_connect") == [("anna", "other:1")]

    @pytest.mark.parametrize(
        ("found", "words"),
        [
            (FOUND, "Choose a server above, or type an address."),
            ((), "Type the address of a server."),
        ],
    )
    def test_it_says_what_to_do(
        self, stage: Stage, found: tuple[ServerRow, ...], words: str
    ) -> None:
        show(stage, ConnectRow("anna", "", found=found))
        page = stage.window.connect_page
        assert not page.found.find_withtag("selected")

        page.button.invoke()
        stage.settle()

        assert stage.calls.named("on_connect") == []
        assert page._error.cget("text").strip() == words

    def test_the_hint_of_a_server_leaves_the_address_free(self, stage: Stage) -> None:
        show(stage, ConnectRow("anna", "", found=FOUND[:1]))
        page = stage.window.connect_page
        hint = hint_of(page)
        page.found.event_generate("<Motion>", warp=True, x=40, y=20)
        stage.until(lambda: hint._label is not None)
        label = hint._label
        assert label is not None
        stage.settle()
        assert label.winfo_rooty() + label.winfo_height() < page.server.winfo_rooty()
        hint.hide()


class TestAnotherServer:
    ROW = ConnectRow("anna", saved=SAVED, has_default=False, back_to="Harbour")

    def test_a_button_and_a_key_lead_back(self, stage: Stage) -> None:
        show(stage, self.ROW)
        page = stage.window.connect_page
        assert page.back_button.winfo_ismapped()
        assert page.back_button.cget("text") == "Back to Harbour"

        page.back_button.invoke()
        stage.press(page.server, "<Escape>")

        assert len(stage.calls.named("on_cancel_connect")) == 2

    def test_while_another_is_waited_for_there_is_one_cancel(self, stage: Stage) -> None:
        show(stage, replace(self.ROW, is_busy=True))
        page = stage.window.connect_page
        assert not page.back_button.winfo_ismapped()
        page.button.invoke()
        assert len(stage.calls.named("on_cancel_connect")) == 1

    def test_without_a_server_to_go_back_to_there_is_no_button(self, stage: Stage) -> None:
        show(stage, self.ROW)
        show(stage, replace(self.ROW, back_to=""))
        page = stage.window.connect_page
        assert not page.back_button.winfo_ismapped()
        stage.press(page.server, "<Escape>")
        assert not stage.calls.named("on_cancel_connect")

    def test_both_buttons_have_room_for_a_long_name(self, stage: Stage) -> None:
        stage.resize(480)
        show(stage, replace(self.ROW, back_to="The harbour of the far northern islands"))
        page = stage.window.connect_page
        for button in (page.button, page.back_button):
            assert button.winfo_reqwidth() <= button.winfo_width()
            right = button.winfo_rootx() + button.winfo_width()
            assert right <= stage.window.root.winfo_rootx() + 480

    def test_what_comes_meanwhile_is_seen_when_one_is_back(self, stage: Stage) -> None:
        stage.show(3)
        stage.settle()
        stage.calls.made.clear()
        show(stage, self.ROW)
        stage.show(5)
        stage.settle()
        assert not stage.calls.named("on_seen")

        stage.window.show_chat()
        stage.settle()

        assert [key for _room, key in stage.calls.named("on_seen")] == [5]


def test_an_error_is_said_by_more_than_its_colour(stage: Stage) -> None:
    stage.window.show_connect(ConnectRow("anna", "studio", error="Nobody answers at studio."))
    stage.settle()
    error = stage.window.connect_page._error
    assert stage.color_at(error, 2) != stage.window.look.tokens.bg, "a sign before it"
