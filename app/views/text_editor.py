"""Editing in the field for messages: emoji as pictures, whole characters, undo, the clipboard.

The text is never read from what Tk counts: pictures carry their characters, and `value` is put
together from both. What comes in from outside goes through `safe_text` first.
"""

import tkinter as tk
from collections.abc import Callable

from app.shortcodes import is_in_block, shortcodes_in
from app.views import clipboard, text_edits
from app.views.emoji_pictures import has_picture
from app.views.emoji_text import draw_typed_emoji, insert_with_emoji, text_with_emoji
from app.views.safe_text import safe_message
from app.views.theme import Look
from app.views.undo_history import Snapshot, UndoHistory
from app.views.widgets import Text

_PICTURE = "\ufffc"


class TextEditor:
    """Works on one `Text`; pastes fill it up to `bytes_max` of UTF-8."""

    def __init__(self, text: Text, look: Look, bytes_max: int) -> None:
        self._text, self._look, self._bytes_max = text, look, bytes_max
        self._history = UndoHistory()
        self._length = 0
        #: What the line of the caret was begun with by itself, until it is clear what comes behind.
        self._begun = ""
        self.is_enabled = True
        #: Asked before a text is pasted; True if it took the text.
        self.paste_filter: Callable[[text_edits.Pasted], bool] = lambda _pasted: False
        #: Told which emoji a shortcode was typed for.
        self.on_emoji: Callable[[str], None] = lambda _emoji: None
        text.bind("<<Undo>>", lambda _event: self._break(self.undo))
        text.bind("<<Redo>>", lambda _event: self._break(self.redo))
        text.bind("<<Paste>>", lambda _event: self._break(self.paste))
        text.bind("<<PasteSelection>>", self._paste_selection)
        text.bind("<<Copy>>", lambda _event: self._break(self.copy))
        text.bind("<<Cut>>", lambda _event: self._break(self.cut))

    # content

    @property
    def value(self) -> str:
        """What was typed; lone surrogates an input method may leave are replaced."""
        return _whole(text_with_emoji(self._text, "1.0", "end-1c"))

    def set_value(self, text: str) -> None:
        """Replace everything, even in a field that is off; there is nothing to undo then."""
        state = self._text.cget("state")
        self._text.configure(state="normal")  # else Tk silently keeps what is there
        self._fill(Snapshot(safe_message(text[: 2 * self._bytes_max]), -1))
        self._text.configure(state=state)
        self._history.begin(self._snapshot())

    def insert(self, text: str) -> None:
        """Put safe text where the caret is, in place of what is selected."""
        if not self.is_enabled:
            return
        if self._text.tag_ranges("sel"):
            self._text.delete("sel.first", "sel.last")
        insert_with_emoji(self._text, "insert", text, self._look.images)
        self._length = len(self.value)  # nothing of it was typed
        self._text.edit_modified(True)  # Tk counts a picture alone as no change
        self._text.see("insert")

    def append_line(self, text: str) -> None:
        """Put safe text behind all that is there, at the start of a line."""
        self._text.tag_remove("sel", "1.0", "end")
        self._text.mark_set("insert", "end-1c")
        self.insert(f"\n{text}" if self.line_before else text)

    def new_line(self) -> None:
        """Break the line; behind an item of a list comes the next one, and behind a line of a
        quote another; one without words ends it."""
        line = self.line_before
        is_at_end = not self._drawn("insert", "insert lineend").strip()
        is_code = is_in_block(self._drawn("1.0", "insert linestart"))
        is_item = is_at_end and not is_code and not self._text.tag_ranges("sel")
        item = text_edits.next_item(line) if is_item else None
        if item == "":
            self.replace_before(len(line), "")
        else:
            self.insert(f"\n{item or ''}")
            self._begun = item or ""

    def replace_before(self, count: int, text: str) -> None:
        """Replace the last `count` characters before the caret; none of them is an emoji."""
        if self.is_enabled:
            self._text.delete(f"insert - {count} chars", "insert")
            self.insert(text)

    @property
    def line_before(self) -> str:
        """The line of the caret up to it, emoji as one character each."""
        return self._drawn("insert linestart", "insert")

    @property
    def selected(self) -> str:
        """What is selected, emoji as their characters."""
        if not self._text.tag_ranges("sel"):
            return ""
        return _whole(text_with_emoji(self._text, "sel.first", "sel.last"))

    # changes

    def note_change(self) -> None:
        """The text changed: draw what was typed as characters, remember the step."""
        now = self._snapshot()
        typed, self._length = len(now.text) - self._length, len(now.text)
        if draw_typed_emoji(self._text, self._look.images):
            now = self._snapshot()
        self._history.note(now)
        if self._drop_begun(typed) or (typed > 0 and self._turn_shortcodes(typed)):
            now = self._snapshot()
            self._length = len(now.text)
            self._history.note(now)

    def _drop_begun(self, typed: int) -> bool:
        """Who types a marker behind that of a new item means it in place of that; whether so."""
        begun, line = self._begun, self.line_before
        if not begun:
            return False
        at: int | None = len(begun)
        if line.startswith(begun):
            at = text_edits.typed_again(begun, line[len(begun) :])
        if at is None:
            return False
        self._begun = ""
        if at == len(begun) or typed <= 0:
            return False
        start = "insert linestart"
        self._text.delete(f"{start} + {at} indices", f"{start} + {len(begun)} indices")
        return True

    def _turn_shortcodes(self, typed: int) -> bool:
        """Make pictures of the shortcodes that end in the last `typed` characters; whether there
        were any. Tk tells of a change once it is idle, so these may be words.

        Only what is typed turns: a shortcode that was pasted, or that undo brought back, stays.
        """
        line, has_turned = self.line_before, False
        if ":" not in line[-typed:]:
            return False
        found = list(shortcodes_in(line, self._drawn("1.0", "insert linestart")))
        for start, end, characters in reversed(found):
            if end > len(line) - typed and has_picture(characters):
                first = self._text.index(f"insert linestart + {start} indices")
                self._text.delete(first, f"{first} + {end - start} indices")
                insert_with_emoji(self._text, first, characters, self._look.images)
                self.on_emoji(characters)
                has_turned = True
        return has_turned

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    def undo(self) -> None:
        """One step back: a word, a picture, what was pasted or deleted at once."""
        self._go_to(self._history.undo)

    def redo(self) -> None:
        """One step forward again."""
        self._go_to(self._history.redo)

    def delete_back(self, count: Callable[[str], int] = text_edits.last_character) -> None:
        """What is selected, else what `count` says of the text before the caret."""
        if not self._delete_selected():
            some = count(self.line_before) or 1  # at the start of a line: the line end
            self._text.delete(f"insert - {some} indices", "insert")
            self._text.see("insert")

    def delete_forward(self, count: Callable[[str], int] = text_edits.first_character) -> None:
        """The same behind the caret."""
        if not self._delete_selected():
            some = count(self._drawn("insert", "insert lineend")) or 1
            if self._text.compare(f"insert + {some} indices", "<", "end"):
                self._text.delete("insert", f"insert + {some} indices")

    def mark(self, marker: str) -> None:
        """`marker` around what is selected, or away from there."""
        if not self.is_enabled:
            return
        text, has_selection = self._text, bool(self._text.tag_ranges("sel"))
        first = text.index("sel.first" if has_selection else "insert")
        last = text.index("sel.last" if has_selection else "insert")
        edit = text_edits.marked(
            self._drawn("1.0", first), self.selected, self._drawn(last, "end-1c"), marker
        )
        text.delete(f"{first} - {edit.outer} indices", f"{last} + {edit.outer} indices")
        text.mark_set("marked_at", f"{first} - {edit.outer} indices")
        for name, piece in (
            ("marked_first", edit.text[: edit.start]),
            ("marked_last", edit.text[edit.start : edit.end]),
            ("marked_end", edit.text[edit.end :]),
        ):
            insert_with_emoji(text, "marked_at", piece, self._look.images)
            text.mark_set(name, "marked_at")
            text.mark_gravity(name, "left")
        text.tag_remove("sel", "1.0", "end")
        text.tag_add("sel", "marked_first", "marked_last")
        text.mark_set("insert", "marked_last")
        text.mark_unset("marked_at", "marked_first", "marked_last", "marked_end")
        text.see("insert")

    def select_all(self) -> None:
        self._text.tag_add("sel", "1.0", "end-1c")

    # clipboard

    def copy(self) -> None:
        if self.selected:
            clipboard.copy(self._text, self.selected)

    def cut(self) -> None:
        self.copy()
        if self.is_enabled:
            self._delete_selected()

    def paste(self) -> None:
        self._paste(self.clipboard)

    @property
    def clipboard(self) -> str:
        """What is on the clipboard, as it is, "" for nothing."""
        return clipboard.copied(self._text)

    def _paste_selection(self, event: "tk.Event[tk.Misc]") -> str:
        """The middle button on X11."""
        try:
            selected = str(self._text.selection_get(type="UTF8_STRING"))  # type: ignore[no-untyped-call]
        except tk.TclError:
            return "break"
        self._text.tag_remove("sel", "1.0", "end")
        self._text.mark_set("insert", f"@{event.x},{event.y}")
        self._paste(selected)
        return "break"

    def _paste(self, copied: str) -> None:
        if not copied or not self.is_enabled:
            return
        taken = len(self.value.encode()) - len(self.selected.encode())
        has_selection = bool(self._text.tag_ranges("sel"))
        before = self._drawn("1.0", "sel.first" if has_selection else "insert")
        after = self._drawn("sel.last" if has_selection else "insert", "end-1c")
        pasted = text_edits.pasted(copied, max(0, self._bytes_max - taken), before, after)
        if not self.paste_filter(pasted):
            self.insert(pasted.text)

    # private

    def _snapshot(self) -> Snapshot:
        return Snapshot(self.value, len(_whole(text_with_emoji(self._text, "1.0", "insert"))))

    def _go_to(self, step: Callable[[], Snapshot | None]) -> None:
        self._history.note(self._snapshot())  # Tk may not have told of the last change yet
        snapshot = step() if self.is_enabled else None
        if snapshot is None:
            self._text.bell()
        else:
            self._fill(snapshot)

    def _fill(self, snapshot: Snapshot) -> None:
        """Show a text, the caret behind `caret` characters, -1 for the end."""
        text, words = self._text, snapshot.text
        caret = len(words) if snapshot.caret < 0 else snapshot.caret
        self._length, self._begun = len(words), ""
        text.delete("1.0", "end")
        insert_with_emoji(text, "1.0", words[:caret], self._look.images)
        text.mark_set("filled_to", "end-1c")
        text.mark_gravity("filled_to", "left")
        insert_with_emoji(text, "end-1c", words[caret:], self._look.images)
        text.mark_set("insert", "filled_to")
        text.mark_unset("filled_to")
        text.see("insert")

    def _delete_selected(self) -> bool:
        if not self._text.tag_ranges("sel"):
            return False
        self._text.delete("sel.first", "sel.last")
        return True

    def _drawn(self, start: str, end: str) -> str:
        """A range as Tk counts it: one character for each picture."""
        parts = self._text.dump(start, end, text=True, image=True)
        return "".join(value if kind == "text" else _PICTURE for kind, value, _ in parts)

    @staticmethod
    def _break(action: Callable[[], None]) -> str:
        action()
        return "break"


def _whole(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
