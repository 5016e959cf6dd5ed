"""Where a reader is among the messages of a room, for bringing him back there."""

from collections.abc import Callable

from app.views.rows import Key
from app.views.timeline_view import TimelineView


class ReadersPlace:
    """The end of the room, or the first message whose beginning is in view."""

    def __init__(self, pane: TimelineView) -> None:
        self._is_newest = pane.is_at_newest and not pane.has_newer
        self._key: Key | None = None
        self._top = 0
        for at in pane.sheet.in_view:
            drawn = pane.sheet.drawn[at]
            line = pane.text.dlineinfo(f"{drawn.tag}.first")
            if line is not None:
                self._key, self._top = drawn.block.row.key, line[1]
                return

    def bring_back(self, pane: TimelineView, on_go_to: Callable[[Key, Key], None]) -> None:
        """`pane` is of the same room; `on_go_to` is told room and message if that has to be brought
        first."""
        if self._is_newest:
            pane.scroll_to_newest()
        elif self._key is not None and not pane.has_row(self._key):
            on_go_to(pane.room_key, self._key)
        elif self._key is not None:
            pane.go_to(self._key)
            drawn = next(each for each in pane.sheet.drawn if each.block.row.key == self._key)
            pane.text.yview(f"{drawn.tag}.first")
            pane.scroll_pixels(-self._top)
