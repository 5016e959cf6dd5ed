"""What the line under the header says in German has room in one line of the usual window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.controllers.link_presenters import banner_row
from app.controllers.waiting_words import Waiting
from app.models.events import NO_ANSWER, NO_NETWORK, LinkState
from app.models.signals import CatchUp, DiskTrouble, LinkStatus
from app.translation import _, use_language
from app.views import fonts
from tests.app.views.conftest import Stage

NAME, ADDRESS = "harbour", "192.168.178.23"
OFFLINE, CONNECTING = LinkState.OFFLINE, LinkState.CONNECTING


@pytest.fixture
def german() -> Iterator[None]:
    use_language(["de"])
    try:
        yield
    finally:
        use_language(["en"])


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("state", "reason", "server", "address", "was_online", "unsent"),
    [
        (OFFLINE, "", NAME, "", True, 2),
        (OFFLINE, NO_NETWORK, NAME, "", True, 2),
        (OFFLINE, NO_ANSWER, NAME, "", False, 0),
        (OFFLINE, NO_ANSWER, ADDRESS, "", False, 0),
        (CONNECTING, "", NAME, ADDRESS, True, 2),
        (CONNECTING, "", NAME, ADDRESS, False, 0),
        (CONNECTING, "", ADDRESS, "", False, 2),
    ],
)
def test_it_has_one_line(
    stage: Stage,
    state: LinkState,
    reason: str,
    server: str,
    address: str,
    was_online: bool,
    unsent: int,
) -> None:
    window, banner = stage.window, stage.window.column.banner
    link = LinkStatus(state, reason=_(reason) if reason else "", address=address)
    row = banner_row(
        link,
        CatchUp(0, 0),
        server=server,
        retry_in_s=13,
        waiting=Waiting(unsent),
        is_slow=False,
        trouble=DiskTrouble(""),
        was_online=was_online,
        failure=_(NO_ANSWER),
    )
    assert (row is not None and "…" in row.text) or unsent
    window.set_banner(row)
    stage.until(lambda: banner._words.winfo_width() > 1 and bool(banner.winfo_viewable()))
    stage.settle()
    line = fonts.line_height(window.root, fonts.BODY)
    assert banner._words.winfo_reqheight() < 2 * line, banner._words.cget("text")
