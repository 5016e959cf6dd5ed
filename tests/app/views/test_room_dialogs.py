"""The dialog to join or create a room."""

from __future__ import annotations

import pytest

from app.views.room_dialogs import JoinRoomDialog
from app.views.rows import RoomChoiceRow, RoomRow
from tests.app.views.conftest import Stage

OTHERS = (RoomChoiceRow("general", "All of it", 9), RoomChoiceRow("books", "Read", 4))
ALL_JOINED = "You are in all rooms. Type a name to create one."


@pytest.fixture
def dialog(stage: Stage) -> JoinRoomDialog:
    stage.window.show_rooms([RoomRow(1, "dev"), RoomRow(2, "old", is_joined=False)])
    stage.window.open_join_dialog()
    stage.window.show_room_choices(OTHERS)
    stage.settle()
    return stage.window.popups.join_dialog()


def type_name(stage: Stage, dialog: JoinRoomDialog, text: str) -> list[tuple[str, bool]]:
    """The rows that stand there then: name, and whether it would be a new room."""
    dialog.name.delete(0, "end")
    dialog.name.insert(0, text)
    stage.press(dialog.name, "<KeyRelease>")
    return [(item.row.name, item.row.is_new) for item in dialog.choices.items if item.row]


class TestEnter:
    def test_the_best_hit_wins_over_a_new_room(self, stage: Stage, dialog: JoinRoomDialog) -> None:
        assert type_name(stage, dialog, "#gen") == [("general", False), ("gen", True)]
        assert dialog.button.cget("text") == "Join room"
        stage.press(dialog.name, "<Return>")
        assert stage.calls.named("on_join_room") == [("general",)]
        assert not dialog.winfo_manager()

    def test_a_room_is_created_by_a_row_of_its_own(
        self, stage: Stage, dialog: JoinRoomDialog
    ) -> None:
        type_name(stage, dialog, "gen")
        # The release of the arrow must not bring the first row back.
        stage.press(dialog.name, "<Down>", "<KeyRelease-Down>")
        assert dialog.button.cget("text") == "Create room"
        stage.press(dialog.name, "<Return>")
        assert stage.calls.named("on_join_room") == [("gen",)]

    def test_a_name_nothing_fits_is_created(self, stage: Stage, dialog: JoinRoomDialog) -> None:
        assert type_name(stage, dialog, "Lunch") == [("Lunch", True)]
        assert dialog.button.cget("text") == "Create room"
        dialog.button.invoke()
        assert stage.calls.named("on_join_room") == [("Lunch",)]

    @pytest.mark.parametrize("typed", ["BOOKS", "dev"])
    def test_a_room_that_is_there_is_not_offered_to_be_made(
        self, stage: Stage, dialog: JoinRoomDialog, typed: str
    ) -> None:
        assert type_name(stage, dialog, typed) == [(typed.lower(), False)]

    def test_enter_takes_what_stands_in_the_field_now(
        self, stage: Stage, dialog: JoinRoomDialog
    ) -> None:
        dialog.name.insert(0, "book")
        stage.press(dialog.name, "<Return>")  # faster than the release of the last key
        assert stage.calls.named("on_join_room") == [("books",)]

    def test_nothing_typed_joins_nothing(self, stage: Stage, dialog: JoinRoomDialog) -> None:
        stage.press(dialog.name, "<Return>")
        assert stage.calls.named("on_join_room") == []
        stage.press(dialog.name, "<Down>", "<Down>", "<Return>")
        assert stage.calls.named("on_join_room") == [("books",)]


class TestLooks:
    def test_it_says_that_there_is_nothing_to_join(
        self, stage: Stage, dialog: JoinRoomDialog
    ) -> None:
        height = dialog.winfo_height()
        stage.window.show_room_choices([])
        stage.settle()
        assert dialog.note.cget("text") == ALL_JOINED
        assert not dialog.choices.winfo_ismapped()
        assert dialog.winfo_height() < height

    def test_the_cross_stays_inside_beside_a_long_title(
        self, stage: Stage, dialog: JoinRoomDialog
    ) -> None:
        before = dialog.title.cget("text")
        try:
            dialog.title.configure(text="Einem Raum beitreten oder einen neuen anlegen " * 2)
            stage.resize(480)
            close = dialog.close_button
            right = close.winfo_rootx() + close.winfo_width()
            assert right <= dialog.winfo_rootx() + dialog.winfo_width()
            assert dialog.title.winfo_height() >= dialog.title.winfo_reqheight()
        finally:
            dialog.title.configure(text=before)

    def test_the_first_of_many_hits_is_in_view(self, stage: Stage, dialog: JoinRoomDialog) -> None:
        stage.window.show_room_choices([RoomChoiceRow(f"room-{at}") for at in range(40)])
        type_name(stage, dialog, "room")
        assert dialog.choices.item_at(5) == 0
        assert dialog.choices.current_row == dialog.choices.items[0].row
