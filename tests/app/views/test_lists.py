"""Rooms and people: few canvas items, pointer and keyboard."""

from __future__ import annotations

from app.structs import replace
from app.views.canvas_list import RING
from app.views.flat_picture import Flat
from app.views.images import Icon
from app.views.member_list_view import people_items
from app.views.rows import PersonRow, Presence, RoomRow
from tests.app.views.conftest import Stage, items_of, option_of, texts_of

MANY = [RoomRow(number, f"room-{number}", unread=number % 3) for number in range(2_000)]


class TestRooms:
    def show(self, stage: Stage, rows: list[RoomRow]) -> object:
        stage.window.show_rooms(rows)
        stage.settle()
        return stage.window.room_list.rooms

    def test_only_rows_in_view_are_drawn(self, stage: Stage) -> None:
        self.show(stage, MANY[:30])
        few = len(stage.window.room_list.rooms.find_all())
        self.show(stage, MANY)
        assert len(stage.window.room_list.rooms.find_all()) <= few + 5

    def test_a_click_opens_the_room(self, stage: Stage) -> None:
        self.show(stage, MANY[:5])
        rooms = stage.window.room_list.rooms
        rooms.event_generate("<ButtonRelease-1>", x=60, y=34 + 34 * 2 + 10)
        assert stage.calls.named("on_open_room") == [(2,)]

    def test_a_click_on_the_heading_opens_nothing(self, stage: Stage) -> None:
        self.show(stage, MANY[:5])
        stage.window.room_list.rooms.event_generate("<ButtonRelease-1>", x=60, y=10)
        assert stage.calls.named("on_open_room") == []

    def test_arrows_and_enter_open_a_room(self, stage: Stage) -> None:
        self.show(stage, MANY[:5])
        stage.press(stage.window.room_list.rooms, "<Home>", "<Down>", "<Down>", "<Up>", "<Return>")
        assert stage.calls.named("on_open_room") == [(1,)]

    def test_end_scrolls_the_last_room_into_view(self, stage: Stage) -> None:
        self.show(stage, MANY)
        rooms = stage.window.room_list.rooms
        stage.press(rooms, "<End>")
        assert "room-1999" in texts_of(rooms)
        stage.press(rooms, "<Home>")
        assert "room-0" in texts_of(rooms)

    def test_the_wheel_scrolls_and_stops_at_the_ends(self, stage: Stage) -> None:
        self.show(stage, MANY)
        rooms = stage.window.room_list.rooms
        rooms.event_generate("<Button-4>")
        assert "Rooms" in texts_of(rooms)
        for _ in range(3):
            rooms.event_generate("<Button-5>")
        assert "Rooms" not in texts_of(rooms)
        rooms.scroll_by(10_000_000)
        assert "room-1999" in texts_of(rooms)

    def test_hover_redraws_two_rows_only(self, stage: Stage) -> None:
        self.show(stage, MANY[:10])
        rooms = stage.window.room_list.rooms
        untouched = rooms.find_withtag("item7")
        rooms.event_generate("<Motion>", x=60, y=34 + 10)
        rooms.event_generate("<Motion>", x=60, y=34 * 2 + 10)
        assert rooms.find_withtag("item7") == untouched
        rooms.event_generate("<Leave>")

    def test_the_pointer_changes_the_ground_of_a_row_and_not_its_words(self, stage: Stage) -> None:
        self.show(stage, [*MANY[:3], RoomRow("own", "own", is_selected=True)])
        rooms = stage.window.room_list.rooms
        words, pictures = items_of(rooms, "text"), len(items_of(rooms, "image"))
        for row in (1, 2, 4, 1):
            rooms.event_generate("<Motion>", x=60, y=34 * row + 10)
            assert items_of(rooms, "text") == words
            # A selected row looks as it did; the ground lies below all that stands on it.
            assert len(items_of(rooms, "image")) == pictures + (row < 4)
            if row < 4:
                assert rooms.gettags(rooms.find_all()[0])[0] == f"item{row}"
        rooms.event_generate("<Leave>")
        assert len(items_of(rooms, "image")) == pictures

    def test_unread_rooms_are_bold_with_a_badge(self, stage: Stage) -> None:
        self.show(stage, [RoomRow(1, "quiet"), RoomRow(2, "loud", unread=5)])
        rooms = stage.window.room_list.rooms
        fonts = {
            option_of(rooms, item, "text"): option_of(rooms, item, "font")
            for item in items_of(rooms, "text")
        }
        assert fonts["loud"] == "ChatBold"
        assert fonts["quiet"] == "ChatBody"

    def test_what_only_this_computer_has_stands_below_its_own_heading(self, stage: Stage) -> None:
        kept = RoomRow(1, "boats", "No longer on the server", is_joined=False, is_kept=True)
        self.show(stage, [kept, RoomRow(2, "dev")])
        rooms = stage.window.room_list.rooms
        headings = [item.heading for item in rooms.items if item.row is None]
        assert headings == ["Rooms", "Only on this computer"]
        assert [item.key for item in rooms.items][-1] == ("room", 1)
        assert rooms.room_keys == [2]

        rooms.fill_menu(kept)
        lines = range(int(rooms.menu.index("end") or 0) + 1)
        labels = [rooms.menu.entrycget(at, "label") for at in lines]
        assert labels == ["Open", "Delete from this computer"]
        assert stage.calls.named("on_drop_kept") == []
        rooms.drop_menu.invoke(0)
        assert stage.calls.named("on_drop_kept") == [(1,)]

    def test_a_room_that_waits_stands_last_with_a_clock_and_without_a_menu(
        self, stage: Stage
    ) -> None:
        waiting = RoomRow("w", "boats", "Waits to be joined", is_joined=False, is_waiting=True)
        self.show(stage, [waiting, RoomRow(2, "dev")])
        rooms = stage.window.room_list.rooms
        assert [item.key for item in rooms.items][-1] == ("room", "w")
        assert rooms.room_keys == [2]
        assert rooms.item_hint(rooms.items[-1]) == "Waits to be joined"
        clock = stage.window.look.images.get(Flat(Icon("clock", 17, "muted_side"), "side"))
        drawn = [option_of(rooms, item, "image") for item in items_of(rooms, "image")]
        assert str(clock) in map(str, drawn)
        rooms.menu.delete(0, "end")
        rooms.item_menu(rooms.items[-1], 0, 0)
        assert rooms.menu.index("end") is None
        stage.press(stage.window.composer.text, "<Control-k>")
        switcher = stage.window.popups.switcher()
        names = [item.row.name for item in switcher.choices.items if item.row]
        assert "boats" not in names, "it is among the rooms to join"
        stage.press(stage.window.root, "<Escape>")

    def test_the_menu_of_an_unread_room_marks_it_read(self, stage: Stage) -> None:
        rooms = stage.window.room_list.rooms

        def labels(row: RoomRow) -> list[str]:
            self.show(stage, [row])
            rooms.fill_menu(row)
            lines = range(int(rooms.menu.index("end") or 0) + 1)
            return [
                rooms.menu.entrycget(at, "label")
                for at in lines
                if rooms.menu.type(at) != "separator"
            ]

        assert "Mark as read" not in labels(RoomRow(1, "dev"))
        assert "Mark as read" in labels(RoomRow(1, "dev", mentions=1))
        rooms.menu.invoke(labels(RoomRow(1, "dev", unread=3)).index("Mark as read"))
        assert stage.calls.named("on_mark_read") == [(1,)]

    def test_where_messages_wait_stands_a_clock_beside_what_else_there_is(
        self, stage: Stage
    ) -> None:
        rooms = stage.window.room_list.rooms

        def pictures(row: RoomRow) -> int:
            self.show(stage, [row])
            return len(items_of(rooms, "image"))

        before = pictures(RoomRow(1, "dev"))
        assert pictures(RoomRow(1, "dev", has_unsent=True)) == before + 1
        assert pictures(RoomRow(1, "dev", has_unsent=True, unread=2)) == before + 2
        hint = rooms.item_hint(rooms.items[1])
        assert hint == "Messages wait here to be sent"

    def test_rooms_keep_their_places_under_the_pointer(self, stage: Stage) -> None:
        one, two, three = (RoomRow(name, name) for name in ("one", "two", "three"))
        rooms = stage.window.room_list.rooms
        rooms.event_generate("<Leave>")
        self.show(stage, [one, two])
        rooms.event_generate("<Enter>", x=50, y=50)
        self.show(stage, [replace(two, unread=1), three, one])
        assert rooms.room_keys == ["one", "two", "three"]
        rooms.event_generate("<Leave>")
        assert rooms.room_keys == ["two", "three", "one"]

    def test_the_keys_begin_at_the_open_room(self, stage: Stage) -> None:
        rows = [RoomRow(n, f"room {n}", is_selected=n == 3) for n in range(6)]
        stage.press(stage.window.composer.text)
        self.show(stage, rows)
        rooms = stage.window.room_list.rooms
        stage.press(rooms, "<Down>")
        assert rooms.current_row == rows[4]
        # What comes meanwhile does not move them.
        self.show(stage, [replace(row, unread=1) for row in rows])
        assert rooms.current_row == replace(rows[4], unread=1)
        stage.press(stage.window.composer.text)
        self.show(stage, rows)
        assert rooms.current_row == rows[3]

    def test_the_ring_is_drawn_with_the_focus_only(self, stage: Stage) -> None:
        self.show(stage, MANY[:5])
        rooms = stage.window.room_list.rooms
        stage.press(rooms, "<Home>")
        assert rooms.find_withtag(RING)
        stage.window.composer.text.focus_force()
        stage.settle()
        assert not rooms.find_withtag(RING)

    def test_a_list_that_is_longer_than_its_place_shows_where_one_is(self, stage: Stage) -> None:
        rooms = stage.window.room_list.rooms
        self.show(stage, MANY[:5])
        assert not rooms.find_withtag("thumb")
        self.show(stage, MANY)
        top = rooms.coords("thumb")[1]
        rooms.scroll_by(rooms.content_height)
        left, end, right, bottom = rooms.coords("thumb")
        assert top == 0 and end > 0 and left < right
        assert abs(bottom - rooms.winfo_height()) <= 1

    def test_the_current_row_stays_with_its_room(self, stage: Stage) -> None:
        self.show(stage, MANY[:5])
        rooms = stage.window.room_list.rooms
        stage.press(rooms, "<Home>", "<Down>")
        self.show(stage, [RoomRow("new", "new"), *MANY[:5]])
        stage.press(rooms, "<Return>")
        assert stage.calls.named("on_open_room") == [(1,)]

    def test_alt_arrows_go_around_the_joined_rooms(self, stage: Stage) -> None:
        rows = [
            RoomRow(0, "a", is_selected=True),
            RoomRow(1, "b", is_joined=False),
            RoomRow(2, "c"),
        ]
        self.show(stage, rows)
        stage.press(stage.window.composer.text, "<Alt-Down>", "<Alt-Up>")
        assert stage.calls.named("on_open_room") == [(2,), (2,)]

    def test_the_plus_opens_the_join_dialog(self, stage: Stage) -> None:
        window = stage.window
        stage.press(window.room_list.rooms._join, "<Return>")
        assert stage.calls.named("on_join_dialog") == [()]
        window.popups.join_dialog().name.insert(0, "  #lunch ")
        stage.press(window.popups.join_dialog().name, "<Return>")
        assert stage.calls.named("on_join_room") == [("lunch",)]


