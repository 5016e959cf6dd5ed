"""Names with emoji in them: drawn as pictures in messages, notices and lists."""

from __future__ import annotations

import pytest

from app.views.flat_picture import Cut
from app.views.images import EmojiPicture
from app.views.pictured_words import EMOJI_SIZE, pieces_of
from app.views.rows import MessageKind, PersonRow, RoomRow, TimelineRows
from app.views.server_rows import ConnectRow, ServerRow
from tests.app.views.conftest import Stage, items_of, message, option_of, texts_of
from tests.app.views.timeline_sight import view_of


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Anna", [("Anna", False)]),
        ("😀", [("😀", True)]),
        ("Zoë 🎉 B", [("Zoë ", False), ("🎉", True), (" B", False)]),
        ("a\n🎉", [("a ", False), ("🎉", True)]),
        ("🎉" * 20, [("🎉", True)] * 9 + [("…", False)]),
        # Put into another order to be drawn.
        ("של 🎉", [("של :tada:", False)]),
        ("", [("", False)]),
    ],
)
def test_a_line_in_pieces(text: str, pieces: list[tuple[str, bool]]) -> None:
    assert list(pieces_of(text, 12 if "Z" in text else 10)) == pieces


def test_the_head_of_a_message_has_the_picture_and_copies_as_the_name(stage: Stage) -> None:
    stage.show_rows((message(1, "hi", author_name="😀 Ben", author_id="b"),))
    text = view_of(stage).text
    assert ":grinning:" not in text.get("1.0", "end")
    pictures = [name for name in text.image_names() if str(name).startswith("😀")]
    assert len(pictures) == 1
    assert "name" in text.tag_names(pictures[0])


def test_a_notice_has_it_too(stage: Stage) -> None:
    stage.show_rows((message(1, "😀 joined", kind=MessageKind.NOTICE),))
    text = view_of(stage).text
    assert any(str(name).startswith("😀") for name in text.image_names())


@pytest.mark.parametrize(("name", "shown"), [("🎉 party", 1), ("🎉 של", 0)])
def test_the_beginning_of_a_room_has_it_where_words_stay_in_order(
    stage: Stage, name: str, shown: int
) -> None:
    stage.window.show_timeline(TimelineRows(stage.room_key, name, (message(1, "hi"),)))
    stage.settle()
    text = view_of(stage).text
    assert sum(str(picture).startswith("🎉") for picture in text.image_names()) == shown
    assert "🎉" not in text.get("1.0", "end")
    assert (":tada:" in text.get("1.0", "end")) == (not shown)


def test_the_list_of_people_draws_it_where_it_has_room(stage: Stage) -> None:
    people = stage.window.member_list.people
    picture = stage.window.look.images.get(Cut(EmojiPicture("🎉", EMOJI_SIZE), "side"))

    def pictures() -> int:
        return [option_of(people, at, "image") for at in items_of(people, "image")].count(picture)

    stage.window.show_people([PersonRow("a", "Anna 🎉")])
    stage.until(lambda: "Anna " in texts_of(people))
    assert pictures() == 1
    stage.window.show_people([PersonRow("a", "Anna 🎉 " + "x" * 50)])
    stage.until(lambda: any(words.endswith("x…") for words in texts_of(people)))
    assert pictures() == 1
    stage.window.show_people([PersonRow("a", "x" * 50 + " 🎉")])
    stage.until(lambda: pictures() == 0)
    assert not any(":tada:" in words for words in texts_of(people))


def test_a_server_of_the_connect_page_has_them(stage: Stage) -> None:
    window = stage.window
    row = ServerRow("a.example:1", "Harbour 🎉", "as Zoe 🎉")
    window.show_connect(ConnectRow("anna", "", saved=(row,)))
    saved = window.connect_page.saved
    stage.until(lambda: {"Harbour ", "as Zoe "} <= set(texts_of(saved)))
    wanted = window.look.images.get(Cut(EmojiPicture("🎉", EMOJI_SIZE), "selected"))
    assert [option_of(saved, at, "image") for at in items_of(saved, "image")].count(wanted) == 2


def test_a_row_of_the_switcher_and_a_server_have_them(stage: Stage) -> None:
    window = stage.window
    window.show_rooms([RoomRow("a", "dev 🎉", topic="we :tada: 🎉 " + "on and on " * 50)])
    window.popups.toggle_switcher()
    stage.settle()
    choices = window.popups.switcher().choices
    stage.until(lambda: "dev " in texts_of(choices))
    pictures = [option_of(choices, at, "image") for at in items_of(choices, "image")]
    wanted = window.look.images.get(Cut(EmojiPicture("🎉", EMOJI_SIZE), "selected_popup"))
    assert pictures.count(wanted) == 3
    assert any(words.endswith("…") for words in texts_of(choices))
    assert not any(":tada:" in words for words in texts_of(choices))


def test_the_list_of_rooms_has_them_also_under_the_pointer(stage: Stage) -> None:
    rooms = stage.window.room_list.rooms
    stage.window.show_rooms([RoomRow("a", "dev 🎉"), RoomRow("b", "ops 🎉", is_selected=True)])
    stage.until(lambda: {"dev ", "ops "} <= set(texts_of(rooms)))
    for ground in ("side", "selected"):
        wanted = stage.window.look.images.get(Cut(EmojiPicture("🎉", EMOJI_SIZE), ground))
        assert wanted in [option_of(rooms, at, "image") for at in items_of(rooms, "image")]
    before = len(items_of(rooms, "image"))
    rooms.event_generate("<Motion>", x=60, y=34 + 17)
    stage.until(lambda: len(items_of(rooms, "image")) > before)
    assert "dev " in texts_of(rooms)
