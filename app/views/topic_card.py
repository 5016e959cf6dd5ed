"""The whole topic of a room, and who set it: opened by a click on the line in the header."""

import tkinter as tk
from collections.abc import Callable

from app.emoji_signs import emoji_name, emoji_places
from app.shortcodes import with_emoji
from app.translation import _
from app.views import fonts
from app.views.line_field import FramedField
from app.views.pictured_text import PicturedText
from app.views.popups import Popup
from app.views.rows import HeaderRow, Key
from app.views.safe_text import system_line
from app.views.surface import FlatButton, Surface, Words
from app.views.text_edits import fitting
from app.views.theme import Look
from app.views.topic_words import TopicWords
from app.views.wording import too_long_text

TOPIC_BYTES_MAX = 390  # of UTF-8
#: Code points: the topic that is made of them is what has a limit, and no name of an emoji has
#: more than 19 letters for each byte of its sign.
_TYPED_MAX = 20 * TOPIC_BYTES_MAX
_WIDTH = 420


class TopicCard(Popup):
    """A frame placed in the window; Esc closes it, and so does a click beside it."""

    width_wanted = _WIDTH

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_copy: Callable[[str], None],
        on_link: Callable[[str], None],
        on_topic: Callable[[Key, str], None],
        on_close: Callable[[], None],
    ) -> None:
        """`on_topic` is given the room and the topic it should have."""
        super().__init__(master, look, "popup_border")
        self._on_topic, self._on_close = on_topic, on_close
        self._row = HeaderRow("")
        self._untouched = ""
        #: The emoji that the topic had, by the names that they have in the field.
        self._named: dict[str, str] = {}
        px = look.px
        body = Surface(self, look, "popup")
        body.pack(fill="both", expand=True, padx=1, pady=1)
        head = Surface(body, look, "popup")
        head.pack(fill="x", padx=px(20), pady=(px(12), px(4)))
        self.close_button = self._button(head, on_close, "x-lg", _("Close"))
        self.copy_button = self._button(
            head, lambda: on_copy(self._row.topic), "copy", _("Copy the topic")
        )
        self.edit_button = self._button(head, self._edit, "pencil", _("Edit the topic"))
        self._title = PicturedText(head, look, font=fonts.TITLE, role="popup_fg", on="popup")
        self._title.pack(side="left")
        self.topic = TopicWords(body, look, on_link=self._open(on_link))
        self.topic.pack(fill="x", padx=px(20), pady=(0, px(8)))
        self._make_editor(body)
        self.origin = PicturedText(
            body, look, font=fonts.SMALL, role="popup_muted", on="popup", wraps=True
        )

    def _make_editor(self, body: Surface) -> None:
        """The field in place of the words, what is wrong with it, and the button."""
        look, px = self.look, self.look.px
        self._editor = Surface(body, look, "popup")
        self.field = FramedField(
            self._editor,
            look,
            placeholder=_("What this room is about"),
            on_change=lambda _text: self._say_problem(),
            on_enter=self._save,
            length_max=_TYPED_MAX,
        )
        self.field.frame.pack(fill="x")
        self.save_button = FlatButton(
            self._editor, look, on_press=self._save, text=_("Save"), font=fonts.SMALL_BOLD,
            role="link", on="popup", pad=(3, 5),
        )  # fmt: skip
        self.save_button.pack(side="right", pady=(px(4), 0))
        self.problem = Words(self._editor, look, font=fonts.SMALL, role="danger", on="popup")
        self.problem.pack(side="left")

    def _button(
        self, head: Surface, on_press: Callable[[], None], icon: str, hint: str
    ) -> FlatButton:
        button = FlatButton(
            head, self.look, on_press=on_press, icon=icon, icon_size=14, on="popup", hint=hint
        )
        button.pack(side="right", padx=(self.look.px(4), 0))
        return button

    def begin(self) -> None:
        """It was opened: take the keys."""
        if self._row.topic:
            self.close_button.focus_set()
        else:
            self._edit()

    def show(self, row: HeaderRow, width: int) -> None:
        """`width` is that of the card, in real pixels."""
        self._row = row
        px = self.look.px
        self._title.show(f"#{row.room_name or '?'}", width - px(150))
        self.topic.show(row.topic)
        self._editor.pack_forget()
        self.topic.pack(fill="x", padx=px(20), pady=(0, px(8)))
        buttons = (self.copy_button, row.topic != ""), (self.edit_button, row.key is not None)
        for button, is_of_use in buttons:
            button.pack_forget()
            if is_of_use:
                button.pack(side="right", padx=(px(4), 0))
        self.origin.show(system_line(row.topic_tooltip), 1)
        if row.topic_tooltip:
            self.origin.pack(fill="x", padx=px(20), pady=(0, px(14)))
        else:
            self.origin.pack_forget()

    def _edit(self) -> None:
        px = self.look.px
        self.topic.pack_forget()
        self.origin.pack_forget()
        self.edit_button.pack_forget()
        self._editor.pack(fill="x", padx=px(20), pady=(0, px(14)))
        topic = self._row.topic
        self._named = {
            emoji_name(topic[start:end]): topic[start:end] for start, end in emoji_places(topic)
        }
        self.field.set_value(topic)
        self.field.tag_remove("sel", "1.0", "end")  # a key too many would take all of it away
        self.field.after_idle(self.field.see, "insert")
        self._untouched = self.field.value
        self._say_problem()
        self.field.focus_set()

    def _typed(self) -> str:
        """Emoji stand in the field by their names; where nothing was typed the topic is what it
        was, blanks and names of emoji in it as well."""
        typed = self.field.value
        if typed == self._untouched:
            return self._row.topic
        for name, sign in self._named.items():
            typed = typed.replace(name, sign)
        return with_emoji(typed.replace("\u200b", "").strip())

    def _over(self) -> int:
        """How many characters it is too long."""
        typed = self._typed()
        return len(typed) - fitting(typed, TOPIC_BYTES_MAX)

    def _say_problem(self) -> None:
        over = self._over()
        self.problem.configure(text=too_long_text(over) if over else "")

    def _save(self) -> None:
        if self._over():
            self.field.bell()
            return
        key, typed = self._row.key, self._typed()
        self._on_close()
        if key is not None and typed != self._row.topic:
            self._on_topic(key, typed)

    def _open(self, on_link: Callable[[str], None]) -> Callable[[str], None]:
        def opened(address: str) -> None:
            self._on_close()
            on_link(address)

        return opened
