"""The window as a whole: makes it, joins the other controllers to it, and ends it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any, Final

from app.controllers.appearance_controller import AppearanceController, fit_appearance
from app.controllers.connection_controller import ConnectionController, Connector
from app.controllers.conversation_controller import ConversationController
from app.controllers.flush_timer import Scheduler
from app.controllers.invite_links import InviteLinks
from app.controllers.kept_people import KeptPeople
from app.controllers.link_controller import LinkController
from app.controllers.member_list_controller import MemberListController
from app.controllers.network_test_controller import NetworkTestController
from app.controllers.notification_controller import NotificationController
from app.controllers.opened_links import OpenedLinks, Opening
from app.controllers.pace_controller import PaceController
from app.controllers.person_controller import PersonController
from app.controllers.presenters import room_key
from app.controllers.reminder_controller import ReminderController
from app.controllers.room_list_controller import RoomListController
from app.controllers.search_controller import SearchController
from app.controllers.seen_rooms import SeenRooms
from app.controllers.server_menu_controller import ServerMenuController
from app.controllers.stranded_texts import StrandedTexts
from app.controllers.window_state import WindowState, rules_of
from app.models.chat_model import ChatModel
from app.models.joins_and_leaves import ShownJoins
from app.models.notification_rules import Popup, Rules
from app.models.reminders import Reminders
from app.models.room_order import RoomOrder, RoomPlaces
from app.models.signals import PostSaved, ServerSwitched
from app.views.callbacks import MainWindowCallbacks
from app.views.rows import AppearanceRow, BannerKind

if TYPE_CHECKING:
    from app.views.main_window import MainWindow

#: Whoever has sent so many knows the keys.
KEY_HINT_MESSAGES: Final = 20

_log: Final = logging.getLogger(__name__)


class WindowController:
    """Everything between the models and the views."""

    def __init__(
        self,
        model: ChatModel,
        connector: Connector,
        make_window: Callable[[MainWindowCallbacks], MainWindow],
        clock: Callable[[], float],
        *,
        state: WindowState,
        on_state: Callable[[WindowState], None],
        open_link: Callable[[str], Opening],
        notify: Callable[[Popup], None] = lambda _popup: None,
        local_now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        start_room: str = "",
        system_is_dark: Callable[[], bool | None] = lambda: None,
        zone: tzinfo | None = None,
        version: str = "",
        popups_problem: str = "",
    ) -> None:
        """``on_state`` is given what is to be kept, whenever it changed; it must not wait.
        ``popups_problem`` says why the desktop shows no pop-ups, if that is so."""
        self._model = model
        self._state = state
        self._on_state = on_state
        self._drafts_to_restore = dict(state.drafts)
        self._kept_people = KeptPeople(model)
        model.is_away, model.away_status = state.is_away, state.away_status
        #: The window was closed to be opened again.
        self.wants_restart = False
        self.window = window = make_window(self._callbacks())
        scheduler: Scheduler = window.root
        self._rooms = RoomListController(
            model, window, scheduler, clock,
            start_room=start_room, last_rooms=lambda: self._state.seen_rooms,
            places=RoomPlaces(state.room_places), on_order=self._room_order_changed,
            follow_invite=lambda link: self._invites.follow(link),
        )  # fmt: skip
        SeenRooms(model, window, state.seen_rooms, lambda seen: self._change(seen_rooms=seen))
        self._people = PersonController(
            model, window, scheduler, clock,
            local_now=local_now, on_ignored=self._people_changed, zone=zone,
        )  # fmt: skip
        self._conversation = ConversationController(
            model, window, scheduler, clock,
            join_room=self._rooms.join_by_command,
            on_drafts=self._drafts_changed,
            about_people=self._people.do,
            copy_invite=lambda key: self._server_menu.copy_invite(key),
            remind=lambda room, command: self._reminders.do(room, command),
            local_now=local_now,
            version=version,
            zone=zone,
        )  # fmt: skip
        self._search = SearchController(model, window, local_now=local_now, zone=zone)
        self._members = MemberListController(model, window, scheduler, clock)
        self._connection = ConnectionController(
            model, window, connector, scheduler, clock, go_to_room=self._rooms.go_to
        )
        room = self._rooms.follow_name
        opened = OpenedLinks(window, scheduler, open_link)
        self._invites = InviteLinks(model, window, self._connection, room, opened.open)
        self._link = LinkController(
            model, window, scheduler, clock,
            address=lambda: model.link.address or self._connection.address,
        )  # fmt: skip
        self._pace = PaceController(model, window, scheduler, clock)
        self._notifications = NotificationController(
            model, window, scheduler, clock,
            rules=rules_of(state), notify=notify, local_now=local_now, on_rules=self._rules_changed,
            leave_page=self._connection.leave_page, popups_problem=popups_problem,
        )  # fmt: skip
        self._reminders = ReminderController(
            model, window, scheduler,
            kept=Reminders(state.reminders), local_now=local_now, zone=zone,
            pop_up=self._notifications.remind, on_change=self._reminders_changed,
        )  # fmt: skip
        self._network_test = NetworkTestController(
            model, window, connector, self._connection.tested_address
        )
        self._server_menu = ServerMenuController(
            model, window, self._connection, self._server_names_changed
        )
        self._stranded = StrandedTexts(model, window, local_now=local_now, zone=zone)
        self._appearance = AppearanceController(
            window,
            scheduler,
            fit_appearance(
                state.theme, state.text_percent, state.window_percent, state.language, state.joins
            ),
            system_is_dark=system_is_dark,
            on_change=self._appearance_changed,
        )
        signals = model.signals
        signals.server_switched.connect(self._on_server_switched)
        signals.self_changed.connect(lambda _me: self._show_server())
        signals.post_saved.connect(self._on_post_saved)
        signals.names_changed.connect(lambda _changed: self._people_changed())

    def start(self, server: str, name: str) -> None:
        """Connect if both are known, else ask."""
        self._model.reading.look(self.window.is_chat_seen)
        self._appearance.start()
        self._notifications.start()
        self.window.want_people(self._state.has_people)
        self.window.want_columns(self._state.rooms_width, self._state.people_width)
        self._model.servers.names = dict(self._state.server_names)
        self._connection.use_discovery(self._state.has_discovery)
        self.window.show_discovery(self._state.has_discovery)
        self.window.set_control_sends(self._state.control_sends)
        self._rooms.use_order(self._state.room_order)
        self.window.set_key_hint(self._state.sent_count < KEY_HINT_MESSAGES)
        self.window.show_used_emoji(self._state.recent_emoji, self._state.skin_tone)
        self._conversation.show_joins(ShownJoins(self._state.joins))
        self._conversation.start()
        self._connection.start(server, name)

    def visit(self, link: str, address: str, fingerprint: str, room: str) -> None:
        """Come to the front, at a server and in a room, each "" to stay where one is.

        ``address`` and ``fingerprint`` are those that the link names.
        """
        self.window.come_to_front()
        if link and not self._connection.is_at(address, fingerprint):
            self._connection.start(link, self._connection.name)
            self._rooms.go_to(room)
            return
        if link or room:
            self._connection.leave_page()
        if room:
            self._rooms.follow_name(room)

    def close(self) -> None:
        """Take the window away, as if its person had closed it."""
        self.window.close()

    @property
    def unreached(self) -> tuple[str, str]:
        """Server and nick that were asked for and are not kept, since nobody signed in there."""
        is_kept = self._model.person or self._connection.destination is None
        return ("", "") if is_kept else (self._connection.server, self._connection.name)

    # --- callbacks ---------------------------------------------------------------------------
    def _callbacks(self) -> MainWindowCallbacks:
        # The other controllers need the window, which needs these: so each looks them up late.
        return MainWindowCallbacks(
            on_connect=lambda nick, server: self._connection.connect(nick, server),
            on_cancel_connect=lambda: self._connection.cancel(),
            on_add_server=lambda: self._connection.add_server(),
            on_try_now=lambda: self._connection.try_now(),
            on_forget_server=lambda address: self._connection.forget(address),
            on_switch_server=lambda address: self._server_menu.switch(address),
            on_copy_invite=lambda key: self._server_menu.copy_invite(key),
            on_disconnect=lambda: self._connection.disconnect(),
            on_open_room=lambda key: self._rooms.open_room(key),
            on_join_dialog=self._join_dialog,
            on_join_room=lambda name: self._rooms.join_room(name),
            on_leave_room=lambda key: self._rooms.leave_room(key),
            on_topic=lambda key, topic: self._rooms.set_topic(key, topic),
            on_drop_kept=lambda key: self._rooms.drop_kept(key),
            on_drop_stranded=lambda key: self._stranded.drop(key),
            on_room_level=lambda key, level: self._notifications.set_level(key, level),
            on_mute_room=lambda key, until: self._notifications.mute(key, until),
            on_person_card=lambda person: self._people.show_card(person),
            on_ignore=lambda person, is_on: self._people.ignore(person, is_on),
            on_remove_reminder=lambda key: self._reminders.remove(key),
            on_rename=lambda name: self._people.rename(name),
            on_away=lambda is_away, text: self._people.set_away(is_away, text),
            on_do_not_disturb=lambda is_on: self._notifications.set_do_not_disturb(is_on),
            on_notification_settings=lambda row: self._notifications.change_settings(row),
            on_control_sends=self._choose_control_sends,
            on_arrange_rooms=lambda heard, silent: self._rooms.arrange(heard, silent),
            on_room_order=lambda order: self._rooms.use_order(order),
            on_emoji_used=self._emoji_used,
            on_discovery=self._choose_discovery,
            on_rename_server=lambda address, name: self._server_menu.rename(address, name),
            on_send=lambda key, text: self._conversation.submit(key, text),
            on_draft_change=lambda key, text: self._conversation.change_draft(key, text),
            on_need_older=lambda key: self._conversation.load_older(key),
            on_need_newer=lambda key: self._conversation.load_newer(key),
            on_newest=lambda key: self._conversation.show_newest(key),
            on_show_earlier=lambda key: self._conversation.show_earlier(key),
            on_find=lambda key, words, further: self._conversation.find(key, words, further),
            on_search=lambda typed: self._search.find(typed),
            on_go_to=lambda key, row_key: self._conversation.go_to(key, row_key),
            on_seen=lambda key, row_key: self._conversation.seen(key, row_key),
            on_mark_read=lambda key: self._rooms.mark_read(key),
            on_mark_all_read=lambda: self._conversation.mark_all_read(),
            on_mark_unread=lambda key, row: self._conversation.mark_unread(key, row),
            on_retry=lambda key, row_key: self._conversation.retry(key, row_key),
            on_delete_failed=lambda key, row: self._conversation.delete_failed(key, row),
            on_open_link=lambda link: self._invites.click(link),
            on_accept_invite=lambda link: self._invites.accept(link),
            on_room_name=lambda name: self._rooms.follow_name(name),
            on_banner_action=self._act_on_banner,
            on_test_network=lambda server: self._network_test.begin(server),
            on_test_again=lambda: self._network_test.again(),
            on_stop_test=lambda: self._network_test.stop(),
            on_link_details=lambda is_open: self._link.show_details(is_open),
            on_theme_change=lambda mode: self._appearance.choose_theme(mode),
            on_theme_choice=lambda theme: self._appearance.choose_theme(theme),
            on_text_percent=lambda percent: self._appearance.choose_text_percent(percent),
            on_window_percent=lambda percent: self._appearance.choose_window_percent(percent),
            on_language=lambda language: self._appearance.choose_language(language),
            on_joins=lambda joins: self._appearance.choose_joins(joins),
            on_look=lambda is_seen: self._model.reading.look(is_seen),
            on_restart=self._restart,
            on_arrange=self._arranged,
            on_columns=self._columns_changed,
            on_close=self._on_close,
            on_callback_error=self._on_callback_error,
        )

    def _join_dialog(self) -> None:
        self._rooms.show_choices()
        self._people.show_known()

    def _act_on_banner(self, kind: BannerKind) -> None:
        match kind:
            case BannerKind.CONNECTING | BannerKind.NO_ANSWER:
                self._connection.disconnect()
            case BannerKind.STOPPED:
                self._connection.reconnect()
            case BannerKind.CLOCK_WRONG | BannerKind.ERROR:
                self._link.dismiss()
            case BannerKind.KEPT_TEXTS:
                self._link.dismiss()
                self.window.open_stranded()
            case _:
                self._connection.try_now()

    def _restart(self) -> None:
        self.wants_restart = True
        self.close()

    def _choose_control_sends(self, is_on: bool) -> None:
        self.window.set_control_sends(is_on)
        self._change(control_sends=is_on)

    def _room_order_changed(self, order: RoomOrder, places: tuple[str, ...]) -> None:
        if (order.value, places) != (self._state.room_order, self._state.room_places):
            self._change(room_order=order.value, room_places=places)

    def _on_post_saved(self, _saved: PostSaved) -> None:
        count = self._state.sent_count + 1
        if count <= KEY_HINT_MESSAGES:
            self.window.set_key_hint(count < KEY_HINT_MESSAGES)
            self._change(sent_count=count)

    def _reminders_changed(self) -> None:
        self._change(reminders=self._reminders.reminders.kept)

    def _people_changed(self) -> None:
        self._state = self._kept_people.put_into(self._state)
        self._keep()

    def _emoji_used(self, recent: Sequence[str], skin_tone: str) -> None:
        self._change(recent_emoji=tuple(recent), skin_tone=skin_tone)

    def _choose_discovery(self, is_on: bool) -> None:
        self._connection.use_discovery(is_on)
        self.window.show_discovery(is_on)
        self._change(has_discovery=is_on)

    def _server_names_changed(self, names: dict[str, str]) -> None:
        self._state = replace(self._state, server_names=names)
        self._show_server()

    def _appearance_changed(self, row: AppearanceRow) -> None:
        self._state = replace(
            self._state,
            theme=row.theme,
            text_percent=row.text_percent,
            window_percent=row.window_percent,
            language=row.language,
            joins=row.joins,
        )
        self._conversation.show_joins(ShownJoins(row.joins))
        self._keep()

    def _arranged(self, geometry: str, has_people: bool) -> None:
        if (geometry, has_people) != (self._state.geometry, self._state.has_people):
            self._change(geometry=geometry, has_people=has_people)

    def _columns_changed(self, rooms: int, people: int) -> None:
        if (rooms, people) != (self._state.rooms_width, self._state.people_width):
            self._change(rooms_width=rooms, people_width=people)

    def _on_close(self) -> None:
        self._change(geometry=str(self.window.root.geometry()))
        for controller in (
            self._rooms, self._people, self._conversation, self._members, self._connection,
            self._link, self._pace, self._notifications, self._appearance,
            self._reminders,
        ):  # fmt: skip
            controller.close()

    def _on_callback_error(self, error: BaseException) -> None:
        _log.error("! a callback of the window failed", exc_info=error)

    # --- what the model says -----------------------------------------------------------------
    def _on_server_switched(self, _switched: ServerSwitched) -> None:
        """Drafts of rooms that are known now go into their fields; who is hidden here is so."""
        self._kept_people.bring_back(self._state)
        # What was begun at another server stays kept until we are there again.
        self._drafts_to_restore |= self._state.drafts
        there = self._conversation.drafts
        for room in self._model.rooms.values():
            text = self._drafts_to_restore.pop(room.stream_id.hex(), "")
            if text and room_key(self._model, room.room) not in there:
                self._conversation.restore_draft(room.room, text)
        self._rooms.note_drafts(frozenset(self._conversation.drafts))

    def _show_server(self) -> None:
        self.window.show_server(self._connection.called)
        self._people_changed()

    # --- what is kept ------------------------------------------------------------------------
    def _drafts_changed(self) -> None:
        self._rooms.note_drafts(frozenset(self._conversation.drafts))
        self._keep()

    def _rules_changed(self, rules: Rules) -> None:
        self._state = replace(
            self._state,
            levels={str(room): rule.level.value for room, rule in rules.rooms.items()},
            muted_until_ms={str(room): rule.muted_until_ms for room, rule in rules.rooms.items()},
            do_not_disturb=rules.quiet.do_not_disturb,
            has_popups=rules.has_popups,
            has_sound=rules.has_sound,
            has_quiet_hours=rules.quiet.has_hours,
            quiet_from=rules.quiet.from_minute,
            quiet_to=rules.quiet.to_minute,
            quiet_days=rules.quiet.days,
            mention_words=", ".join(rules.words),
        )
        self._keep()

    def _change(self, **what: Any) -> None:
        self._state = replace(self._state, **what)
        self._keep()

    def _keep(self) -> None:
        drafts = dict(self._drafts_to_restore)
        for (server, number), text in self._conversation.drafts.items():
            known = self._model.rooms.get(number)
            if server == self._model.server and known is not None and known.stream_id:
                drafts[known.stream_id.hex()] = text
        state = replace(
            self._state,
            drafts=drafts,
            is_away=self._model.is_away,
            away_status=self._model.away_status,
        )
        self._state = state
        self._on_state(state)
