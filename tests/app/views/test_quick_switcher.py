"""Ctrl+K: a few letters, Enter, and one is in the room."""

from __future__ import annotations

import pytest

from app.translation import LANGUAGES, _, use_language
from app.views import fonts
from app.views.choice_list import Choice
from app.views.quick_switcher import QuickSwitcher
from app.views.rows import PersonRow, Presence, RoomChoiceRow, RoomRow
from tests.app.views.conftest import Stage, texts_of

ROOMS = (
    RoomRow("1", "general"),
    RoomRow("2", "dev", "Work", is_selected=True),
    RoomRow("3", "design", unread=9, mentions=3),
    RoomRow("4", "random", unread=2),
)
PEOPLE = (
    PersonRow("p1", "Desmond"),
    PersonRow("p2", "Adele", Presence.OFFLINE, is_elsewhere=True),
)


@pytest.fixture
def switcher(stage: Stage) -> QuickSwitcher:
    """Open, with an empty field."""
    stage.window.show_rooms(ROOMS)
    stage.window.show_people(())  # the window has those of the test before
    stage.press(stage.window.composer.text, "<Control-k>")
    stage.window.show_room_choices(
        [RoomChoiceRow("books", "What we read", 4), RoomChoiceRow("desert", "", 1)]
    )
    stage.settle()
    return stage.window.popups.switcher()


def choices(switcher: QuickSwitcher) -> list[str]:
    rows = [item.row for item in switcher.choices.items]
    return [row.name for row in rows if isinstance(row, Choice)]


def enter(stage: Stage, switcher: QuickSwitcher, text: str) -> None:
    switcher.field.focus_force()
    switcher.field.insert("end", text)
    stage.settle()


def lines(switcher: QuickSwitcher) -> list[str]:
    """Names of rows, and headings in brackets."""
    items = switcher.choices.items
    return [item.row.name if item.row is not None else f"[{item.heading}]" for item in items]


def test_with_nothing_typed_it_offers_what_there_is(stage: Stage, switcher: QuickSwitcher) -> None:
    stage.window.show_known_people((PersonRow("me", "Anna", is_self=True), *PEOPLE))
    stage.settle()
    offered = ["[Rooms to join]", "books", "desert", "[People]", "Desmond", "Adele"]
    own = ["[Unread]", "design", "random", "[Seen last]", "general", "dev"]
    assert lines(switcher) == own + offered
    assert "Unread" in texts_of(switcher.choices)

    stage.window.show_room_choices([RoomChoiceRow(f"room {at}") for at in range(9)])
    stage.window.show_known_people([PersonRow(f"p{at}", f"person {at}") for at in range(9)])
    stage.settle()
    assert [line for line in lines(switcher) if "room " in line] == ["room 0", "room 1", "room 2"]
    assert [line for line in lines(switcher) if line.startswith("person")][-1] == "person 2"


def test_what_has_room_is_offered_and_that_there_is_more_is_said(
    stage: Stage, switcher: QuickSwitcher
) -> None:
    stage.window.show_room_choices([RoomChoiceRow(f"room {at}") for at in range(4)])
    stage.settle()
    own = ["[Unread]", "design", "random", "[Seen last]", "general", "dev"]
    rooms = ["room 0", "room 1", "room 2", "room 3"]
    assert lines(switcher) == [*own, "[Rooms to join]", *rooms]

    stage.window.show_known_people([PersonRow(f"p{at}", f"person {at}") for at in range(4)])
    stage.settle()
    people = ["person 0", "person 1", "person 2"]
    some = ["[Rooms to join  ·  # shows more]", *rooms[:3], "[People  ·  @ shows more]", *people]
    assert lines(switcher) == [*own, *some]


@pytest.mark.parametrize("sign", ["#", "@"])
def test_a_sign_alone_shows_all(stage: Stage, switcher: QuickSwitcher, sign: str) -> None:
    stage.window.show_room_choices([RoomChoiceRow(f"a #{at}") for at in range(30)])
    stage.window.show_known_people([PersonRow(f"p{at}", f"a @{at}") for at in range(30)])
    enter(stage, switcher, sign)
    assert len([name for name in choices(switcher) if f"a {sign}" in name]) == 30


