"""The connection in words."""

from __future__ import annotations

import pytest

from app.controllers.link_presenters import (
    LOCK,
    asking_words,
    banner_row,
    details_row,
    status_row,
)
from app.controllers.waiting_words import Waiting
from app.models.events import NO_ANSWER, NO_NETWORK, LinkState
from app.models.signals import CatchUp, DiskTrouble, LinkStatus
from app.views.rows import BannerKind, BannerRow, LinkDetailsRow, LinkQuality

NONE = CatchUp(0, 0)
ONLINE = LinkStatus(LinkState.ONLINE, round_trip_s=0.024)


def banner(link: LinkStatus, catch_up: CatchUp = NONE, **more: object) -> BannerRow | None:
    """The line under the header."""
    values: dict[str, object] = {
        "server": "Harbour", "retry_in_s": 0.0, "waiting": Waiting(), "is_slow": False,
        "trouble": DiskTrouble(""),
    }  # fmt: skip
    return banner_row(link, catch_up, **(values | more))  # type: ignore[arg-type]


class TestPill:
    @pytest.mark.parametrize(
        ("round_trip_s", "loss", "quality", "text"),
        [
            (0.0004, 0.0, LinkQuality.GOOD, "1 ms · 0 % lost"),
            (0.060, 0.009, LinkQuality.GOOD, "60 ms · 1 % lost"),
            (0.060, 0.010, LinkQuality.FAIR, "60 ms · 1 % lost"),
            (0.150, 0.030, LinkQuality.FAIR, "150 ms · 3 % lost"),
            (0.310, 0.060, LinkQuality.WEAK, "310 ms · 6 % lost"),
            (0.400, 0.100, LinkQuality.WEAK, "400 ms · 10 % lost"),
            (0.401, 0.000, LinkQuality.POOR, "401 ms · 0 % lost"),
            (1.310, 0.900, LinkQuality.POOR, "1 310 ms · 90 % lost"),
        ],
    )
    def test_bars_follow_round_trip_and_loss(
        self, round_trip_s: float, loss: float, quality: LinkQuality, text: str
    ) -> None:
        link = LinkStatus(LinkState.ONLINE, round_trip_s=round_trip_s, loss=loss)

        row = status_row(link, NONE, "host:1", None)

        assert (row.quality, row.text.replace("\u00a0", " ")) == (quality, text)
        assert row.short_text == row.text.split(" · ")[0]

    def test_silence_is_counted_in_seconds(self) -> None:
        link = LinkStatus(LinkState.CONNECTING, reason="No answer.")

        row = status_row(link, NONE, "host:1", None, silent_s=9.7)

        assert row.text == "No answer for 9\u00a0s"
        assert row.short_text == "No answer"

    def test_a_session_that_is_not_answered_is_not_called_good(self) -> None:
        link = LinkStatus(LinkState.ONLINE, round_trip_s=0.001, silent_s=3.0)

        row = status_row(link, NONE, "host:1", None, silent_s=3.4)
        details = details_row(
            link, NONE, row, server="Harbour", address="host:1", fingerprint="", age_s=9.0
        )

        assert (row.quality, row.text) == (LinkQuality.NO_ANSWER, "No answer for 3\u00a0s")
        assert not details.is_complete
        assert details.holding == "No answer from the server."

    def test_catching_up_says_how_much_and_how_long(self) -> None:
        row = status_row(ONLINE, CatchUp(1280, 2000), "host:1", 3.2, is_slow=True)

        assert row.quality is LinkQuality.CATCHING_UP
        assert row.text == "1\u00a0280 behind · 4\u00a0s left"

    def test_for_a_moment_only_the_tooltip_says_so(self) -> None:
        row = status_row(ONLINE, CatchUp(2, 2), "host:1", None)

        assert (row.quality, row.short_text) == (LinkQuality.GOOD, "24\u00a0ms")
        assert "2 messages are still on their way" in row.tooltip

    @pytest.mark.parametrize(
        ("link", "quality"),
        [
            (LinkStatus(LinkState.CONNECTING), LinkQuality.CONNECTING),
            (LinkStatus(LinkState.OFFLINE), LinkQuality.OFFLINE),
            (LinkStatus(LinkState.STOPPED), LinkQuality.OFFLINE),
        ],
    )
    def test_states_have_their_words(self, link: LinkStatus, quality: LinkQuality) -> None:
        row = status_row(link, NONE, "host:1", None)

        assert row.quality is quality and row.text


