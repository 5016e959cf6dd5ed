"""Pictures of what lies over the window: dialogs, lists, cards and menus."""

from __future__ import annotations

from app.structs import replace
from app.views.invite_row import InviteRow
from app.views.main_window import MainWindow
from app.views.rows import AppearanceRow, MessageRow, PersonCardRow, PersonRow, RoomChoiceRow
from app.views.search_rows import FoundMessageRow, SearchRow
from tools.made_up_team import FAILED, ONESELF, PEOPLE, REMINDERS, ROOMS, STRANDED, moment
from tools.photographer import Photographer

MARA_CARD = PersonCardRow(
    PEOPLE[1],
    "Online since 08:55",
    (
        ("Last message", "Yesterday, 09:22"),
        ("Has received", "Every message"),
        ("Number on this server", "21"),
    ),
)
INVITE = InviteRow(
    "hubbub://192.168.1.44:48228/lunch",
    server="Harbour",
    address="192.168.1.44:48228",
    room="lunch",
    nick="Anna Berg",
    known_as="Workshop",
    fingerprint="P4XN8CZK2VEMHW7RQDB5TLJ6YGUAFS3O",
)
FOUND = SearchRow(
    "relay",
    "relay",
    [
        FoundMessageRow("2", number, *found)
        for number, found in enumerate(
            (
                (
                    "dev", "priya-13", "Priya Raman", "Today, 09:41",
                    "does the relay keep the count?",
                ),
                (
                    "dev", "mara-21", "Mara Lindqvist", "Yesterday, 09:12",
                    "Good morning! ☕ The relay in Oslo is back.",
                ),
                (
                    "ops-alerts", "tomasz-1", "Tomasz K", "Sunday, 22 November, 03:20",
                    "…before anybody saw it, the relay lost a fifth of all it was sent, and said so"
                    " only in its own log",
                ),
                (
                    "design", "jonas-1", "Jonas Weber", "Friday, 20 November, 16:02",
                    "it was ▒▒▒ who drew the Relay icons",
                ),
                (
                    "announcements", "aiko-12", "Aiko Tanaka", "Friday, 31 October 2025, 12:00",
                    "relay = Relay(host) relay.run()",
                ),
            )
        )
    ],
    "That is all in 7 rooms. Older messages that were never loaded here are not looked through.",
)  # fmt: skip
NO_DATE = "'soon' is no date. Write it as 2026-11-23, 23.11.2026, today or yesterday."
OWN_CARD = PersonCardRow(ONESELF, "Online", (("Number on this server", "8"),))


def popups(window: MainWindow, camera: Photographer, theme: str) -> None:
    """All of them."""
    _rooms(window, camera, theme)
    switcher(window, camera, theme)
    _search(window, camera, theme)
    _lists(window, camera, theme)
    _completions(window, camera, theme)
    _people(window, camera, theme)
    _topics(window, camera, theme)
    _menus(window, camera, theme)
    _invited(window, camera, theme)


def _rooms(window: MainWindow, camera: Photographer, theme: str) -> None:
    """The dialog to join a room: refused, and while there is no connection."""
    window.open_join_dialog()
    window.show_room_choices(
        [RoomChoiceRow("books", "What we read", 4), RoomChoiceRow("lunch", "", 1)]
    )
    camera.take(f"join_{theme}")
    dialog = window.popups.join_dialog()
    dialog.name.insert("end", "lunch")
    camera.settle()  # else nothing of that is known yet
    dialog.button.invoke()
    window.show_join_answer("lunch", "The room is full.")
    camera.take(f"join_refused_{theme}")
    window.close_join_dialog()
    window.set_join_delayed(True)
    window.open_join_dialog()
    dialog.name.insert("end", "lunch")
    camera.settle()
    dialog.button.invoke()
    window.show_join_wait("lunch")
    camera.take(f"join_delayed_{theme}")
    window.close_join_dialog()
    window.set_join_delayed(False)


def _lists(window: MainWindow, camera: Photographer, theme: str) -> None:
    window.popups.toggle_settings()
    window.popups.settings().show(AppearanceRow(theme))
    camera.take(f"settings_{theme}")
    window.popups.stack.close_all()
    window.popups.lists.toggle_keys()
    camera.take(f"keys_{theme}")
    window.popups.stack.close_all()
    window.open_command_list()
    camera.take(f"command_list_{theme}")
    window.popups.stack.close_all()
    window.show_reminders(REMINDERS)
    window.open_reminders()
    camera.take(f"reminders_{theme}")
    window.popups.stack.close_all()
    window.show_stranded(STRANDED)
    window.open_stranded()
    camera.take(f"other_servers_{theme}")
    window.popups.stack.close_all()
    window.show_stranded(())
    window.open_find_bar()
    window.find_bar.field.insert("end", "the")
    camera.take(f"find_{theme}")
    window.find_bar.field.delete("1.0", "end")
    window.close_find_bar()
    window.toggle_emoji_picker()
    camera.take(f"emoji_{theme}")
    window.popups.stack.close_all()


