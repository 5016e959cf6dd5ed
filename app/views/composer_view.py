"""The field people write in: grows to eight lines, keeps a draft, counts bytes near the limit."""

import re
import tkinter as tk
from collections.abc import Callable

from app.markup import emoji_named
from app.translation import _
from app.views import fonts
from app.views.emoji_pictures import has_picture
from app.views.emoji_text import draw_typed_emoji, insert_with_emoji, text_with_emoji
from app.views.images import Rounded
from app.views.key_words import with_keys
from app.views.safe_text import safe_message, safe_name
from app.views.surface import FlatButton, Surface
from app.views.theme import Look
from app.views.widgets import Canvas, Label, Text
from app.views.wording import number_text

TEXT_BYTES_MAX = 16 * 1024  # of UTF-8
#: Code points that go into the field at once: too many to send, and not too many for Tk.
INSERT_MAX = TEXT_BYTES_MAX + 1000
COUNTER_SHARE = 0.8
LINES_MAX = 8
CHANGE_DELAY_MS = 300

#: A whole shortcode in front of the caret, where a word starts.
_SHORTCODE_END = re.compile(r"(?<![\w:]):[a-z0-9_+\-]{2,40}:$", re.IGNORECASE)
_LINE_HEIGHT = 22
_PADDING = 7
_SEND_WIDTH = 40


