"""Lists that open over the chat and that one types on from: keys, commands, texts that wait."""

import tkinter as tk
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from app.translation import _
from app.views.callbacks import MainWindowCallbacks
from app.views.composer_view import ComposerView
from app.views.late import Late
from app.views.popups import Popup, Popups
from app.views.rows import CommandRow, Key
from app.views.theme import Look

if TYPE_CHECKING:
    from app.views.command_list_view import CommandListView
    from app.views.key_list_view import KeyListView
    from app.views.text_list_view import TextListView

# Logical pixels: from the upper edge of the window, and what is to be free of its height.
_TOP, _FREE = 40, 150
_TEXTS_TOP, _TEXTS_FREE = 90, 180


class ListHost(Protocol):
    """What of the window its lists need."""

    look: Look
    composer: ComposerView

    def focus_composer(self) -> None: ...
    def copy_text(self, text: str) -> None: ...


class WindowLists:
    """Each is made when it is opened first."""

    def __init__(
        self, root: tk.Misc, host: ListHost, stack: Popups, callbacks: MainWindowCallbacks
    ) -> None:
        self._root, self._host, self._stack, self._callbacks = root, host, stack, callbacks
        self.keys = Late(self._make_keys)
        self.commands = Late(self._make_commands)
        self.reminders = Late(self._make_reminders)
        self.stranded = Late(self._make_stranded)

    def toggle_keys(self) -> None:
        """All keys, or away with them."""
        keys = self.keys()
        if self._stack.is_open(keys):
            self._stack.close(keys)
            return
        self._stack.open_centered(keys, _TOP)
        keys.begin(self._height_left(_FREE))

    def show_commands(self, rows: Sequence[CommandRow]) -> None:
        """The slash commands there are."""
        self.commands.tell("rows", lambda commands: commands.show_commands(rows))

    def open_commands(self) -> None:
        """What can be typed behind a slash."""
        commands = self.commands()
        self._stack.open_centered(commands, _TOP)
        commands.begin(self._stack.width_for(commands), self._height_left(_FREE))

    def open_reminders(self) -> None:
        """What the person is to be reminded of."""
        self._open_texts(self.reminders())

    def open_stranded(self) -> None:
        """What waits for other servers."""
        self._open_texts(self.stranded())

    def _open_texts(self, texts: "TextListView") -> None:
        self._stack.open_centered(texts, _TEXTS_TOP)
        texts.begin(self._stack.width_for(texts), self._height_left(_TEXTS_FREE))

    def _height_left(self, free: float) -> int:
        return self._root.winfo_height() - self._host.look.px(free)

    def _command_chosen(self, name: str) -> None:
        """It is begun in the field, unless something stands there."""
        self._stack.close(self.commands.made)
        self._host.focus_composer()
        if not self._host.composer.value:
            self._host.composer.insert(f"/{name} ")

    def _type_on(self, sheet: Popup | None, text: str) -> None:
        """As if the sheet had not been there."""
        if self._host.composer.is_enabled:
            self._stack.close(sheet)
            self._host.focus_composer()
            self._host.composer.insert(text)

    def _make_keys(self) -> "KeyListView":
        from app.views.key_list_view import KeyListView

        look = self._host.look
        return KeyListView(self._root, look, on_close=lambda: self._stack.close(self.keys.made))

    def _make_commands(self) -> "CommandListView":
        from app.views.command_list_view import CommandListView

        return CommandListView(
            self._root,
            self._host.look,
            on_choose=self._command_chosen,
            on_text=lambda text: self._type_on(self.commands.made, text),
            on_close=lambda: self._stack.close(self.commands.made),
        )

    def _make_reminders(self) -> "TextListView":
        none = _("There are none. /remind 10m and a text sets one.")
        remove = self._callbacks.on_remove_reminder
        return self._make_texts(self.reminders, _("Reminders"), none, remove)

    def _make_stranded(self) -> "TextListView":
        none, remove = _("There are none."), self._callbacks.on_drop_stranded
        return self._make_texts(self.stranded, _("Texts for other servers"), none, remove)

    def _make_texts(
        self, late: "Late[TextListView]", title: str, none: str, on_remove: Callable[[Key], None]
    ) -> "TextListView":
        from app.views.text_list_view import TextListView

        return TextListView(
            self._root,
            self._host.look,
            title=title,
            none=none,
            on_copy=self._host.copy_text,
            on_remove=on_remove,
            on_text=lambda text: self._type_on(late.made, text),
            on_close=lambda: self._stack.close(late.made),
        )