@pytest.mark.parametrize("width", [480, 1100])
def test_in_the_lowest_window_all_of_it_is_seen(
    stage: Stage, switcher: QuickSwitcher, width: int
) -> None:
    stage.press(switcher.field, "<Escape>")
    stage.resize(width, 480)
    stage.press(stage.window.composer.text, "<Control-k>")
    stage.window.show_room_choices([RoomChoiceRow(f"room {at}") for at in range(9)])
    stage.window.show_known_people([PersonRow(f"p{at}", f"person {at}") for at in range(9)])
    stage.settle()
    body = switcher.winfo_children()[0]
    foot = body.winfo_children()[2]

    def is_whole() -> bool:
        ends = switcher.winfo_y() + switcher.winfo_height()
        return ends <= 480 and foot.winfo_height() >= foot.winfo_reqheight()

    assert is_whole() and foot.winfo_viewable()
    stage.press(switcher.field, "<Up>")
    assert "person 2" in texts_of(switcher.choices)  # the last is reached
    high = switcher.winfo_height()
    enter(stage, switcher, "person 7")
    stage.until(lambda: switcher.winfo_height() < high)
    assert is_whole() and choices(switcher)[0] == "person 7"
    switcher.field.delete("1.0", "end")
    stage.until(lambda: switcher.winfo_height() == high)
    assert is_whole()
    stage.resize(width, 900)
    stage.until(lambda: switcher.winfo_height() > high)
    assert switcher.choices.winfo_height() == switcher.choices.winfo_reqheight()


def test_the_arrows_go_through_all_groups(stage: Stage, switcher: QuickSwitcher) -> None:
    stage.window.show_known_people(PEOPLE)
    stage.press(switcher.field, *["<Down>"] * 4)
    assert switcher.choices.current_row is not None
    assert switcher.choices.current_row.name == "books"
    # What the server tells meanwhile moves nothing under the fingers.
    stage.window.show_room_choices([RoomChoiceRow("art"), RoomChoiceRow("books")])
    stage.press(switcher.field, "<Return>")
    assert stage.calls.named("on_join_room") == [("books",)]


def test_the_first_heading_is_seen_whatever_came_meanwhile(
    stage: Stage, switcher: QuickSwitcher
) -> None:
    stage.window.show_known_people([PersonRow(f"p{at}", f"person {at}") for at in range(9)])
    stage.window.show_room_choices([RoomChoiceRow(f"room {at}") for at in range(9)])
    stage.settle()
    assert switcher.choices.place_of(switcher.choices.items[0])[0] == 0
    stage.press(switcher.field, "<Up>")  # to the last
    assert switcher.choices.place_of(switcher.choices.items[0])[0] < 0
    stage.press(switcher.field, "<Down>")  # to the first
    assert switcher.choices.place_of(switcher.choices.items[0])[0] == 0


def test_people_below_open_their_card(stage: Stage, switcher: QuickSwitcher) -> None:
    stage.window.show_known_people(PEOPLE)
    stage.press(switcher.field, "<Up>", "<Up>", "<Return>")
    assert stage.calls.named("on_person_card") == [("p1",)]
    stage.window.popups.cards.close()


def test_opened_anew_it_begins_at_the_top(stage: Stage, switcher: QuickSwitcher) -> None:
    stage.press(switcher.field, "<Down>", "<Down>")
    stage.window.toggle_switcher()
    stage.window.toggle_switcher()
    stage.settle()
    assert switcher.choices.current_row is not None
    assert switcher.choices.current_row.name == "design"
    assert texts_of(switcher.choices)[0] == "Unread"


def test_unread_rooms_come_first_and_the_open_one_last(switcher: QuickSwitcher) -> None:
    assert choices(switcher)[:4] == ["design", "random", "general", "dev"]


def test_rooms_seen_last_come_first(stage: Stage, switcher: QuickSwitcher) -> None:
    stage.window.show_seen_rooms(("6", "5"))
    stage.window.show_rooms([RoomRow(key, f"room {key}") for key in ("4", "5", "6")])
    stage.window.show_room_choices(())
    stage.window.toggle_switcher()  # away
    stage.window.toggle_switcher()
    assert choices(switcher) == ["room 6", "room 5", "room 4"]


def test_letters_then_enter_open_the_room(stage: Stage, switcher: QuickSwitcher) -> None:
    enter(stage, switcher, "#gen")
    assert choices(switcher)[0] == "general"
    stage.press(switcher.field, "<Return>")
    assert stage.calls.named("on_open_room") == [("1",)]
    assert not switcher.winfo_manager()
    assert stage.window.root.focus_get() is stage.window.composer.text


def test_people_are_found_too_and_their_card_opens(stage: Stage, switcher: QuickSwitcher) -> None:
    stage.window.show_known_people(PEOPLE)
    enter(stage, switcher, "de")
    assert choices(switcher) == ["design", "dev", "Desmond", "desert", "Adele", "Create #de"]
    kinds = [item.row.kind for item in switcher.choices.items if item.row is not None]
    assert kinds == ["Room", "Room", "Person", "Join room", "Person", ""]
    stage.press(switcher.field, "<Down>", "<Down>", "<Return>")
    assert stage.calls.named("on_person_card") == [("p1",)]
    card = stage.window.popups.cards.card
    assert card.winfo_manager() and not switcher.winfo_manager()
    stage.press(card.ignore_button, "<Escape>")
    assert stage.window.root.focus_get() is stage.window.composer.text


