"""The only door for controllers: what the window shows."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from app.addresses import is_invite
from app.views.callbacks import MainWindowCallbacks
from app.views.column_widths import ColumnWidths
from app.views.invite_row import InviteRow
from app.views.program_window import SIZE
from app.views.rows import (
    AboutRow,
    AppearanceRow,
    BannerRow,
    CommandRow,
    FoundRow,
    HeaderRow,
    Key,
    LinkDetailsRow,
    NotificationSettingsRow,
    PersonCardRow,
    PersonRow,
    RoomChoiceRow,
    RoomRow,
    RoomRuleRow,
    StatusRow,
    TextRow,
    TimelineRows,
)
from app.views.safe_text import safe_name
from app.views.search_rows import SearchRow
from app.views.server_rows import ConnectRow, KeyChangedRow, NetworkTestRow, ServerRow
from app.views.timeline_layout import last_writers
from app.views.window_parts import WindowParts
from app.views.wording import title_text

NOTHING_KNOWN = AboutRow()


def _local_today() -> date:
    return datetime.now().astimezone().date()


class MainWindow(WindowParts):
    """The window of the program; one per process. Every method belongs to the Tk thread.

    `show_…` and `set_…` take whole values and are cheap when nothing changed, so a controller
    may repeat itself. Text need not be safe. Nothing is called back during construction.
    """

    def __init__(
        self,
        callbacks: MainWindowCallbacks,
        *,
        theme_mode: str = "light",
        scaling: float | None = None,
        size: tuple[int, int] = SIZE,
        today: Callable[[], date] = _local_today,
        about: AboutRow = NOTHING_KNOWN,
    ) -> None:
        """`scaling` is Tk's own factor (4/3 is 100 % at 96 dpi), None leaves what Tk found."""
        super().__init__(
            callbacks,
            theme_mode=theme_mode,
            scaling=scaling,
            size=size,
            today=today,
            about=about,
        )
        self._room_name = ""
        self._title_count = 0
        self._room_key: Key | None = None

    # what to show: pages

    def show_connect(self, row: ConnectRow) -> None:
        """The connect page over everything; call again with an error or the busy state."""
        self._pages.show_connect(row)

    def show_key_changed(self, row: KeyChangedRow) -> None:
        """The red page: both fingerprints and one way out."""
        self._pages.show_key_changed(row)

    def show_chat(self) -> None:
        """Take the connect or key page away; the focus goes into the composer."""
        was_covered = self._pages.leave()
        self._see(is_covered=False)
        if was_covered and not self.popups.stack.is_any_open:
            self.focus_composer()

    # what to show: the chat

    def show_server(self, name: str) -> None:
        """The name above the rooms."""
        self.room_list.show_server(name)

    def show_self(self, row: PersonRow) -> None:
        """The own card at the foot of the rooms."""
        self.own_card.show(row)

    def show_rooms(self, rows: Sequence[RoomRow]) -> None:
        """All rooms in the order to show; the selected one should have `is_selected`."""
        self.room_list.show_rooms(rows)
        self.header.set_news(*self.room_list.rooms.news)
        self.popups.show_rooms(rows)

    def show_seen_rooms(self, keys: Sequence[Key]) -> None:
        """The rooms that were open last, the newest first."""
        self.popups.show_seen_rooms(keys)

    def show_room_choices(self, rows: Sequence[RoomChoiceRow]) -> None:
        """The rooms one could join, for the open join dialog or switcher."""
        self.popups.show_room_choices(rows)

    def show_join_wait(self, name: str) -> None:
        """The server is asked for this room; `show_join_answer` or `close_join_dialog` follows."""
        self.popups.show_join_wait(name)

    def set_join_delayed(self, is_delayed: bool) -> None:
        """Whether there is no server to ask now: what is asked for is done later."""
        self.popups.join_dialog.tell("delayed", lambda dialog: dialog.set_delayed(is_delayed))

    def show_join_answer(self, name: str, refused: str) -> None:
        """One is in the room of that name now; or why it was refused: in the dialog that asked
        for it, or in a quiet line."""
        if not self.popups.take_join_answer(name, refused) and refused:
            self.set_notice(refused if is_invite(name) else f"#{safe_name(name)}: {refused}")

    def ask_to_switch(self, row: InviteRow) -> None:
        """Whether to go to another server, where an invite link leads."""
        self.popups.ask_to_switch(row)

    def show_servers(self, rows: Sequence[ServerRow]) -> None:
        """The servers of the server menu, the active one marked."""
        self.server_menu.show_servers(rows)
        self.popups.settings.tell("servers", lambda page: page.network.show_servers(rows))

    def set_room_rules(self, rules: Mapping[Key, RoomRuleRow]) -> None:
        """What the rooms may notify of, for their menus."""
        self.room_list.rooms.set_rules(rules)
        self.header.set_news(*self.room_list.rooms.news)

    def show_notification_settings(self, row: NotificationSettingsRow) -> None:
        """What is to be heard of news, for the settings and the server menu."""
        self.popups.settings.tell("notifications", lambda page: page.notifications.show(row))
        self.server_menu.set_do_not_disturb(row.do_not_disturb)
        self.own_card.set_quiet(row.do_not_disturb)

    def set_quiet_hours(self, until: int | None) -> None:
        """Quiet hours hold now, until this minute of the day; None: they do not."""
        self.own_card.set_quiet_hours(until)

    def show_discovery(self, is_on: bool) -> None:
        """Whether servers are looked for."""
        self.popups.settings.tell("discovery", lambda page: page.network.show_discovery(is_on))

    def show_used_emoji(self, recent: Sequence[str], skin_tone: str) -> None:
        """What the emoji picker offers first, and the tone of its hands and people."""
        self.popups.used_emoji.use(recent, skin_tone)

    def set_control_sends(self, is_on: bool) -> None:
        """Whether Ctrl+Enter sends, or Enter."""
        self.popups.set_control_sends(is_on)
        self.composer.sends_with_control = is_on
        self.status_line.set_control_sends(is_on)

    def set_room_order(self, order: str) -> None:
        """How the rooms stand ("name", "newest" or "own"), for the settings."""
        self.popups.settings.tell("order", lambda page: page.appearance.room_order.show(order))

    def show_header(self, row: HeaderRow) -> None:
        """Name and topic of the room; the composer says the same name."""
        self.column.show_header(row)
        self._room_name = row.room_name
        self._show_title()

    def show_timeline(self, rows: TimelineRows) -> None:
        """Show a room, or its changes: only what differs is drawn.

        Another `room_key` brings that room's pane to the front, at the place it was left, and
        its draft into the composer. A room shown for the first time opens at its New line.
        """
        if rows.room_key != self._room_key:
            self._room_key = rows.room_key
            self.visited.note(rows.room_key)
        self.column.show_timeline(rows)
        self.popups.completion.writers = last_writers(rows.rows)

    def show_found(self, row: FoundRow) -> None:
        """Where the words are that `on_find` asked for."""
        self.find_bar.show_found(row)

    def show_search(self, row: SearchRow) -> None:
        """What came so far of what `on_search` asked for."""
        self.popups.search.show(row)

    def show_commands(self, rows: Sequence[CommandRow]) -> None:
        """The slash commands there are, for completing and listing them."""
        self.popups.show_commands(rows)

    def show_people(self, rows: Sequence[PersonRow]) -> None:
        """The people of the shown room, in any order: the view groups and sorts."""
        self.member_list.show_people(rows)
        self.popups.show_people(rows)

    def show_known_people(self, rows: Sequence[PersonRow]) -> None:
        """Everybody one could look for, those of the shown room first, for the open switcher."""
        self.popups.switcher.tell("people", lambda switcher: switcher.show_people(rows))

    def open_person_card(self, row: PersonRow) -> None:
        """Open the card of a person, as a click on him does."""
        self.popups.cards.open(row, None)

    def show_person_card(self, row: PersonCardRow) -> None:
        """What is known of the person whose card is open."""
        self.popups.cards.show(row)

    def set_status(self, row: StatusRow) -> None:
        """The connection pill; at most once a second, so that it can be read."""
        self.header.set_status(row)

    def show_link_details(self, row: LinkDetailsRow) -> None:
        """What the details of the connection show, while they are open."""
        self.popups.link_details.tell("row", lambda details: details.show(row))

    def show_network_test(self, row: NetworkTestRow) -> None:
        """The steps of the test, while its popup is open."""
        self.popups.network_test.tell("row", lambda test: test.show(row))

    def set_banner(self, row: BannerRow | None) -> None:
        """The one line under the header, None takes it away. Which is first, the caller decides."""
        self.column.set_banner(row)

    def set_title_count(self, count: int) -> None:
        """The number in the title: mentions and direct messages."""
        self._title_count = count
        self._show_title()

    def set_key_hint(self, is_shown: bool) -> None:
        """Whether the line below tells which keys send, where it is wide enough."""
        self.status_line.set_key_hint(is_shown)

    def set_typing(self, names: Sequence[str]) -> None:
        self.status_line.set_typing(names)

    def set_wait(self, text: str) -> None:
        """One quiet line about what is waited for, "" when it is over."""
        self.status_line.set_wait(text)

    def set_notice(self, text: str, *, is_mishap: bool = True) -> None:
        """One quiet line about a mishap, or that something is done; it goes by itself."""
        self.status_line.set_notice(text, is_mishap=is_mishap)

    # the composer

    def set_draft(self, room_key: Key, text: str) -> None:
        """The draft of a room, shown at once or when the room is."""
        self.column.drafts.put(room_key, text)

    def flush_draft(self) -> None:
        """Tell of what was typed just now."""
        self.composer.flush_change()

    def clear_draft(self, room_key: Key) -> None:
        """Empty the field: the outbox has the text."""
        self.set_draft(room_key, "")

    def set_composer_enabled(self, is_enabled: bool, reason: str = "") -> None:
        """Off with words in its place, such as "Only moderators can write here."."""
        self.column.set_composer_enabled(is_enabled, reason)

    def show_writing_hint(self, text: str) -> None:
        """What one should know before one goes on writing, "" for nothing."""
        self.column.show_writing_hint(text)

    # appearance and layout

    @property
    def theme_mode(self) -> str:
        return self.look.mode

    def show_appearance(self, row: AppearanceRow, theme: str) -> None:
        """Look like this; `theme` is what "system" means now, else the one chosen."""
        if self._theme != theme:
            self._theme = theme
            self.look.use(theme)
        self.look.scale_messages(row.text_percent)
        self.popups.settings.tell("appearance", lambda page: page.show(row))

    def want_people(self, is_wanted: bool) -> None:
        """People where there is room for them, or not."""
        self.layout.want_people(is_wanted)

    def want_columns(self, rooms: int, people: int) -> None:
        """Rooms and people so wide, in logical pixels, as far as the window allows."""
        self.layout.want_widths(ColumnWidths(rooms, people))

    def show_reminders(self, rows: Sequence[TextRow]) -> None:
        """What the person is to be reminded of, the next first."""
        self.popups.lists.reminders.tell("rows", lambda texts: texts.show_texts(rows))

    def show_stranded(self, rows: Sequence[TextRow]) -> None:
        """Texts that wait for other servers than this one."""
        self.popups.lists.stranded.tell("rows", lambda texts: texts.show_texts(rows))
        self.server_menu.set_stranded(len(rows))

    # private

    def _show_title(self) -> None:
        self.root.title(title_text(self._room_name, self._title_count))