class TestBanner:
    def test_nothing_to_say(self) -> None:
        assert banner(ONLINE) is None
        assert banner(ONLINE, CatchUp(1, 9)) is None

    def test_lost_link_counts_down(self) -> None:
        row = banner(LinkStatus(LinkState.OFFLINE), retry_in_s=2.1)

        assert row == BannerRow(
            BannerKind.LINK_LOST, "Connection lost. Trying again in 3\u00a0s…", "Try now"
        )

    def test_what_waits_is_named(self) -> None:
        row = banner(LinkStatus(LinkState.OFFLINE), retry_in_s=2.1, waiting=Waiting(2))

        assert row is not None
        assert row.text.endswith("2 messages wait.")

    @pytest.mark.parametrize(
        ("messages", "commands", "shortly", "long"),
        [
            (0, 1, "1 change waits.", "1 change waits and goes out by itself."),
            (0, 2, "2 changes wait.", "2 changes wait and go out by themselves."),
            (
                1,
                2,
                "1 message and 2 changes wait.",
                "1 message and 2 changes wait and go out by themselves.",
            ),
        ],
    )
    def test_commands_that_wait_are_counted_as_such(
        self, messages: int, commands: int, shortly: str, long: str
    ) -> None:
        waiting = Waiting(messages, commands)
        lost = banner(LinkStatus(LinkState.OFFLINE), retry_in_s=2.1, waiting=waiting)
        assert lost is not None
        assert lost.text == f"Connection lost. Trying again in 3\u00a0s… {shortly}"
        away = banner(LinkStatus(LinkState.OFFLINE, reason=NO_NETWORK), waiting=waiting)
        assert away is not None and away.text == f"You are offline. {long}"

    def test_connecting_names_the_server(self) -> None:
        assert banner(LinkStatus(LinkState.CONNECTING), was_online=False) == BannerRow(
            BannerKind.CONNECTING, "Connecting to Harbour…", "Cancel"
        )

    def test_a_try_after_a_lost_link_does_not_offer_to_leave(self) -> None:
        row = banner(LinkStatus(LinkState.CONNECTING), waiting=Waiting(1))

        text = "Connection lost. Trying again now… 1 message waits."
        assert row == BannerRow(BannerKind.LINK_LOST, text)

    def test_slow_catching_up_has_a_bar(self) -> None:
        row = banner(ONLINE, CatchUp(1096, 1310), is_slow=True)

        assert row is not None and row.kind is BannerKind.CATCHING_UP
        assert row.text == "Catching up: 214 of 1\u00a0310 messages"
        assert row.progress == pytest.approx(214 / 1310)

    def test_trouble_with_the_disk_goes_before_catching_up(self) -> None:
        row = banner(
            ONLINE, CatchUp(10, 20), is_slow=True, trouble=DiskTrouble("The disk is full.")
        )

        assert row == BannerRow(BannerKind.ERROR, "The disk is full.", "Dismiss")

    def test_another_address_is_named_while_it_is_tried(self) -> None:
        link = LinkStatus(LinkState.CONNECTING, place=1, address="b:2")

        assert banner(link, was_online=False) == BannerRow(
            BannerKind.CONNECTING, "Connecting to Harbour at b:2…", "Cancel"
        )
        assert banner(link) == BannerRow(BannerKind.LINK_LOST, "Connection lost. Trying b:2…")

    def test_what_can_be_read_is_shown_and_no_error(self) -> None:
        row = banner(ONLINE, trouble=DiskTrouble("1 message is kept.", has_texts=True))

        assert row == BannerRow(BannerKind.KEPT_TEXTS, "1 message is kept.", "Show")

    def test_end_of_all_tries_says_why(self) -> None:
        row = banner(LinkStatus(LinkState.STOPPED, reason="Too old."))

        assert row == BannerRow(BannerKind.STOPPED, "Too old.", "Connect again")

    def test_what_was_never_there_is_not_lost(self) -> None:
        link = LinkStatus(LinkState.OFFLINE, reason=NO_ANSWER)
        row = banner(link, retry_in_s=2.1, was_online=False)

        assert row is not None
        assert row.text == "No answer from Harbour. Trying again in 3\u00a0s…"

    @pytest.mark.parametrize(
        ("failure", "text"),
        [
            (NO_ANSWER, "No answer from Harbour yet… 1 message waits."),
            ("No such host.", "No such host. Still trying… 1 message waits."),
        ],
    )
    def test_another_try_does_not_hide_why_the_last_one_failed(
        self, failure: str, text: str
    ) -> None:
        link = LinkStatus(LinkState.CONNECTING)
        row = banner(link, was_online=False, failure=failure, waiting=Waiting(1))

        assert row == BannerRow(BannerKind.NO_ANSWER, text, "Cancel", can_test=True)

    def test_without_a_network_nothing_is_counted_down(self) -> None:
        row = banner(
            LinkStatus(LinkState.OFFLINE, reason=NO_NETWORK), retry_in_s=2.1, waiting=Waiting(2)
        )

        text = "You are offline. 2 messages wait and go out by themselves."
        short = "You are offline. 2 messages wait."
        assert row == BannerRow(BannerKind.UNSENT, text, "Try now", short_text=short)

    def test_silence_of_the_server_can_be_ended(self) -> None:
        row = banner(LinkStatus(LinkState.CONNECTING, reason=NO_ANSWER), waiting=Waiting(1))

        assert row is not None and (row.kind, row.action) == (BannerKind.LINK_LOST, "Try now")
        assert row.text == f"{NO_ANSWER} 1 message waits."

    @pytest.mark.parametrize(
        ("ahead_s", "text"),
        [
            (119.0, None),
            (420.0, "This computer's clock is 7\u00a0min ahead."),
            (-7500.0, "This computer's clock is 2\u00a0h 5\u00a0min behind."),
        ],
    )
    def test_wrong_clock(self, ahead_s: float, text: str | None) -> None:
        row = banner(ONLINE, clock_ahead_s=ahead_s)

        expected = BannerRow(BannerKind.CLOCK_WRONG, text, "Dismiss") if text else None
        assert row == expected

    def test_order_of_what_is_most_important(self) -> None:
        everything = {"is_slow": True, "clock_ahead_s": 999.0}
        kinds = [
            banner(
                LinkStatus(LinkState.OFFLINE), CatchUp(1, 2), trouble=DiskTrouble("x"), **everything
            ),
            banner(ONLINE, CatchUp(1, 2), trouble=DiskTrouble("x"), **everything),
            banner(ONLINE, CatchUp(1, 2), **everything),
            banner(ONLINE, NONE, **everything),
        ]

        assert [row and row.kind for row in kinds] == [
            BannerKind.LINK_LOST, BannerKind.ERROR, BannerKind.CATCHING_UP, BannerKind.CLOCK_WRONG,
        ]  # fmt: skip


