"""The field people write in: grows to eight lines, keeps a draft, counts bytes near the limit."""

import tkinter as tk
from collections.abc import Callable

from app.views import fonts
from app.views.images import Rounded
from app.views.safe_text import safe_message, safe_name
from app.views.surface import FlatButton, Surface
from app.views.theme import Look
from app.views.widgets import Canvas, Label, Text
from app.views.wording import number_text

TEXT_BYTES_MAX = 16 * 1024  # of UTF-8
COUNTER_SHARE = 0.8
LINES_MAX = 8
CHANGE_DELAY_MS = 300

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
    ) -> None:
        """`on_counter` is given words about the length ("" for none) and whether it is too long."""
        super().__init__(master, look)
        self._on_submit, self._on_change, self._on_counter = on_submit, on_change, on_counter
        self._change_timer: str | None = None
        self._told = ""
        self._is_enabled = True
        px = look.px
        self._field = Canvas(self)
        self._field.configure(height=px(_LINE_HEIGHT + 2 * _PADDING), width=1, cursor="xterm")
        self._field.pack(fill="x", padx=px(16))
        self.text = Text(self._field, wrap="word", height=1, width=1)
        self.text.configure(font=fonts.BODY, relief="flat", highlightthickness=0)
        self.text.configure(padx=0, pady=0, undo=True, maxundo=200, insertwidth=px(2))
        self._placeholder = Label(self._field, font=fonts.BODY)
        self._placeholder.configure(borderwidth=0, padx=0, pady=0, cursor="xterm", anchor="w")
        self.send_button = FlatButton(
            self._field,
            look,
            on_press=self.submit,
            icon="send-fill",
            icon_size=19,
            icon_role="muted",
            on="field",
            hint="Send",
        )
        self._bind_events()
        look.watch(self.text, self._repaint)

    # content

    @property
    def value(self) -> str:
        """What was typed; lone surrogates an input method may leave are replaced."""
        typed = str(self.text.get("1.0", "end-1c"))
        return typed.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def set_value(self, text: str) -> None:
        """Put a draft into the field; the undo history starts anew and no change is told."""
        self.text.delete("1.0", "end")
        self.text.insert("1.0", safe_message(text))
        self.text.edit_reset()
        self.text.edit_modified(False)
        self.text.see("insert")
        self._told = self.value
        self._settle()

    def set_room(self, name: str) -> None:
        self._placeholder.configure(text=f"Message #{safe_name(name)}")

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
            return f"{number_text(over)} bytes too long"
        if over >= -TEXT_BYTES_MAX * (1 - COUNTER_SHARE):
            return f"{number_text(-over)} bytes left"
        return ""

    def _fit(self) -> None:
        px = self.look.px
        counted = self.text.count("1.0", "end", "displaylines")
        lines = counted[0] if counted else 1
        shown = min(max(lines, 1), LINES_MAX)
        leading = max(0, px(_LINE_HEIGHT) - fonts.line_height(self, fonts.BODY))
        above = leading // 2
        self.text.configure(spacing1=above, spacing2=leading, spacing3=leading - above)
        height = shown * px(_LINE_HEIGHT) + 2 * px(_PADDING)
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
            width=width - px(16 + _SEND_WIDTH + 6),
            height=height - 2 * px(_PADDING),
        )
        self.send_button.place(x=width - px(5), y=height - px(4), anchor="se", height=px(28))

    # typing

    def _bind_events(self) -> None:
        text = self.text
        text.bind("<Return>", self._enter)
        text.bind("<KP_Enter>", self._enter)
        text.bind("<Shift-Return>", self._break_line)
        text.bind("<Tab>", self._leave_forward)
        text.bind("<<Paste>>", self._paste)
        text.bind("<<Modified>>", self._modified)
        self._field.bind("<Configure>", lambda _event: self.after_idle(self._settle_if_alive))
        for widget in (self._field, self._placeholder):
            widget.bind("<ButtonPress-1>", lambda _event: text.focus_set())

    def _settle_if_alive(self) -> None:
        if self.winfo_exists():
            self._settle()

    def _enter(self, _event: "tk.Event[tk.Misc]") -> str:
        self.submit()
        return "break"

    def _break_line(self, _event: "tk.Event[tk.Misc]") -> str:
        self._insert("\n")
        return "break"

    def _leave_forward(self, event: "tk.Event[tk.Misc]") -> str:
        event.widget.tk_focusNext().focus_set()  # type: ignore[union-attr]
        return "break"

    def _paste(self, _event: "tk.Event[tk.Misc]") -> str:
        try:
            pasted = str(self.clipboard_get(type="UTF8_STRING"))
        except tk.TclError:
            try:
                pasted = str(self.clipboard_get())
            except tk.TclError:
                return "break"
        self._insert(safe_message(pasted))
        return "break"

    def _insert(self, text: str) -> None:
        if not self._is_enabled:
            return
        if self.text.tag_ranges("sel"):
            self.text.delete("sel.first", "sel.last")
        self.text.insert("insert", text)
        self.text.see("insert")

    def _modified(self, _event: "tk.Event[tk.Misc]") -> None:
        if not self.text.edit_modified():
            return  # resetting the flag announces itself
        self.text.edit_modified(False)
        self._settle()
        if self._change_timer is None:
            self._change_timer = self.after(CHANGE_DELAY_MS, self._tell_change)

    def _tell_change(self) -> None:
        self._change_timer = None
        if self.winfo_exists():
            self.flush_change()
