"""The popups of the main window: which there are, where they lie, and how they open and close."""

import tkinter as tk
from collections.abc import Sequence
from typing import Protocol

from app.translation import _, is_right_to_left
from app.views.callbacks import MainWindowCallbacks
from app.views.command_list_view import WIDTH as COMMANDS_WIDTH
from app.views.command_list_view import CommandListView
from app.views.completion_popup import CompletionPopup
from app.views.composer_view import ComposerView
from app.views.emoji_picker import EmojiPicker
from app.views.header_view import HeaderView
from app.views.hint import hint_of
from app.views.key_list_view import WIDTH as KEYS_WIDTH
from app.views.key_list_view import KeyListView
from app.views.link_details_view import WIDTH as DETAILS_WIDTH
from app.views.link_details_view import LinkDetailsView
from app.views.network_test_view import WIDTH as TEST_WIDTH
from app.views.network_test_view import NetworkTestView
from app.views.person_cards import PersonCards
from app.views.popups import Popup, Popups
from app.views.quick_switcher import WIDTH as SWITCHER_WIDTH
from app.views.quick_switcher import QuickSwitcher
from app.views.room_dialogs import WIDTH as JOIN_WIDTH
from app.views.room_dialogs import JoinRoomDialog
from app.views.rows import AboutRow, CommandRow, Key, PersonRow, RoomChoiceRow, RoomRow
from app.views.settings_page import HEIGHT as SETTINGS_HEIGHT
from app.views.settings_page import WIDTH as SETTINGS_WIDTH
from app.views.settings_page import SettingsPage
from app.views.text_list_view import WIDTH as TEXTS_WIDTH
from app.views.text_list_view import TextListView
from app.views.theme import Look
from app.views.topic_card import WIDTH as TOPIC_WIDTH
from app.views.topic_card import TopicCard
from app.views.window_events import bind_window

_TOP = 90  # logical pixels from the upper edge of the window
_SETTINGS_TOP = 40


class PopupHost(Protocol):
    """What of the window its popups need."""

    look: Look
    composer: ComposerView

    def focus_home(self) -> None: ...
    def focus_composer(self) -> None: ...
    def open_room(self, key: Key) -> None: ...
    def copy_text(self, text: str) -> None: ...