def _completions(window: MainWindow, camera: Photographer, theme: str) -> None:
    window.composer.text.focus_force()
    camera.settle()
    for typed, name in (("Look at 🙈 @r", "people"), (":hea", "emoji"), ("/", "commands")):
        window.composer.set_value("")
        window.composer.insert(typed)
        camera.take(f"complete_{name}_{theme}")
    window.composer.set_value("")
    window.popups.stack.close_all()


def switcher(window: MainWindow, camera: Photographer, theme: str) -> None:
    """Empty, and with what was typed; also drawn at twice the density."""
    window.toggle_switcher()
    window.show_room_choices([RoomChoiceRow("desert", "Dry talk", 4)])
    window.show_known_people((*PEOPLE, PersonRow("d-1", "Denise", is_elsewhere=True)))
    camera.take(f"switcher_empty_{theme}")
    window.popups.switcher().field.insert("end", "de")
    camera.take(f"switcher_{theme}")
    window.popups.stack.close_all()


def _search(window: MainWindow, camera: Photographer, theme: str) -> None:
    """The search over all rooms: empty, with what it found, and with a filter that is wrong."""
    for width in (480, 1100):
        camera.resize(width, 720)
        window.toggle_search()
        camera.take(f"search_empty_{theme}_{width}")
        field = window.popups.search.popup().field
        field.insert("end", "relay")
        camera.settle()
        window.show_search(FOUND)
        camera.take(f"search_{theme}_{width}")
        field.insert("end", " before:soon")
        camera.settle()
        window.show_search(SearchRow("relay before:soon", problem=NO_DATE))
        camera.take(f"search_wrong_{theme}_{width}")
        window.popups.stack.close_all()


def _people(window: MainWindow, camera: Photographer, theme: str) -> None:
    """Cards of somebody and of oneself; the bar at the message under the pointer."""
    cards = window.popups.cards
    people = window.member_list.people
    mara = next(item for item in people.items if item.row == MARA_CARD.person)
    people.item_chosen(mara)
    window.show_person_card(MARA_CARD)
    camera.take(f"person_{theme}")
    cards.close()
    window.own_card.person_button.invoke()
    window.show_person_card(OWN_CARD)
    camera.take(f"oneself_{theme}")
    cards.close()
    pane = window.panes.current
    assert pane is not None
    pane.text.event_generate("<Motion>", x=200, y=pane.text.winfo_height() - 60)
    camera.take(f"bar_{theme}")
    pane.text.event_generate("<Leave>", rootx=0, rooty=0)


def _topics(window: MainWindow, camera: Photographer, theme: str) -> None:
    """The card of a topic, read and edited, and of a room that has none yet."""
    row = window.header.row
    for width in (480, 1100):
        camera.resize(width, 720)
        window.header.topic.invoke()
        camera.take(f"topic_{theme}_{width}")
        window.popups.topic_card().edit_button.invoke()
        camera.take(f"topic_edit_{theme}_{width}")
        window.popups.stack.close_all()
        window.show_header(replace(row, topic="", topic_tooltip=""))
        window.header.topic.invoke()
        camera.take(f"topic_none_{theme}_{width}")
        window.popups.stack.close_all()
        window.show_header(row)


def _invited(window: MainWindow, camera: Photographer, theme: str) -> None:
    """What is asked before an invite link leads to another server."""
    for width in (480, 1100):
        camera.resize(width, 720)
        window.popups.ask_to_switch(INVITE)
        camera.take(f"other_server_{theme}_{width}")
        window.popups.stack.close_all()


def _menus(window: MainWindow, camera: Photographer, theme: str) -> None:
    """Menus are windows of their own, so the screen around the window is taken with them."""
    pane = window.panes.current
    assert pane is not None
    own = MessageRow("own", "you-8", "Anna Berg", True, moment(0, "09:44"), "no", FAILED)
    pane.menu.fill(own, selected="", link="https://example.org", can_quote=True)
    pane.menu.menu.post(500, 400)
    camera.take(f"menu_message_{theme}")
    pane.menu.menu.unpost()
    room = ROOMS[2]
    rooms = window.room_list.rooms
    rooms.fill_menu(room)
    rooms.menu.post(60, 220)
    camera.take(f"menu_room_{theme}")
    rooms.menu.unpost()