class TestPeople:
    PEOPLE = (
        PersonRow("1", "Zoe"),
        PersonRow("2", "adam"),
        PersonRow("3", "Away", Presence.AWAY),
        PersonRow("4", "Gone", Presence.OFFLINE),
        PersonRow("5", "Mod", Presence.AWAY, is_moderator=True),
    )

    def test_groups_and_order(self) -> None:
        shown = [item.heading or item.row.name for item in people_items(self.PEOPLE)]  # type: ignore[union-attr]
        assert shown == ["Online — 4", "Mod", "adam", "Zoe", "Away", "Offline — 1", "Gone"]

    def test_while_nothing_is_known_all_are_in_one_group(self, stage: Stage) -> None:
        people = [replace(row, presence=Presence.UNKNOWN) for row in self.PEOPLE]
        people[1] = replace(people[1], presence=Presence.OFFLINE, is_self=True)
        items = people_items(people)
        assert [item.heading for item in items if item.row is None] == ["People — 5"]
        stage.window.show_people(people)
        stage.settle()
        column = stage.window.member_list.people
        colors = {
            option_of(column, item, "fill")
            for item in items_of(column, "text")
            if option_of(column, item, "text") in {row.name for row in people}
        }
        assert colors == {stage.window.look.tokens.muted_side}
        hints = {column.item_hint(item) for item in items if item.row and not item.row.is_self}
        assert all("Not known" in hint for hint in hints)

    def test_an_empty_group_has_no_heading(self) -> None:
        assert people_items(()) == []
        assert len(people_items(self.PEOPLE[:1])) == 2

    def test_people_are_drawn_with_the_total(self, stage: Stage) -> None:
        stage.window.show_people(self.PEOPLE)
        stage.settle()
        assert "adam" in texts_of(stage.window.member_list.people)
        assert stage.window.member_list._total.cget("text") == "5"

    def test_a_thousand_people_cost_what_is_in_view(self, stage: Stage) -> None:
        many = [replace(self.PEOPLE[0], person_id=str(at), name=f"p{at}") for at in range(1_000)]
        stage.window.show_people(many)
        stage.settle()
        assert len(stage.window.member_list.people.find_all()) < 100
        assert len(stage.window.look.images) < 600
