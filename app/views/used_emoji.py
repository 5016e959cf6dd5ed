"""Which emoji were used last, and in which skin tone: chosen, completed or typed by name. No Tk."""

from collections.abc import Callable, Iterable, Sequence

from app.views.emoji_catalogue import TONES, without_tone
from app.views.emoji_grid import COLUMNS
from app.views.emoji_pictures import has_picture

RECENT_MAX = 2 * COLUMNS


class UsedEmoji:
    """The newest first, each once whatever its tone."""

    def __init__(self, on_used: Callable[[Sequence[str], str], None]) -> None:
        """`on_used` is told what `use` should be given the next time."""
        self._on_used = on_used
        self.recent: list[str] = []
        self.skin_tone = ""

    def use(self, recent: Iterable[str], skin_tone: str) -> None:
        """What was used last, the newest first, and the tone that was chosen."""
        self.recent = [emoji for emoji in recent if has_picture(emoji)][:RECENT_MAX]
        self.skin_tone = skin_tone if skin_tone in TONES else ""

    def note(self, emoji: str) -> None:
        """It comes first the next time."""
        self.recent = [each for each in self.recent if without_tone(each) != without_tone(emoji)]
        self.recent.insert(0, emoji)
        del self.recent[RECENT_MAX:]
        self._on_used(tuple(self.recent), self.skin_tone)
