"""What a person did in the window: one callback for each intent, set by the controllers."""

from collections.abc import Callable, Sequence

from app.structs import Struct
from app.views.rows import BannerKind, Key, NotificationSettingsRow


def _ignore(*_: object) -> None:
    """Stands in for a callback nobody set."""


class MainWindowCallbacks(Struct, frozen=True, kw_only=True):
    """Every callback runs on the Tk thread, after the view has settled; none is called early.

    A view changes nothing by itself but what belongs to it (scroll place, text in the field,
    light or dark): a room becomes selected, a message vanishes, only when new rows say so.
    """

    on_connect: Callable[[str, str], None] = _ignore
    """(nick, server) from the connect page, both stripped and not empty."""
    on_cancel_connect: Callable[[], None] = _ignore
    """Wait for no server any more, or go back to the one that the page was opened from."""
    on_add_server: Callable[[], None] = _ignore
    """Another server is wanted beside the ones there are; answer with `show_connect`."""
    on_try_now: Callable[[], None] = _ignore
    """Do not wait for the next try to connect."""
    on_test_network: Callable[[str | None], None] = _ignore
    """(address or link as typed, "" for the network alone, None for the active server) answer
    with `show_network_test`, again and again."""
    on_test_again: Callable[[], None] = _ignore
    on_stop_test: Callable[[], None] = _ignore
    on_forget_server: Callable[[str], None] = _ignore
    """(address) take a saved server from the list."""
    on_switch_server: Callable[[str], None] = _ignore
    """(address) another server was chosen in the server menu."""
    on_copy_invite: Callable[[Key | None], None] = _ignore
    """(room key, None for the server alone) answer with `copy_text`."""
    on_disconnect: Callable[[], None] = _ignore
    """The server menu, or the only button of the key-changed page."""

    on_open_room: Callable[[Key], None] = _ignore
    """A room was chosen by click, Enter or Alt+Up/Down; answer with `show_rooms` and the rest."""
    on_join_dialog: Callable[[], None] = _ignore
    """The join dialog opened; answer with `show_room_choices`."""
    on_join_room: Callable[[str], None] = _ignore
    """(name without "#", or invite link) join the room, or create it when there is none; answer
    with `show_join_wait` and `show_join_answer`, or with `close_join_dialog`."""
    on_leave_room: Callable[[Key], None] = _ignore
    on_topic: Callable[[Key, str], None] = _ignore
    """(room key, topic) the room should have it, "" for none."""
    on_drop_kept: Callable[[Key], None] = _ignore
    """(room key) delete what only this computer has; answer with `show_rooms`."""
    on_drop_stranded: Callable[[Key], None] = _ignore
    """(key) give up a text for another server; answer with `show_stranded`."""
    on_room_level: Callable[[Key, str], None] = _ignore
    """(room key, "all", "mentions" or "nothing") what the room may notify of."""
    on_mute_room: Callable[[Key, str], None] = _ignore
    """(room key, "hour", "tomorrow", or "" for no longer)"""
    on_do_not_disturb: Callable[[bool], None] = _ignore
    """No pop-ups at all; answer with `set_do_not_disturb`."""

    on_person_card: Callable[[str | None], None] = _ignore
    """(person id, None when it was closed) the card of a person opened: answer with
    `show_person_card` as long as it is open."""
    on_ignore: Callable[[str, bool], None] = _ignore
    """(person id, whether to) hide what a person writes, on this computer."""
    on_rename: Callable[[str], None] = _ignore
    """(nick) take another name."""
    on_away: Callable[[bool, str], None] = _ignore
    """(whether, what the others read of it) be away from the keyboard, or back."""

    on_remove_reminder: Callable[[Key], None] = _ignore
    """(key) a reminder is no longer wanted; answer with `show_reminders`."""
    on_notification_settings: Callable[[NotificationSettingsRow], None] = _ignore
    """(the settings as they should be) answer with `show_notification_settings`."""
    on_emoji_used: Callable[[Sequence[str], str], None] = _ignore
    """(emoji used last, the newest first; skin tone or "") to be shown at the next start."""
    on_control_sends: Callable[[bool], None] = _ignore
    """Whether Ctrl+Enter sends; answer with `set_control_sends`."""
    on_arrange_rooms: Callable[[Sequence[Key], Sequence[Key]], None] = _ignore
    """(keys of the rooms, keys of the silent rooms below them) the person put one elsewhere; the
    view shows it already. Answer with `set_room_order` and `show_rooms`."""
    on_room_order: Callable[[str], None] = _ignore
    """("name", "newest" or "own") how the rooms should stand; answer with `set_room_order`."""
    on_discovery: Callable[[bool], None] = _ignore
    """Whether servers are looked for; answer with `show_discovery`."""
    on_rename_server: Callable[[str, str], None] = _ignore
    """(address, name) call a saved server so, "" as it calls itself."""

    on_send: Callable[[Key, str], None] = _ignore
    """(room key, text) Enter in the composer; text is never blank. Call `clear_draft` when the
    outbox has it (or at once): the field keeps its text until then."""
    on_draft_change: Callable[[Key, str], None] = _ignore
    """(room key, text) at most every 300 ms while typing, and before another room is shown."""
    on_need_older: Callable[[Key], None] = _ignore
    """(room key) scrolled near the first row given, and `has_older` was set. Asked once per
    first row; answer with `show_timeline` and more rows in front."""
    on_need_newer: Callable[[Key], None] = _ignore
    """(room key) the same at the other end, when `has_newer` was set."""
    on_newest: Callable[[Key], None] = _ignore
    """(room key) back from a far place: answer with the newest rows and another `jumps`."""
    on_show_earlier: Callable[[Key], None] = _ignore
    """(room key) show what was cleared from the view."""
    on_find: Callable[[Key, str, bool], None] = _ignore
    """(room key, words, whether to look further back than what is here) look through the room, ""
    for nothing any more; answer with `show_found`."""
    on_search: Callable[[str], None] = _ignore
    """(what was typed, "" for nothing any more) look through all rooms; answer with
    `show_search`, again and again."""
    on_go_to: Callable[[Key, Key], None] = _ignore
    """(room key, row key) a hit that is not among the rows given: answer with rows around it."""
    on_seen: Callable[[Key, Key], None] = _ignore
    """(room key, row key) the newest row given is in view, for computing what is unread."""
    on_mark_read: Callable[[Key], None] = _ignore
    """(room key) nothing is unread there any more."""
    on_mark_all_read: Callable[[], None] = _ignore
    """Shift+Esc: nothing is unread any more, in no room."""
    on_mark_unread: Callable[[Key, Key], None] = _ignore
    """(room key, message key) this message and what follows was not read after all."""
    on_retry: Callable[[Key, Key], None] = _ignore
    """(room key, message key) of a failed message."""
    on_delete_failed: Callable[[Key, Key], None] = _ignore
    """(room key, message key) give a failed message up."""
    on_open_link: Callable[[str], None] = _ignore
    """A clicked address; always http, https, mailto or an invite link."""
    on_accept_invite: Callable[[str], None] = _ignore
    """(link) the answer to `ask_to_switch` was yes."""

    on_room_name: Callable[[str], None] = _ignore
    """(name without "#") a room named in a message was clicked: open it, or join it."""

    on_banner_action: Callable[[BannerKind], None] = _ignore
    on_link_details: Callable[[bool], None] = _ignore
    """(is open) the details of the connection; while they are open `show_link_details` them."""
    on_theme_change: Callable[[str], None] = _ignore
    """("light" or "dark") the person switched; the window has done it already."""
    on_theme_choice: Callable[[str], None] = _ignore
    """("light", "dark", "system" or "contrast") chosen in the settings; answer with
    `show_appearance`."""
    on_text_percent: Callable[[int], None] = _ignore
    """(percent) a size for the messages was chosen; answer with `show_appearance`."""
    on_window_percent: Callable[[int], None] = _ignore
    """(percent) a size for everything was chosen; it is for the next start."""
    on_language: Callable[[str], None] = _ignore
    """(code, "" for the system's) a language was chosen; it is for the next start."""
    on_joins: Callable[[str], None] = _ignore
    """("lately", "all" or "none") whose joins and leaves are shown; answer with `show_appearance`
    and `show_timeline`."""
    on_restart: Callable[[], None] = _ignore
    """The next start is wanted now; nothing is lost by it."""
    on_look: Callable[[bool], None] = _ignore
    """Whether the chat is seen from now on: the window is in front, and no page lies over it."""
    on_arrange: Callable[[str, bool], None] = _ignore
    """(place as Tk writes it, whether people are wanted) the window was moved or rearranged."""
    on_columns: Callable[[int, int], None] = _ignore
    """(width of the rooms, of the people, in logical pixels) the person wants them so wide."""
    on_close: Callable[[], None] = _ignore
    """The window is about to be destroyed: close button or Ctrl+Q."""
    on_callback_error: Callable[[BaseException], None] = _ignore
    """An exception left a Tk callback; log it. The window shows one quiet line."""
