"""The popups of the main window: which there are, where they lie, and how they open and close."""

import tkinter as tk
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from app.translation import is_right_to_left
from app.views.callbacks import MainWindowCallbacks
from app.views.completion_popup import CompletionPopup
from app.views.composer_view import ComposerView
from app.views.header_view import HeaderView
from app.views.hint import hint_of
from app.views.invite_row import InviteRow
from app.views.late import Late
from app.views.person_cards import PersonCards
from app.views.popups import Popups
from app.views.rows import AboutRow, CommandRow, Key, PersonRow, RoomChoiceRow, RoomRow
from app.views.steps import TEXT_PERCENTS, stepped
from app.views.used_emoji import UsedEmoji
from app.views.window_events import bind_window
from app.views.window_lists import WindowLists
from app.views.window_search import SearchHost, WindowSearch

if TYPE_CHECKING:
    from app.views.emoji_picker import EmojiPicker
    from app.views.link_details_view import LinkDetailsView
    from app.views.network_test_view import NetworkTestView
    from app.views.quick_switcher import QuickSwitcher
    from app.views.room_dialogs import JoinRoomDialog
    from app.views.settings_page import SettingsPage
    from app.views.switch_question import SwitchQuestion
    from app.views.topic_card import TopicCard

_TOP = 90  # logical pixels from the upper edge of the window
_SETTINGS_TOP = 40


