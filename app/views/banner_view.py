"""One line under the header for what people should know now; never a dialog."""

import re
import tkinter as tk
from collections.abc import Callable

from app.translation import _, is_right_to_left
from app.views import fonts
from app.views.hint import attach_hint
from app.views.images import Icon
from app.views.rows import BannerKind, BannerRow
from app.views.safe_text import safe_line
from app.views.surface import FlatButton, Surface, Words
from app.views.theme import Look
from app.views.widgets import Frame, Label

# kind: icon, start of the token names "…_surface" and "…_text"
_TONES = {
    BannerKind.KEY_CHANGED: ("shield-exclamation", "danger"),
    BannerKind.LINK_LOST: ("wifi-off", "warn"),
    BannerKind.CONNECTING: ("reception-0", "neutral"),
    BannerKind.NO_ANSWER: ("wifi-off", "warn"),
    BannerKind.UNSENT: ("wifi-off", "warn"),
    BannerKind.CATCHING_UP: ("arrow-down", "info"),
    BannerKind.REMOVED: ("person-x", "warn"),
    BannerKind.CLOCK_WRONG: ("clock-history", "neutral"),
    BannerKind.STOPPED: ("exclamation-triangle", "danger"),
    BannerKind.ERROR: ("exclamation-triangle", "danger"),
    BannerKind.KEPT_TEXTS: ("archive", "warn"),
}

#: They follow one another, and some count: each has one line, so that the messages stay in place.
_OF_ONE_LINE = frozenset((BannerKind.LINK_LOST, BannerKind.CONNECTING, BannerKind.NO_ANSWER))
_SENTENCE_END = re.compile(r"(?<=[.…]) ")
_HEIGHT = 36
_GAP = 8  # behind a button


class BannerView(Surface):
    """36 px high; shown and hidden by whoever placed it (`show` says nothing of that).

    In a narrow window it takes more lines, or where it changes again and again, says less: the
    last sentences go first, and the pointer tells them.
    """

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_action: Callable[[BannerKind], None],
        on_test_network: Callable[[], None],
    ) -> None:
        super().__init__(master, look, "warn_surface")
        px = look.px
        self.configure(height=px(_HEIGHT))
        self.pack_propagate(False)
        self._row = BannerRow(BannerKind.LINK_LOST, "")
        self._icon = Label(self)
        self._icon.pack(side="left", padx=(px(18), px(12)))
        self.action = FlatButton(
            self, look, on_press=lambda: on_action(self._row.kind), font=fonts.BOLD, pad=(7, 2)
        )
        self.test = FlatButton(
            self, look, on_press=on_test_network, text=_("Test the network"), font=fonts.BOLD,
            hint=_("Test the network"), pad=(7, 2),
        )  # fmt: skip
        self._words = Words(self, look, font=fonts.BODY)
        self._words.configure(justify="left")
        self._words.pack(side="left", fill="x", expand=True, padx=(0, px(_GAP)))
        self._words.bind("<Configure>", lambda _event: self._fit(), add="+")
        attach_hint(self._words, self._left_out)
        self._bar = Frame(self, height=px(3))
        look.watch(self._icon, self._repaint)

    def show(self, row: BannerRow) -> None:
        self._row = row
        self._repaint()

    def _repaint(self) -> None:
        glyph, tone = _TONES[self._row.kind]
        look = self.look
        surface, text = f"{tone}_surface", f"{tone}_text"
        self.configure(background=look.tokens.named(surface))
        icon = look.images.get(Icon(glyph, 17, text))
        self._icon.configure(image=icon, background=look.tokens.named(surface))
        self._words.paint(text, surface)
        self.action.configure(text=safe_line(self._row.action, 30))
        for button, is_there in ((self.action, self._row.action), (self.test, self._row.can_test)):
            button.paint(text, surface)
            if is_there:
                button.pack(side="right", padx=(0, look.px(_GAP)), before=self._words)
            else:
                button.pack_forget()
        self._bar.configure(background=look.tokens.named(text))
        if self._row.progress is None:
            self._bar.place_forget()
        else:
            share = min(max(self._row.progress, 0.0), 1.0)
            if is_right_to_left():
                self._bar.place(relx=1.0, rely=1.0, anchor="se", relwidth=share)
            else:
                self._bar.place(x=0, rely=1.0, anchor="sw", relwidth=share)
        self._words.configure(text=safe_line(self._row.text))
        self._fit()

    def _shorten_test(self) -> None:
        """Where the words need its room, the button says less: one line rather than two."""
        text, px = safe_line(self._row.text), self.look.px
        beside = self._icon.winfo_reqwidth() + px(30) + self.action.winfo_reqwidth() + px(3 * _GAP)
        room = self.winfo_width() - beside - fonts.text_width(self, fonts.BODY, text)
        label = _("Test the network")
        padding = self.test.winfo_reqwidth() - fonts.text_width(
            self, fonts.BOLD, str(self.test.cget("text"))
        )
        if fonts.text_width(self, fonts.BOLD, label) + padding > room:
            label = _("Test")
        if self.test.cget("text") != label:
            self.test.configure(text=label)

    def _in_one_line(self, width: int) -> str:
        text = safe_line(self._row.text)
        while fonts.text_width(self, fonts.BODY, text) > width:
            ends = [match.start() for match in _SENTENCE_END.finditer(text)]
            if not ends:
                return fonts.shortened(self, fonts.BODY, text, width)
            text = text[: ends[-1]]
        return text

    def _left_out(self) -> str:
        """All that there is to say, where not all of it is seen."""
        text = safe_line(self._row.text)
        return text if self._words.cget("text") != text else ""

    def _fit(self) -> None:
        width, px = self._words.winfo_width(), self.look.px
        if width <= 1:
            return
        if self._row.can_test:
            self._shorten_test()
        if self._row.kind in _OF_ONE_LINE:
            self._words.configure(text=self._in_one_line(width))
        elif self._row.short_text:
            text = safe_line(self._row.text)
            is_short = fonts.text_width(self, fonts.BODY, text) > width
            self._words.configure(text=safe_line(self._row.short_text) if is_short else text)
        if int(str(self._words.cget("wraplength"))) != width:
            self._words.configure(wraplength=width)
        height = max(px(_HEIGHT), self._words.winfo_reqheight() + px(12))
        if int(str(self.cget("height"))) != height:
            self.configure(height=height)