class WindowPopups:
    """Opens one at a time over the chat, and gives the focus back to the composer."""

    def __init__(
        self, root: tk.Misc, host: PopupHost, callbacks: MainWindowCallbacks, about: AboutRow
    ) -> None:
        self._root, self._host, self._callbacks = root, host, callbacks
        look = host.look
        self.stack = Popups(root, host.focus_home)
        self.join_dialog = JoinRoomDialog(
            root, look, on_join=self._join_room, on_close=self.close_join_dialog
        )
        self.switcher = QuickSwitcher(
            root,
            look,
            on_open=self._open_room,
            on_join=self._join_from_switcher,
            on_person=self._open_person,
        )
        self.emoji_picker = EmojiPicker(
            root,
            look,
            on_choose=self._emoji_chosen,
            on_done=lambda: self.stack.close(self.emoji_picker),
            on_used=callbacks.on_emoji_used,
        )
        self.completion = CompletionPopup(root, look, host.composer, self.stack)
        self.key_list = KeyListView(root, look, on_close=lambda: self.stack.close(self.key_list))
        self.command_list = CommandListView(
            root,
            look,
            on_choose=self._command_chosen,
            on_text=lambda text: self._type_on(self.command_list, text),
            on_close=lambda: self.stack.close(self.command_list),
        )
        self.reminders = TextListView(
            root,
            look,
            title=_("Reminders"),
            none=_("There are none. /remind 10m and a text sets one."),
            on_copy=host.copy_text,
            on_remove=callbacks.on_remove_reminder,
            on_text=lambda text: self._type_on(self.reminders, text),
            on_close=lambda: self.stack.close(self.reminders),
        )
        self.stranded = TextListView(
            root,
            look,
            title=_("Texts for other servers"),
            none=_("There are none."),
            on_copy=host.copy_text,
            on_remove=callbacks.on_drop_stranded,
            on_text=lambda text: self._type_on(self.stranded, text),
            on_close=lambda: self.stack.close(self.stranded),
        )
        self.settings = SettingsPage(
            root,
            look,
            about=about,
            on_theme=callbacks.on_theme_choice,
            on_text_percent=callbacks.on_text_percent,
            on_window_percent=callbacks.on_window_percent,
            on_language=callbacks.on_language,
            on_restart=callbacks.on_restart,
            on_notifications=callbacks.on_notification_settings,
            on_control_sends=callbacks.on_control_sends,
            on_room_order=callbacks.on_room_order,
            on_joins=callbacks.on_joins,
            on_keys=self.toggle_key_list,
            on_discovery=callbacks.on_discovery,
            on_switch=self._switch_server,
            on_rename_server=callbacks.on_rename_server,
            on_forget=callbacks.on_forget_server,
            on_test_network=self._test_from_settings,
            on_copy=host.copy_text,
            on_close=lambda: self.stack.close(self.settings),
        )
        self.link_details = LinkDetailsView(
            root,
            look,
            on_copy=host.copy_text,
            on_open=callbacks.on_link_details,
            on_test_network=lambda: self.open_network_test(None),
            on_close=self.close_link_details,
        )
        self.network_test = NetworkTestView(
            root,
            look,
            on_again=callbacks.on_test_again,
            on_stop=callbacks.on_stop_test,
            on_copy=host.copy_text,
            on_close=self._close_network_test,
        )
        self.topic_card = TopicCard(
            root,
            look,
            on_copy=host.copy_text,
            on_close=lambda: self.stack.close(self.topic_card),
        )
        self.cards = PersonCards(root, host, self.stack, callbacks)
        self._rooms: Sequence[RoomRow] = ()
        self._choices: Sequence[RoomChoiceRow] = ()
        bind_window(root, "<Configure>", self._resized)

    # rooms

    def show_rooms(self, rows: Sequence[RoomRow]) -> None:
        """The rooms there are now."""
        self._rooms = rows
        self.completion.rooms = [row for row in rows if not row.is_kept]

    def show_room_choices(self, rows: Sequence[RoomChoiceRow]) -> None:
        """The rooms one could join, for what is open."""
        self._choices = rows
        self.join_dialog.show_choices(rows)
        self.switcher.show_others(rows)

    def open_join_dialog(self) -> None:
        self._open_centered(self.join_dialog, JOIN_WIDTH)
        self.join_dialog.begin(self._rooms)
        self._callbacks.on_join_dialog()

    def close_join_dialog(self) -> None:
        self.stack.close(self.join_dialog)

    def toggle_switcher(self) -> None:
        if self.stack.is_open(self.switcher):
            self.stack.close(self.switcher)
            return
        self._open_centered(self.switcher, SWITCHER_WIDTH)
        self.switcher.begin(self._rooms, self._choices, self.cards.people)
        self._callbacks.on_join_dialog()

    def _join_room(self, name: str) -> None:
        self.close_join_dialog()
        self._callbacks.on_join_room(name)

    def _join_from_switcher(self, name: str) -> None:
        self.stack.close(self.switcher)
        self._callbacks.on_join_room(name)

    def _open_person(self, person: PersonRow) -> None:
        self.stack.close(self.switcher)
        self.cards.open(person, None)

    def _open_room(self, key: Key) -> None:
        self.stack.close(self.switcher)
        self._host.open_room(key)

    # people

    def show_people(self, rows: Sequence[PersonRow]) -> None:
        """The people of the shown room."""
        self.completion.people = self.cards.people = rows

    # the connection

    def toggle_link_details(self, pill: tk.Misc) -> None:
        """Open them under the pill, or close them."""
        if self.stack.is_open(self.link_details):
            self.close_link_details()
            return
        look, root = self._host.look, self._root
        right = pill.winfo_rootx() - root.winfo_rootx() + pill.winfo_width()
        width = min(look.px(DETAILS_WIDTH), root.winfo_width() - look.px(16))
        right = max(right, width + look.px(8))
        top = pill.winfo_rooty() - root.winfo_rooty() + pill.winfo_height() + look.px(8)
        self.link_details.opener = pill
        self.stack.open(self.link_details, x=right, y=top, anchor="ne", width=width)
        self.link_details.begin()

    def open_network_test(self, server: str | None) -> None:
        """Test the way to a server: as typed, or None for the active one."""
        self.close_link_details()
        self._open_centered(self.network_test, TEST_WIDTH)
        self._callbacks.on_test_network(server)
        self.network_test.begin()

    def _close_network_test(self) -> None:
        self.stack.close(self.network_test)
        self._callbacks.on_stop_test()

    def toggle_topic(self, header: HeaderView) -> None:
        """Open the whole topic under its line, or close it."""
        card, line = self.topic_card, header.topic
        if self.stack.is_open(card):
            self.stack.close(card)
            return
        look, root = self._host.look, self._root
        hint_of(root).hide()
        card.opener, card.came_from = line, root.focus_get()
        width = min(look.px(TOPIC_WIDTH), root.winfo_width() - look.px(16))
        card.show(header.row, width)
        left = line.winfo_rootx() - root.winfo_rootx()
        left = max(look.px(8), min(left, root.winfo_width() - width - look.px(8)))
        top = line.winfo_rooty() - root.winfo_rooty() + line.winfo_height() + look.px(8)
        self.stack.open(card, x=left, y=top, anchor="nw", width=width)
        card.begin()

    def close_link_details(self) -> None:
        if self.stack.is_open(self.link_details):
            self.stack.close(self.link_details)
            self.link_details.ended()

    # emoji

    def toggle_emoji_picker(self) -> None:
        if self.stack.is_open(self.emoji_picker):
            self.stack.close(self.emoji_picker)
        else:
            field, px = self._host.composer, self._host.look.px
            self.emoji_picker.opener = field.emoji_button
            left = field.winfo_rootx() - self._root.winfo_rootx() + px(16)
            right = left + field.winfo_width() - px(32)
            y = field.winfo_rooty() - self._root.winfo_rooty() - px(8)
            if is_right_to_left():
                self.stack.open(self.emoji_picker, x=left, y=y, anchor="sw")
            else:
                self.stack.open(self.emoji_picker, x=right, y=y, anchor="se")
            self.emoji_picker.begin()

    def _emoji_chosen(self, emoji: str) -> None:
        self._host.composer.insert(emoji)

    # settings and help

    def toggle_settings(self) -> None:
        if self.stack.is_open(self.settings):
            self.stack.close(self.settings)
        else:
            self._open_centered(
                self.settings, SETTINGS_WIDTH, _SETTINGS_TOP, height=self._settings_height()
            )
            self.settings.begin()

    def _settings_height(self) -> int:
        """The same for all sections; the window may be lower."""
        px = self._host.look.px
        return min(px(SETTINGS_HEIGHT), self._root.winfo_height() - px(_SETTINGS_TOP + 8))

    def _resized(self, _event: "tk.Event[tk.Misc]") -> None:
        if self.stack.is_open(self.settings):
            self.settings.place_configure(
                width=self._width(SETTINGS_WIDTH), height=self._settings_height()
            )

    def _switch_server(self, address: str) -> None:
        self.stack.close(self.settings)
        self._callbacks.on_switch_server(address)

    def _test_from_settings(self) -> None:
        self.stack.close(self.settings)
        self.open_network_test(None)

    def usual_text_size(self) -> None:
        self._callbacks.on_text_percent(100)

    def toggle_key_list(self) -> None:
        if self.stack.is_open(self.key_list):
            self.stack.close(self.key_list)
            return
        self._open_centered(self.key_list, KEYS_WIDTH, 40)
        self.key_list.begin(self._root.winfo_height() - self._host.look.px(40 + 110))

    def show_commands(self, rows: Sequence[CommandRow]) -> None:
        """The slash commands there are."""
        self.completion.commands = rows
        self.command_list.show_commands(rows)

    def open_command_list(self) -> None:
        """What can be typed behind a slash."""
        self._open_centered(self.command_list, COMMANDS_WIDTH, 40)
        width = self._width(COMMANDS_WIDTH)
        self.command_list.begin(width, self._root.winfo_height() - self._host.look.px(40 + 110))

    def open_reminders(self) -> None:
        """What the person is to be reminded of."""
        self._open_text_list(self.reminders)

    def open_stranded(self) -> None:
        """What waits for other servers."""
        self._open_text_list(self.stranded)

    def _open_text_list(self, listing: TextListView) -> None:
        width, px = self._width(TEXTS_WIDTH), self._host.look.px
        self._open_centered(listing, TEXTS_WIDTH)
        listing.begin(width, self._root.winfo_height() - px(_TOP + 90))

    def _command_chosen(self, name: str) -> None:
        """It is begun in the field, unless something stands there."""
        self.stack.close(self.command_list)
        self._host.focus_composer()
        if not self._host.composer.value:
            self._host.composer.insert(f"/{name} ")

    def _type_on(self, sheet: Popup, text: str) -> None:
        """As if the sheet had not been there."""
        if self._host.composer.is_enabled:
            self.stack.close(sheet)
            self._host.focus_composer()
            self._host.composer.insert(text)

    # places

    def _open_centered(self, popup: Popup, width: int, top: int = _TOP, **place: int) -> None:
        y = self._host.look.px(top)
        self.stack.open(popup, relx=0.5, y=y, anchor="n", width=self._width(width), **place)

    def _width(self, width: int) -> int:
        px = self._host.look.px
        return min(px(width), self._root.winfo_width() - px(16))