class PopupHost(SearchHost, Protocol):
    """What of the window its popups need."""

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
        self._root, self._host, self._callbacks, self._about = root, host, callbacks, about
        self.stack = Popups(root, host.focus_home)
        self.join_dialog = Late(self._make_join_dialog)
        self.switcher = Late(self._make_switcher)
        self.switch_question = Late(self._make_switch_question)
        self.emoji_picker = Late(self._make_emoji_picker)
        self.settings = Late(self._make_settings)
        self.link_details = Late(self._make_link_details)
        self.network_test = Late(self._make_network_test)
        self.topic_card = Late(self._make_topic_card)
        self.used_emoji = UsedEmoji(callbacks.on_emoji_used)
        host.composer.editor.on_emoji = self.used_emoji.note
        self.completion = CompletionPopup(root, host.look, host.composer, self.stack)
        self.completion.on_emoji = self.used_emoji.note
        self.lists = WindowLists(root, host, self.stack, callbacks)
        self.cards = PersonCards(root, host, self.stack, callbacks)
        self.search = WindowSearch(root, host, self.stack, callbacks)
        self._rooms: Sequence[RoomRow] = ()
        self._choices: Sequence[RoomChoiceRow] = ()
        self._recent: Sequence[Key] = ()
        #: A click on it does not close the switcher: it opens and closes it itself.
        self.switcher_opener: tk.Misc | None = None
        bind_window(root, "<Configure>", self._resized)

    # rooms

    def show_rooms(self, rows: Sequence[RoomRow]) -> None:
        """The rooms there are now."""
        self._rooms = [row for row in rows if not row.is_waiting]  # those are among the choices
        self.completion.rooms = [row for row in self._rooms if not row.is_kept]

    def show_room_choices(self, rows: Sequence[RoomChoiceRow]) -> None:
        """The rooms one could join, for what is open."""
        self._choices = rows
        self.join_dialog.tell("choices", lambda dialog: dialog.show_choices(rows))
        self.switcher.tell("others", lambda switcher: switcher.show_others(rows))

    def open_join_dialog(self, asked: str = "") -> None:
        self.stack.open_centered(self.join_dialog(), _TOP)
        self.join_dialog().begin(self._rooms, asked)
        self._callbacks.on_join_dialog()

    def close_join_dialog(self) -> None:
        self.stack.close(self.join_dialog.made)

    def show_join_wait(self, name: str) -> None:
        """The server is asked for this room; the dialog, if that is where from, says so."""
        dialog = self.join_dialog.made
        if dialog is not None and self.stack.is_open(dialog):
            dialog.wait_for(name)

    def take_join_answer(self, name: str, refused: str) -> bool:
        """True if the dialog waited for it: it has said what was refused, or closed."""
        dialog = self.join_dialog.made
        if dialog is None or not self.stack.is_open(dialog):
            return False
        is_taken = dialog.take_answer(name, refused)
        if is_taken and not refused:
            self.close_join_dialog()
        return is_taken

    def ask_to_switch(self, row: InviteRow) -> None:
        """Whether to go to another server, where an invite link leads."""
        question = self.switch_question()
        self.stack.open_centered(question, _TOP)
        question.begin(row, self.stack.width_for(question))

    def toggle_switcher(self) -> None:
        switcher = self.switcher()
        if self.stack.is_open(switcher):
            self.stack.close(switcher)
            return
        if not self.stack.step_aside():
            return
        switcher.opener = self.switcher_opener
        self.stack.open_centered(switcher, _TOP)
        switcher.begin(self._rooms, self._choices, self.cards.people, self._recent)
        self._callbacks.on_join_dialog()

    def show_seen_rooms(self, keys: Sequence[Key]) -> None:
        """The rooms seen last, the newest first, for the next switcher."""
        self._recent = keys

    def _join_from_switcher(self, name: str) -> None:
        self.stack.close(self.switcher.made)
        self._callbacks.on_join_room(name)

    def _open_person(self, person: PersonRow) -> None:
        self.stack.close(self.switcher.made)
        self.cards.open(person, None)

    def _open_room(self, key: Key) -> None:
        self.stack.close(self.switcher.made)
        self._host.open_room(key)

    # people

    def show_people(self, rows: Sequence[PersonRow]) -> None:
        """The people of the shown room."""
        self.completion.people = self.cards.people = rows

    def show_commands(self, rows: Sequence[CommandRow]) -> None:
        """The slash commands there are."""
        self.completion.commands = rows
        self.lists.show_commands(rows)

    # the connection

    def toggle_link_details(self, pill: tk.Misc) -> None:
        """Open them under the pill, or close them."""
        details = self.link_details()
        if self.stack.is_open(details):
            self.close_link_details()
            return
        look, root = self._host.look, self._root
        right = pill.winfo_rootx() - root.winfo_rootx() + pill.winfo_width()
        width = self.stack.width_for(details)
        right = max(right, width + look.px(8))
        top = pill.winfo_rooty() - root.winfo_rooty() + pill.winfo_height() + look.px(8)
        details.opener = pill
        self.stack.open(details, x=right, y=top, anchor="ne", width=width)
        details.begin()

    def open_network_test(self, server: str | None) -> None:
        """Test the way to a server: as typed, or None for the active one."""
        self.close_link_details()
        self.stack.open_centered(self.network_test(), _TOP)
        self._callbacks.on_test_network(server)
        self.network_test().begin()

    def _close_network_test(self) -> None:
        self.stack.close(self.network_test.made)
        self._callbacks.on_stop_test()

    def toggle_topic(self, header: HeaderView) -> None:
        """Open the whole topic under its line, or close it."""
        card, line = self.topic_card(), header.topic
        if self.stack.is_open(card):
            self.stack.close(card)
            return
        look, root = self._host.look, self._root
        hint_of(root).hide()
        card.opener, card.came_from = line, root.focus_get()
        width = self.stack.width_for(card)
        card.show(header.row, width)
        left = line.winfo_rootx() - root.winfo_rootx()
        left = max(look.px(8), min(left, root.winfo_width() - width - look.px(8)))
        top = line.winfo_rooty() - root.winfo_rooty() + line.winfo_height() + look.px(8)
        self.stack.open(card, x=left, y=top, anchor="nw", width=width)
        card.begin()

    def close_link_details(self) -> None:
        details = self.link_details.made
        if details is not None and self.stack.is_open(details):
            self.stack.close(details)
            details.ended()

    # emoji

    def toggle_emoji_picker(self) -> None:
        picker = self.emoji_picker()
        if self.stack.is_open(picker):
            self.stack.close(picker)
            return
        if not self.stack.step_aside():
            return
        field, px = self._host.composer, self._host.look.px
        picker.opener = field.emoji_button
        left = field.winfo_rootx() - self._root.winfo_rootx() + px(16)
        right = left + field.winfo_width() - px(32)
        y = field.winfo_rooty() - self._root.winfo_rooty() - px(8)
        if is_right_to_left():
            self.stack.open(picker, x=left, y=y, anchor="sw")
        else:
            self.stack.open(picker, x=right, y=y, anchor="se")
        picker.begin()

    def _emoji_chosen(self, emoji: str) -> None:
        self._host.composer.insert(emoji)

    # settings

    def toggle_settings(self) -> None:
        page = self.settings()
        if self.stack.is_open(page):
            self.stack.close(page)
        else:
            self.stack.open_centered(page, _SETTINGS_TOP, height=self._settings_height(page))
            page.begin()

    def _settings_height(self, page: "SettingsPage") -> int:
        """The same for all sections; the window may be lower."""
        px = self._host.look.px
        return min(px(page.height_wanted), self._root.winfo_height() - px(_SETTINGS_TOP + 8))

    def _resized(self, _event: "tk.Event[tk.Misc]") -> None:
        page = self.settings.made
        if page is not None and self.stack.is_open(page):
            page.place_configure(
                width=self.stack.width_for(page), height=self._settings_height(page)
            )

    def _switch_server(self, address: str) -> None:
        self.stack.close(self.settings.made)
        self._callbacks.on_switch_server(address)

    def _test_from_settings(self) -> None:
        self.stack.close(self.settings.made)
        self.open_network_test(None)

    def step_text_size(self, by: int) -> None:
        """The next larger (+1) or smaller (-1) text."""
        now = round(self._host.look.text_scale * 100)
        self._callbacks.on_text_percent(stepped(now, TEXT_PERCENTS, by))

    def set_control_sends(self, is_on: bool) -> None:
        """Whether Ctrl+Enter sends, or Enter."""
        self.settings.tell("keys", lambda page: page.key_section.control_sends.show(is_on))
        self.lists.keys.tell("sending", lambda keys: keys.set_control_sends(is_on))

    def usual_text_size(self) -> None:
        self._callbacks.on_text_percent(100)

    # made when they are first opened

    def _make_join_dialog(self) -> "JoinRoomDialog":
        from app.views.room_dialogs import JoinRoomDialog

        return JoinRoomDialog(
            self._root,
            self._host.look,
            on_join=self._callbacks.on_join_room,
            on_close=self.close_join_dialog,
        )

    def _make_switcher(self) -> "QuickSwitcher":
        from app.views.quick_switcher import QuickSwitcher

        return QuickSwitcher(
            self._root,
            self._host.look,
            on_open=self._open_room,
            on_join=self._join_from_switcher,
            on_person=self._open_person,
        )

    def _make_switch_question(self) -> "SwitchQuestion":
        from app.views.switch_question import SwitchQuestion

        return SwitchQuestion(
            self._root,
            self._host.look,
            on_connect=self._callbacks.on_accept_invite,
            on_close=lambda: self.stack.close(self.switch_question.made),
        )

    def _make_emoji_picker(self) -> "EmojiPicker":
        from app.views.emoji_picker import EmojiPicker

        return EmojiPicker(
            self._root,
            self._host.look,
            on_choose=self._emoji_chosen,
            on_done=lambda: self.stack.close(self.emoji_picker.made),
            used=self.used_emoji,
        )

    def _make_settings(self) -> "SettingsPage":
        from app.views.settings_page import SettingsPage

        calls = self._callbacks
        return SettingsPage(
            self._root,
            self._host.look,
            about=self._about,
            on_theme=calls.on_theme_choice,
            on_text_percent=calls.on_text_percent,
            on_window_percent=calls.on_window_percent,
            on_language=calls.on_language,
            on_restart=calls.on_restart,
            on_notifications=calls.on_notification_settings,
            on_control_sends=calls.on_control_sends,
            on_room_order=calls.on_room_order,
            on_joins=calls.on_joins,
            on_keys=self.lists.toggle_keys,
            on_discovery=calls.on_discovery,
            on_switch=self._switch_server,
            on_rename_server=calls.on_rename_server,
            on_forget=calls.on_forget_server,
            on_test_network=self._test_from_settings,
            on_copy=self._host.copy_text,
            on_close=lambda: self.stack.close(self.settings.made),
        )

    def _make_link_details(self) -> "LinkDetailsView":
        from app.views.link_details_view import LinkDetailsView

        return LinkDetailsView(
            self._root,
            self._host.look,
            on_copy=self._host.copy_text,
            on_open=self._callbacks.on_link_details,
            on_test_network=lambda: self.open_network_test(None),
            on_close=self.close_link_details,
        )

    def _make_network_test(self) -> "NetworkTestView":
        from app.views.network_test_view import NetworkTestView

        return NetworkTestView(
            self._root,
            self._host.look,
            on_again=self._callbacks.on_test_again,
            on_stop=self._callbacks.on_stop_test,
            on_copy=self._host.copy_text,
            on_close=self._close_network_test,
        )

    def _make_topic_card(self) -> "TopicCard":
        from app.views.topic_card import TopicCard

        return TopicCard(
            self._root,
            self._host.look,
            on_copy=self._host.copy_text,
            on_link=self._callbacks.on_open_link,
            on_topic=self._callbacks.on_topic,
            on_close=lambda: self.stack.close(self.topic_card.made),
        )