def test_a_sign_asks_for_one_kind(stage: Stage, switcher: QuickSwitcher) -> None:
    stage.window.show_known_people(PEOPLE)
    enter(stage, switcher, "@")
    assert choices(switcher) == ["Desmond", "Adele"]
    enter(stage, switcher, "ad")
    assert choices(switcher) == ["Adele"]
    switcher.field.set_value("")
    enter(stage, switcher, "#")
    assert choices(switcher) == ["design", "random", "general", "dev", "books", "desert"]
    enter(stage, switcher, "des")
    assert choices(switcher) == ["design", "desert", "Create #des"]


def test_arrows_choose_another(stage: Stage, switcher: QuickSwitcher) -> None:
    stage.press(switcher.field, "<Down>", "<Down>", "<Up>", "<Return>")
    assert stage.calls.named("on_open_room") == [("4",)]


def test_up_from_the_first_goes_to_the_last(stage: Stage, switcher: QuickSwitcher) -> None:
    stage.press(switcher.field, "<Up>", "<Return>")
    assert stage.calls.named("on_join_room") == [("desert",)]


def test_a_room_one_is_not_in_is_joined(stage: Stage, switcher: QuickSwitcher) -> None:
    enter(stage, switcher, "boo")
    assert choices(switcher) == ["books", "Create #boo"]
    stage.press(switcher.field, "<Return>")
    assert stage.calls.named("on_join_room") == [("books",)]


def test_an_unknown_name_can_be_created(stage: Stage, switcher: QuickSwitcher) -> None:
    enter(stage, switcher, "#zebra")
    assert choices(switcher) == ["Create #zebra"]
    stage.press(switcher.field, "<Return>")
    assert stage.calls.named("on_join_room") == [("zebra",)]


def test_a_click_chooses(stage: Stage, switcher: QuickSwitcher) -> None:
    top, height = switcher.choices.place_of(switcher.choices.items[2])
    switcher.choices.event_generate("<ButtonRelease-1>", x=60, y=top + height // 2)
    stage.settle()
    assert stage.calls.named("on_open_room") == [("4",)]


@pytest.mark.parametrize("key", ["<Escape>", "<Control-K>"])
def test_it_goes_without_a_choice(stage: Stage, switcher: QuickSwitcher, key: str) -> None:
    stage.press(switcher.field, key)
    assert not switcher.winfo_manager()
    assert stage.calls.named("on_open_room") == []


def test_the_field_above_the_rooms_opens_it(stage: Stage) -> None:
    stage.press(stage.window.room_list.jump_field, "<Return>")
    assert stage.window.popups.switcher().winfo_manager() == "place"


@pytest.mark.parametrize(
    ("before", "copied", "value"),
    [
        ("mehr", " — und", "mehr — und"),
        ("", "  two  ", "two "),
        ("a", "\tb\n", "a b"),
        ("a", "\n", "a"),
        ("a", " ", "a "),
    ],
)
def test_what_is_pasted_is_joined_as_it_was_copied(
    stage: Stage, switcher: QuickSwitcher, before: str, copied: str, value: str
) -> None:
    switcher.field.set_value(before)
    stage.press(switcher.field, "<End>")
    stage.window.root.clipboard_clear()
    stage.window.root.clipboard_append(copied)
    stage.press(switcher.field, "<<Paste>>")
    assert switcher.field.value == value


def test_a_new_line_pasted_becomes_a_blank(stage: Stage, switcher: QuickSwitcher) -> None:
    stage.window.root.clipboard_clear()
    stage.window.root.clipboard_append("a\nb 😀")
    stage.press(switcher.field, "<<Paste>>")
    assert switcher.field.value == "a b :grinning:"


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_what_to_type_is_said_whole_in_the_narrow_window(stage: Stage, language: str) -> None:
    stage.resize(480)
    stage.press(stage.window.composer.text, "<Control-k>")
    stage.settle()
    field = stage.window.popups.switcher().field
    use_language([language])
    try:
        hint = _("Jump to a room or a person…")
    finally:
        use_language(["en"])
    assert fonts.text_width(field, fonts.TITLE, hint) < field.winfo_width() - 4


def test_a_room_that_waits_is_gone_on_with_and_not_made_again(
    stage: Stage, switcher: QuickSwitcher
) -> None:
    row = RoomChoiceRow("party time", "Waits to be created", is_waiting=True)
    stage.window.show_room_choices([row])
    enter(stage, switcher, "Party")
    waiting = switcher.choices.current_row
    assert waiting is not None and (waiting.icon, waiting.kind) == ("clock", "")
    assert "Waits to be created" in texts_of(switcher.choices)
    enter(stage, switcher, " time")
    assert choices(switcher) == ["party time"]
    stage.press(switcher.field, "<Return>")
    assert stage.calls.named("on_join_room") == [("party time",)]
