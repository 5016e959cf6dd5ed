"""The field people write in: grows to eight lines, keeps a draft, counts bytes near the limit."""

import tkinter as tk
from collections.abc import Callable, Mapping

from app.shortcodes import is_in_block
from app.translation import _, is_right_to_left
from app.views import fonts, text_edits
from app.views.field_menu import FieldMenu
from app.views.images import Rounded
from app.views.key_bindings import KeyCommand
from app.views.key_words import with_keys
from app.views.line_directions import align_lines
from app.views.paste_strip import PasteStrip, is_asked_about
from app.views.pictured_text import PicturedText
from app.views.safe_text import safe_message
from app.views.sent_lines import SentLines
from app.views.surface import FlatButton, Surface
from app.views.text_editor import TextEditor
from app.views.theme import Look
from app.views.widgets import Canvas, Text, place_hint
from app.views.wording import room_left_text, too_long_text

TEXT_BYTES_MAX = 16 * 1024  # of UTF-8
COUNTER_SHARE = 0.8
LINES_MAX = 8
CHANGE_DELAY_MS = 300

#: More characters than the lines that are shown can hold.
_COUNTED_MAX = 8_000
_LINE_HEIGHT = 22
_PADDING = 7
_SEND_WIDTH = 40


class ComposerView(Surface):
    """A rounded field; Enter submits, Shift+Enter breaks the line. It never empties itself.

    Which key does what stands in key_bindings.py; `actions` is what they do here.
    """

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_submit: Callable[[str], None],
        on_change: Callable[[str], None],
        on_counter: Callable[[str, bool], None],
        on_block: Callable[[bool], None],
        on_emoji: Callable[[], None],
    ) -> None:
        """`on_counter` is given words about the length ("" for none) and whether it is too long,
        `on_block` whether a block of code is open, in which Enter breaks the line."""
        super().__init__(master, look)
        self._on_submit, self._on_change, self._on_counter = on_submit, on_change, on_counter
        self._on_block = on_block
        #: Called after each change of the text and each move of the caret.
        self.on_caret: Callable[[], None] = lambda: None
        #: Asked first about Up, Down, Tab and Return; True if it took the key.
        self.key_filter: Callable[[str], bool] = lambda _key: False
        self._change_timer: str | None = None
        self._told = ""
        #: Ctrl+Enter sends, Enter breaks the line.
        self.sends_with_control = False
        self._is_composing = False
        self.sent_lines = SentLines()
        px = look.px
        field = self._field = Canvas(self)
        self._field.configure(height=px(_LINE_HEIGHT + 2 * _PADDING), width=1, cursor="xterm")
        self._field.pack(fill="x", padx=px(16))
        self.strip = PasteStrip(self, look, on_choice=self._paste_chosen)
        self.text = Text(self._field, wrap="word", height=1, width=1)
        self.text.configure(font=fonts.TALK, relief="flat", highlightthickness=0)
        self.text.configure(padx=0, pady=0, undo=False, insertwidth=px(2))
        self.editor = TextEditor(self.text, look, TEXT_BYTES_MAX)
        self.editor.paste_filter = self._asked_about
        self._placeholder = PicturedText(field, look, font=fonts.TALK, role="muted", on="field")
        self._placeholder.configure(cursor="xterm")
        self.text.bind("<Configure>", lambda _event: self._hint(self._placeholder.text), add="+")
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
        self.menu = FieldMenu(self, self.editor)
        self._bind_events()
        look.watch(self.text, self._repaint, has_messages=True)

    # content

    @property
    def value(self) -> str:
        """What was typed, emoji as their characters."""
        return self.editor.value

    def set_value(self, text: str) -> None:
        """Put a draft into the field; the undo history starts anew and no change is told."""
        self._close_strip()
        before = self.value
        self.editor.set_value(text)
        self.text.edit_modified(False)
        self._told = self.value
        if self._told != before:  # from room to room the field is empty as a rule
            self._settle()

    def set_room(self, name: str) -> None:
        self._hint(_("Message #{room}").format(room=name or "?"))

    def _hint(self, words: str) -> None:  # cut where the field ends
        self._placeholder.show(words, self.text.winfo_width())

    @property
    def is_enabled(self) -> bool:
        return self.editor.is_enabled

    def set_enabled(self, is_enabled: bool, reason: str = "") -> None:
        """Switch the field off with words in its place, or on again."""
        self.editor.is_enabled = is_enabled
        self.text.configure(state="normal" if is_enabled else "disabled")
        if reason:
            self._hint(reason)
        self._settle()

    def submit(self) -> None:
        """Hand the text over, unless it is blank or too long, or still being composed."""
        text = self.value
        if self._is_composing:
            return
        if not self.editor.is_enabled or not text.strip() or self._bytes_over(text) > 0:
            self.text.bell()
            return
        self.flush_change()
        self.sent_lines.note(text.strip("\n"))
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
        self._hint(self._placeholder.text)
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
            place_hint(self._placeholder, in_=self.text)
        align_lines(self.text, text)
        over = self._bytes_over(text)
        words = self._counter_words(text, over)
        self._on_counter(words, over > 0)
        self._on_block(is_in_block(text))
        can_send = bool(text.strip()) and over <= 0 and self.editor.is_enabled
        self.send_button.show_icon("send-fill", "link" if can_send else "muted")
        self.send_button.hint = words if over > 0 else _("Send")
        self._fit(len(text))

    def _bytes_over(self, text: str) -> int:
        """Bytes above the limit; negative is what is left."""
        return len(text.strip("\n").encode()) - TEXT_BYTES_MAX

    def _counter_words(self, text: str, over: int) -> str:
        """In characters, which people can count: how many have to go, or as many as the text has
        for so many bytes."""
        if over > 0:
            text = text.strip("\n")
            return too_long_text(len(text) - text_edits.fitting(text, TEXT_BYTES_MAX))
        if over < -TEXT_BYTES_MAX * (1 - COUNTER_SHARE):
            return ""
        return room_left_text(-over * len(text) // (TEXT_BYTES_MAX + over))

    def _fit(self, length: int) -> None:
        px = self.look.px
        is_counted = length <= _COUNTED_MAX  # Tk takes long to count the lines of a long text
        counted = self.text.count("1.0", "end", "displaylines") if is_counted else None
        lines = counted[0] if counted else 1 if is_counted else LINES_MAX + 1
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
        text_width = width - px(16 + _SEND_WIDTH + 6 + 32)
        is_mirrored = is_right_to_left()
        self.text.place(
            x=width - px(16) - text_width if is_mirrored else px(16),
            y=px(_PADDING),
            width=text_width,
            height=height - 2 * px(_PADDING),
        )
        for button, right in ((self.send_button, 5), (self.emoji_button, 38)):
            if self.editor.is_enabled:
                x, foot = px(right) if is_mirrored else width - px(right), height - px(4)
                button.place(x=x, y=foot, anchor="sw" if is_mirrored else "se", height=px(28))
            else:
                button.place_forget()

    # typing

    def actions(self) -> Mapping[KeyCommand, Callable[[], bool]]:
        """What the keys of the field do; each returns whether it took the key."""
        edit = self.editor
        return {
            KeyCommand.ENTER: self._enter,
            KeyCommand.SEND: self._send,
            KeyCommand.NEW_LINE: self._doing(edit.new_line),
            KeyCommand.COMPLETE: lambda: self.key_filter("Tab") or self._leave(1),
            KeyCommand.COMPLETE_BACK: lambda: self.key_filter("ISO_Left_Tab") or self._leave(-1),
            KeyCommand.ABOVE: lambda: self.key_filter("Up"),
            KeyCommand.BELOW: lambda: self.key_filter("Down"),
            KeyCommand.OLDER_LINE: lambda: self._step_line(-1),
            KeyCommand.NEWER_LINE: lambda: self._step_line(1),
            KeyCommand.BOLD: self._doing(lambda: edit.mark("**")),
            KeyCommand.ITALIC: self._doing(lambda: edit.mark("*")),
            KeyCommand.CODE: self._doing(lambda: edit.mark("`")),
            KeyCommand.UNDO: self._doing(edit.undo),
            KeyCommand.REDO: self._doing(edit.redo),
            KeyCommand.SELECT_ALL: self._doing(edit.select_all),
            KeyCommand.DELETE_BACK: self._doing(edit.delete_back),
            KeyCommand.DELETE_FORWARD: self._doing(edit.delete_forward),
            KeyCommand.DELETE_WORD_BACK: self._doing(
                lambda: edit.delete_back(text_edits.last_word)
            ),
            KeyCommand.DELETE_WORD: self._doing(lambda: edit.delete_forward(text_edits.first_word)),
        }

    @staticmethod
    def _doing(action: Callable[[], None]) -> Callable[[], bool]:
        def act() -> bool:
            action()
            return True

        return act

    def _bind_events(self) -> None:
        text = self.text
        for sequence in ("<KeyRelease>", "<ButtonRelease-1>", "<FocusOut>"):
            text.bind(sequence, lambda _event: self.on_caret(), add="+")
        text.bind("<<Modified>>", self._modified)
        text.bind("<<ContextMenu>>", self._open_menu)
        # An input method marks what it has not settled yet; Enter then chooses, and sends nothing.
        text.bind("<<TkStartIMEMarkedText>>", lambda _event: self._compose(True))
        for sequence in ("<<TkEndIMEMarkedText>>", "<<TkClearIMEMarkedText>>"):
            text.bind(sequence, lambda _event: self._compose(False))
        self._field.bind("<Configure>", lambda _event: self.after_idle(self._settle_if_alive))
        for widget in (self._field, self._placeholder):
            widget.bind("<ButtonPress-1>", lambda _event: text.focus_set())
            widget.bind("<<ContextMenu>>", self._open_menu)

    def _settle_if_alive(self) -> None:
        if self.winfo_exists():
            self._settle()

    def _compose(self, is_composing: bool) -> None:
        self._is_composing = is_composing

    def _enter(self) -> bool:
        if self._is_composing:
            return False
        if not self.key_filter("Return"):
            if self.sends_with_control or is_in_block(self.value):
                self.editor.new_line()
            else:
                self.submit()
        return True

    def _send(self) -> bool:
        if not self._is_composing:
            self.submit()
        return True

    def _leave(self, by: int) -> bool:
        self.text.event_generate("<<NextWindow>>" if by > 0 else "<<PrevWindow>>")
        return True

    def _step_line(self, by: int) -> bool:
        line = self.sent_lines.step(by, self.value) if self.editor.is_enabled else None
        if line is not None:
            self.text.tag_add("sel", "1.0", "end-1c")
            self.editor.insert(line) if line else self.editor.delete_back()
        return True

    def insert(self, text: str) -> None:
        """Put a text where the caret is, in place of what is selected."""
        self.editor.insert(safe_message(text))

    def replace_before(self, count: int, text: str) -> None:
        """Replace the last `count` characters before the caret; none of them is an emoji."""
        self.editor.replace_before(count, text)

    @property
    def line_before(self) -> str:
        """The line of the caret up to it, emoji as one character each."""
        return self.editor.line_before

    @property
    def has_focus(self) -> bool:
        return self.text.focus_get() is self.text

    @property
    def is_on_first_line(self) -> bool:
        return str(self.text.index("insert")).startswith("1.")

    # pasting and the menu

    def _asked_about(self, pasted: text_edits.Pasted) -> bool:
        if not is_asked_about(pasted):
            return False
        px = self.look.px
        self.strip.pack(fill="x", padx=px(16), pady=(0, px(4)), before=self._field)
        self.strip.ask(pasted)
        return True

    def _paste_chosen(self, pasted: text_edits.Pasted | None) -> None:
        self._close_strip()
        self.text.focus_set()
        if pasted is not None:
            self.editor.insert(pasted.text)

    def close_strip(self) -> bool:
        """Take the question about a paste away; False if there was none."""
        is_open = bool(self.strip.winfo_manager())
        if is_open:
            self._paste_chosen(None)
        return is_open

    def _close_strip(self) -> None:
        self.strip.pack_forget()

    def _open_menu(self, event: "tk.Event[tk.Misc]") -> str:
        self.text.focus_set()
        self.menu.open(event.x_root, event.y_root)
        return "break"

    # changes

    def _modified(self, _event: "tk.Event[tk.Misc]") -> None:
        if not self.text.edit_modified():
            return  # resetting the flag announces itself
        self.editor.note_change()
        self.text.edit_modified(False)
        self._settle()
        self.on_caret()
        if self._change_timer is None:
            self._change_timer = self.after(CHANGE_DELAY_MS, self._tell_change)

    def _tell_change(self) -> None:
        self._change_timer = None
        if self.winfo_exists():
            self.flush_change()