class TestWaiting:
    def test_names_who_is_waited_for_and_counts(self) -> None:
        link = LinkStatus(LinkState.CONNECTING)

        def waiting(waited_s: float, failure: str = "") -> tuple[str, str]:
            return asking_words(link, "host:1", failure=failure, waited_s=waited_s, retry_in_s=0.0)

        assert waiting(0.4) == ("", "Waiting for host:1…")
        assert waiting(3.4) == ("", "Waiting for host:1… 3\u00a0s")
        assert waiting(0.4, NO_ANSWER)[0] == (
            "No answer from host:1. Check the address, or test the network."
        )

    def test_counts_down_to_the_next_try(self) -> None:
        link = LinkStatus(LinkState.OFFLINE, reason=NO_NETWORK)

        words = asking_words(link, "host:1", failure=NO_NETWORK, waited_s=9.0, retry_in_s=3.2)

        assert words == (NO_NETWORK, "Trying again in 4\u00a0s…")


class TestDetails:
    def details(
        self, link: LinkStatus, catch_up: CatchUp = NONE, age_s: float = 0
    ) -> LinkDetailsRow:
        status = status_row(link, catch_up, "host:1", None)
        return details_row(
            link, catch_up, status, server="Harbour", address="host:1", fingerprint="abc",
            age_s=age_s,
        )  # fmt: skip

    def test_says_everything_that_is_known(self) -> None:
        link = LinkStatus(
            LinkState.ONLINE, round_trip_s=0.0244, loss=0.061, received_per_s=12.4, sent_per_s=0.25,
            repaired=1, age_s=3.0,
        )  # fmt: skip

        row = self.details(link, age_s=3700.0)

        assert [(name, value.replace("\u00a0", " ")) for name, value in row.facts] == [
            ("Address", "host:1"),
            ("Round trip", "24 ms"),
            ("Lost on the way", "6 %"),
            ("Packets a second", "12 in, 0.2 out"),
            ("Lost, then fetched", "1 message"),
            ("Connected for", "1 h 1 min"),
        ]
        assert (row.fingerprint, row.lock, row.is_complete) == ("abc", LOCK, True)
        assert row.holding == "You have every message"

    def test_says_what_is_missing(self) -> None:
        row = self.details(ONLINE, CatchUp(1200, 2000))

        assert not row.is_complete
        assert row.holding == "1\u00a0200 messages are still on their way"

    def test_without_a_session_there_is_nothing_to_measure(self) -> None:
        row = self.details(LinkStatus(LinkState.OFFLINE, reason="It stops.", round_trip_s=0.1))

        assert row.facts == (("Address", "host:1"),)
        assert (row.holding, row.is_complete) == ("It stops.", False)