class ComposerView(Surface):
    """A rounded field; Enter submits, Shift+Enter breaks the line. It never empties itself."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_submit: Callable[[str], None],
        on_change: Callable[[str], None],
        on_counter: Callable[[str, bool], None],
        on_emoji: Callable[[], None],
    ) -> None:
        """`on_counter` is given words about the length ("" for none) and whether it is too long."""
        super().__init__(master, look)
        self._on_submit, self._on_change, self._on_counter = on_submit, on_change, on_counter
        #: Called after each change of the text and each move of the caret.
        self.on_caret: Callable[[], None] = lambda: None
        #: Asked first about Up, Down, Tab and Return; True if it took the key.
        self.key_filter: Callable[[str], bool] = lambda _key: False
        self._change_timer: str | None = None
        self._told = ""
        self._is_enabled = True
        px = look.px
        self._field = Canvas(self)
        self._field.configure(height=px(_LINE_HEIGHT + 2 * _PADDING), width=1, cursor="xterm")
        self._field.pack(fill="x", padx=px(16))
        self.text = Text(self._field, wrap="word", height=1, width=1)
        self.text.configure(font=fonts.TALK, relief="flat", highlightthickness=0)
        self.text.configure(padx=0, pady=0, undo=True, maxundo=200, insertwidth=px(2))
        self._placeholder = Label(self._field, font=fonts.TALK)
        self._placeholder.configure(borderwidth=0, padx=0, pady=0, cursor="xterm", anchor="w")
        self.send_button = FlatButton(
            self._field,
            look,
            on_press=self.submit,
            icon="send-fill",
            icon_size=19,
            icon_role="muted",
            on="field",
            hint=_("Send"),
        )
        self.emoji_button = FlatButton(
            self._field,
            look,
            on_press=on_emoji,
            icon="emoji-smile",
            icon_size=19,
            icon_role="muted",
            on="field",
            hint=with_keys(_("Emoji"), "Ctrl+Shift+E"),
        )
        self._bind_events()
        look.watch(self.text, self._repaint)

    # content

    @property
    def value(self) -> str:
        """What was typed; lone surrogates an input method may leave are replaced."""
        typed = text_with_emoji(self.text, "1.0", "end-1c")
        return typed.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def set_value(self, text: str) -> None:
        """Put a draft into the field; the undo history starts anew and no change is told."""
        self.text.delete("1.0", "end")
        insert_with_emoji(self.text, "1.0", safe_message(text[:INSERT_MAX]), self.look.images)
        self.text.edit_reset()
        self.text.edit_modified(False)
        self.text.see("insert")
        self._told = self.value
        self._settle()

    def set_room(self, name: str) -> None:
        self._placeholder.configure(text=_("Message #{room}").format(room=safe_name(name)))

    def set_enabled(self, is_enabled: bool, reason: str = "") -> None:
        """Switch the field off with words in its place, or on again."""
        self._is_enabled = is_enabled
        self.text.configure(state="normal" if is_enabled else "disabled")
        if reason:
            self._placeholder.configure(text=reason)
        self._settle()

    def submit(self) -> None:
        """Hand the text over, unless it is blank or too long."""
        text = self.value
        if not self._is_enabled or not text.strip() or self._bytes_over(text) > 0:
            self.text.bell()
            return
        self.flush_change()
        self._on_submit(text.strip("\n"))

    def flush_change(self) -> None:
        """Tell a pending change now."""
        if self._change_timer is not None:
            self.after_cancel(self._change_timer)
            self._change_timer = None
        if self.value != self._told:
            self._told = self.value
            self._on_change(self._told)

    # appearance

    def _repaint(self) -> None:
        tokens = self.look.tokens
        self._field.configure(background=tokens.bg)
        self._placeholder.configure(background=tokens.field, foreground=tokens.muted)
        self.text.configure(
            background=tokens.field,
            foreground=tokens.fg,
            insertbackground=tokens.fg,
            selectbackground=tokens.selection,
            selectforeground=tokens.fg,
            inactiveselectbackground=tokens.selection,
        )
        self._field.after_idle(self._settle_if_alive)

    def _settle(self) -> None:
        """Bring height, placeholder, counter and button in line with the text."""
        text = self.value
        if text:
            self._placeholder.place_forget()
        else:
            self._placeholder.place(in_=self.text, x=1, rely=0.5, anchor="w")
        over = self._bytes_over(text)
        self._on_counter(self._counter_words(over), over > 0)
        can_send = bool(text.strip()) and over <= 0 and self._is_enabled
        self.send_button.show_icon("send-fill", "link" if can_send else "muted")
        self._fit()

    def _bytes_over(self, text: str) -> int:
        """Bytes above the limit; negative is what is left."""
        return len(text.strip("\n").encode()) - TEXT_BYTES_MAX

    def _counter_words(self, over: int) -> str:
        if over > 0:
            return _("{count} bytes too long").format(count=number_text(over))
        if over >= -TEXT_BYTES_MAX * (1 - COUNTER_SHARE):
            return _("{count} bytes left").format(count=number_text(-over))
        return ""

    def _fit(self) -> None:
        px = self.look.px
        counted = self.text.count("1.0", "end", "displaylines")
        lines = counted[0] if counted else 1
        shown = min(max(lines, 1), LINES_MAX)
        line = max(px(_LINE_HEIGHT), fonts.line_height(self, fonts.TALK))
        leading = line - fonts.line_height(self, fonts.TALK)
        above = leading // 2
        self.text.configure(spacing1=above, spacing2=leading, spacing3=leading - above)
        height = shown * line + 2 * px(_PADDING)
        if int(self._field.cget("height")) != height:
            self._field.configure(height=height)
        self._arrange(self._field.winfo_width(), height)
        if shown == lines:
            self.text.yview_moveto(0.0)

    def _arrange(self, width: int, height: int) -> None:
        if width <= 1:
            return
        px = self.look.px
        field = Rounded(width, height, 10, "field", "field_border")
        self._field.delete("all")
        self._field.create_image(0, 0, anchor="nw", image=self.look.images.get(field))
        self.text.place(
            x=px(16),
            y=px(_PADDING),
            width=width - px(16 + _SEND_WIDTH + 6 + 32),
            height=height - 2 * px(_PADDING),
        )
        self.send_button.place(x=width - px(5), y=height - px(4), anchor="se", height=px(28))
        self.emoji_button.place(x=width - px(38), y=height - px(4), anchor="se", height=px(28))

    # typing

    def _bind_events(self) -> None:
        text = self.text
        text.bind("<Return>", self._enter)
        text.bind("<KP_Enter>", self._enter)
        for key in ("Up", "Down"):
            text.bind(f"<{key}>", lambda _event, key=key: self._filtered(key))  # type: ignore[misc]
        for sequence in ("<Shift-Tab>", "<ISO_Left_Tab>"):
            try:
                text.bind(sequence, self._leave_backward)
            except tk.TclError:
                continue  # a key symbol this window system does not know
        for sequence in ("<KeyRelease>", "<ButtonRelease-1>", "<FocusOut>"):
            text.bind(sequence, lambda _event: self.on_caret(), add="+")
        text.bind("<Shift-Return>", self._break_line)
        text.bind("<Tab>", self._leave_forward)
        text.bind("<<Paste>>", self._paste)
        text.bind("<<PasteSelection>>", self._paste_selection)
        text.bind("<<Copy>>", lambda _event: self._copy(cuts=False))
        text.bind("<<Cut>>", lambda _event: self._copy(cuts=True))
        text.bind("<<Modified>>", self._modified)
        self._field.bind("<Configure>", lambda _event: self.after_idle(self._settle_if_alive))
        for widget in (self._field, self._placeholder):
            widget.bind("<ButtonPress-1>", lambda _event: text.focus_set())

    def _settle_if_alive(self) -> None:
        if self.winfo_exists():
            self._settle()

    def _filtered(self, key: str) -> str | None:
        return "break" if self.key_filter(key) else None

    def _enter(self, _event: "tk.Event[tk.Misc]") -> str:
        if not self.key_filter("Return"):
            self.submit()
        return "break"

    def _break_line(self, _event: "tk.Event[tk.Misc]") -> str:
        self._insert("\n")
        return "break"

    def _leave_forward(self, event: "tk.Event[tk.Misc]") -> str:
        if not self.key_filter("Tab"):
            event.widget.tk_focusNext().focus_set()  # type: ignore[union-attr]
        return "break"

    def _leave_backward(self, event: "tk.Event[tk.Misc]") -> str:
        if not self.key_filter("ISO_Left_Tab"):
            event.widget.tk_focusPrev().focus_set()  # type: ignore[union-attr]
        return "break"

    def _paste(self, _event: "tk.Event[tk.Misc]") -> str:
        try:
            pasted = str(self.clipboard_get(type="UTF8_STRING"))
        except tk.TclError:
            try:
                pasted = str(self.clipboard_get())
            except tk.TclError:
                return "break"
        self._insert(safe_message(pasted[:INSERT_MAX]))
        return "break"

    def _paste_selection(self, event: "tk.Event[tk.Misc]") -> str:
        """The middle button on X11."""
        try:
            selected = str(self.selection_get(type="UTF8_STRING"))  # type: ignore[no-untyped-call]
        except tk.TclError:
            return "break"
        self.text.tag_remove("sel", "1.0", "end")
        self.text.mark_set("insert", f"@{event.x},{event.y}")
        self._insert(safe_message(selected[:INSERT_MAX]))
        return "break"

    def _insert(self, text: str) -> None:
        if not self._is_enabled:
            return
        if self.text.tag_ranges("sel"):
            self.text.delete("sel.first", "sel.last")
        insert_with_emoji(self.text, "insert", text[:INSERT_MAX], self.look.images)
        self.text.see("insert")

    def insert(self, text: str) -> None:
        """Put safe text where the caret is, in place of what is selected."""
        self._insert(text)

    def replace_before(self, count: int, text: str) -> None:
        """Replace the last `count` characters before the caret; none of them is an emoji."""
        if self._is_enabled:
            self.text.delete(f"insert - {count} chars", "insert")
            self._insert(text)

    @property
    def line_before(self) -> str:
        """The line of the caret up to it, emoji as one character each."""
        parts = self.text.dump("insert linestart", "insert", text=True, image=True)
        return "".join(value if kind == "text" else "\ufffc" for kind, value, _at in parts)

    @property
    def has_focus(self) -> bool:
        return self.text.focus_get() is self.text

    @property
    def is_on_first_line(self) -> bool:
        return str(self.text.index("insert")).startswith("1.")

    def _copy(self, *, cuts: bool) -> str:
        if self.text.tag_ranges("sel"):
            self.clipboard_clear()
            self.clipboard_append(text_with_emoji(self.text, "sel.first", "sel.last"))
            if cuts and self._is_enabled:
                self.text.delete("sel.first", "sel.last")
        return "break"

    def _draw_emoji(self) -> None:
        """Typed emoji and complete shortcodes become pictures."""
        drawn = draw_typed_emoji(self.text, self.look.images)
        match = _SHORTCODE_END.search(self.line_before)
        characters = emoji_named(match.group()) if match is not None else ""
        if match is not None and has_picture(characters):
            self.replace_before(len(match.group()), characters)
            drawn = True
        if drawn:
            # Tk cannot undo pictures, and would put other text at wrong places.
            self.text.edit_reset()

    def _modified(self, _event: "tk.Event[tk.Misc]") -> None:
        if not self.text.edit_modified():
            return  # resetting the flag announces itself
        self._draw_emoji()
        self.text.edit_modified(False)
        self._settle()
        self.on_caret()
        if self._change_timer is None:
            self._change_timer = self.after(CHANGE_DELAY_MS, self._tell_change)

    def _tell_change(self) -> None:
        self._change_timer = None
        if self.winfo_exists():
            self.flush_change()
