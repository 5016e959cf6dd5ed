"""The connection in words."""

from __future__ import annotations

import pytest

from app.controllers.link_presenters import banner_row, status_row
from app.models.events import LinkState
from app.models.signals import CatchUp, LinkStatus
from app.views.rows import BannerKind, BannerRow, LinkQuality

NONE = CatchUp(0, 0)
ONLINE = LinkStatus(LinkState.ONLINE, round_trip_s=0.024)


def banner(link: LinkStatus, catch_up: CatchUp = NONE, **more: object) -> BannerRow | None:
    """The line under the header."""
    values: dict[str, object] = {
        "server": "Harbour", "retry_in_s": 0.0, "unsent": 0, "is_slow": False, "trouble": "",
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

    def test_catching_up_says_how_much_and_how_long(self) -> None:
        row = status_row(ONLINE, CatchUp(1280, 2000), "host:1", 3.2)

        assert row.quality is LinkQuality.CATCHING_UP
        assert row.text == "1\u00a0280 behind · 4\u00a0s left"

    @pytest.mark.parametrize(
        ("link", "quality"),
        [
            (LinkStatus(LinkState.CONNECTING), LinkQuality.CONNECTING),
            (LinkStatus(LinkState.CONNECTING, reason="No answer."), LinkQuality.NO_ANSWER),
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
        row = banner(LinkStatus(LinkState.OFFLINE), retry_in_s=2.1, unsent=2)

        assert row is not None
        assert row.text.endswith("2 messages wait and go out by themselves.")

    def test_connecting_names_the_server(self) -> None:
        assert banner(LinkStatus(LinkState.CONNECTING)) == BannerRow(
            BannerKind.CONNECTING, "Connecting to Harbour…", "Cancel"
        )

    def test_slow_catching_up_has_a_bar(self) -> None:
        row = banner(ONLINE, CatchUp(1096, 1310), is_slow=True)

        assert row is not None and row.kind is BannerKind.CATCHING_UP
        assert row.text == "Catching up: 214 of 1\u00a0310 messages"
        assert row.progress == pytest.approx(214 / 1310)

    def test_trouble_with_the_disk_goes_before_catching_up(self) -> None:
        row = banner(ONLINE, CatchUp(10, 20), is_slow=True, trouble="The disk is full.")

        assert row == BannerRow(BannerKind.ERROR, "The disk is full.")

    def test_end_of_all_tries_says_why(self) -> None:
        row = banner(LinkStatus(LinkState.STOPPED, reason="Too old."))

        assert row == BannerRow(BannerKind.ERROR, "Too old.")
