"""The dialog to join or create a room."""

from __future__ import annotations

import pytest

from app.views.room_dialogs import JoinRoomDialog
from app.views.rows import RoomChoiceRow, RoomRow
from tests.app.views.conftest import Stage, items_of, texts_of

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


def test_emoji_in_names_and_topics_are_pictures(stage: Stage, dialog: JoinRoomDialog) -> None:
    pictures = len(items_of(dialog.choices, "image"))
    rows = (RoomChoiceRow("party 🎉", ":tada: soon", 9), RoomChoiceRow("books", "Read", 4))
    stage.window.show_room_choices(rows)
    stage.until(lambda: len(items_of(dialog.choices, "image")) == pictures + 2)
    drawn = "".join(texts_of(dialog.choices))
    assert " soon" in drawn and ":" not in drawn and "🎉" not in drawn


def test_a_room_that_waits_says_so_and_is_not_made_again(
    stage: Stage, dialog: JoinRoomDialog
) -> None:
    row = RoomChoiceRow("party time", "Waits to be created", is_waiting=True)
    stage.window.show_room_choices([row])
    assert type_name(stage, dialog, "Party Time") == [("party time", False)]
    drawn = texts_of(dialog.choices)
    assert "Waits to be created" in drawn and "0 people" not in drawn
    stage.press(dialog.name, "<Return>")
    assert stage.calls.named("on_join_room") == [("party time",)]


class TestEnter:
    def test_what_comes_without_a_key_counts_as_typed(
        self, stage: Stage, dialog: JoinRoomDialog
    ) -> None:
        """A paste with the mouse, say."""
        dialog.name.insert(0, "lunch")
        dialog.button.invoke()
        assert stage.calls.named("on_join_room") == [("lunch",)]

    def test_the_button_is_off_until_something_is_typed_or_chosen(
        self, stage: Stage, dialog: JoinRoomDialog
    ) -> None:
        def is_off() -> bool:
            return str(dialog.button.cget("state")) == "disabled"

        assert is_off()
        type_name(stage, dialog, "lunch")
        assert not is_off()
        type_name(stage, dialog, "")
        assert is_off()
        stage.press(dialog.name, "<Down>")
        assert not is_off()

    def test_the_best_hit_wins_over_a_new_room(self, stage: Stage, dialog: JoinRoomDialog) -> None:
        assert type_name(stage, dialog, "#gen") == [("general", False), ("gen", True)]
        assert dialog.button.cget("text") == "Join room"
        stage.press(dialog.name, "<Return>")
        assert stage.calls.named("on_join_room") == [("general",)]

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

    def test_a_room_one_is_in_is_opened(self, stage: Stage, dialog: JoinRoomDialog) -> None:
        type_name(stage, dialog, "dev")
        assert dialog.button.cget("text") == "Open room"
        type_name(stage, dialog, "books")
        assert dialog.button.cget("text") == "Join room"

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


class TestAnswer:
    def ask(self, stage: Stage, dialog: JoinRoomDialog, name: str = "Lunch") -> None:
        type_name(stage, dialog, name)
        stage.press(dialog.name, "<Return>")
        stage.window.show_join_wait(name)
        stage.settle()

    def test_it_closes_when_the_room_is_granted(self, stage: Stage, dialog: JoinRoomDialog) -> None:
        self.ask(stage, dialog)
        assert dialog.winfo_manager() and dialog.note.cget("text") == "Creating #Lunch…"
        stage.press(dialog.name, "<Return>")  # once more changes nothing
        stage.window.show_join_answer("other", "")
        assert dialog.winfo_manager()
        stage.window.show_join_answer("lunch", "")
        assert not dialog.winfo_manager()
        assert stage.calls.named("on_join_room") == [("Lunch",)]
        assert stage.window.composer.has_focus

    @pytest.mark.parametrize(
        ("name", "now", "later"),
        [
            ("books", "Joining #books…", "You join #books"),
            ("Lunch", "Creating #Lunch…", "Room #Lunch will be created"),
        ],
    )
    def test_without_a_link_it_says_when_it_will_be_done(
        self, stage: Stage, dialog: JoinRoomDialog, name: str, now: str, later: str
    ) -> None:
        self.ask(stage, dialog, name)
        stage.window.set_join_delayed(True)
        words = f"{later} when the connection is back. You can close this."
        assert dialog.note.cget("text") == words
        stage.window.set_join_delayed(False)
        assert dialog.note.cget("text") == now

    def test_what_is_refused_is_said_below_the_field_and_can_be_mended(
        self, stage: Stage, dialog: JoinRoomDialog
    ) -> None:
        self.ask(stage, dialog)
        stage.window.show_join_answer(
            "Lunch", "A name cannot begin with #, @ or /, mix alphabets or have hidden signs."
        )
        stage.settle()
        assert dialog.winfo_manager() and dialog.name.get() == "Lunch"
        assert dialog.problem.winfo_ismapped()
        assert (
            dialog.problem.cget("text").strip()
            == "A name cannot begin with #, @ or /, mix alphabets or have hidden signs."
        )
        assert dialog.problem.winfo_y() < dialog.note.winfo_y()
        assert dialog.focus_get() is dialog.name
        assert not stage.window.status_line.left.cget("text")

        type_name(stage, dialog, "Lunches")
        assert not dialog.problem.winfo_ismapped()
        stage.press(dialog.name, "<Return>")
        assert stage.calls.named("on_join_room") == [("Lunch",), ("Lunches",)]

    def test_what_is_refused_at_once_is_said_there_too(
        self, stage: Stage, dialog: JoinRoomDialog
    ) -> None:
        type_name(stage, dialog, "x" * 33)
        stage.press(dialog.name, "<Return>")
        stage.window.show_join_answer("x" * 33, "The name is too long.")
        stage.settle()
        assert dialog.problem.winfo_ismapped()
        stage.press(dialog.name, "<Return>")
        assert len(stage.calls.named("on_join_room")) == 2

    def test_a_chosen_room_that_refuses_is_named(
        self, stage: Stage, dialog: JoinRoomDialog
    ) -> None:
        stage.press(dialog.name, "<Down>", "<Return>")
        stage.window.show_join_answer("general", "The room is full.")
        assert dialog.problem.cget("text").strip() == "#general: The room is full."

    def test_a_dialog_opened_anew_knows_nothing_of_it(
        self, stage: Stage, dialog: JoinRoomDialog
    ) -> None:
        self.ask(stage, dialog)
        stage.window.show_join_answer("Lunch", "No.")
        stage.window.close_join_dialog()
        stage.window.open_join_dialog()
        stage.settle()
        assert not dialog.problem.winfo_ismapped() and dialog.name.get() == ""
        stage.window.show_join_answer("Lunch", "This name is taken.")
        assert stage.window.status_line.left.cget("text") == "#Lunch: This name is taken."
        assert dialog.winfo_manager()

    def test_one_that_was_closed_while_it_waited_is_ready_again(
        self, stage: Stage, dialog: JoinRoomDialog
    ) -> None:
        self.ask(stage, dialog)
        stage.window.close_join_dialog()
        stage.window.open_join_dialog()
        stage.settle()
        type_name(stage, dialog, "tea")
        assert str(dialog.button.cget("state")) == "normal"
        assert "Joining" not in dialog.note.cget("text")


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

    def test_in_the_lowest_window_all_of_it_is_seen(
        self, stage: Stage, dialog: JoinRoomDialog
    ) -> None:
        stage.window.close_join_dialog()
        stage.resize(480, 480)
        stage.window.open_join_dialog()
        stage.window.show_room_choices([RoomChoiceRow(f"room-{at}") for at in range(40)])
        stage.settle()
        many = dialog.winfo_height()
        assert dialog.winfo_y() + many <= 480
        dialog.choices.event_generate("<Button-5>")
        type_name(stage, dialog, "room")
        stage.press(dialog.name, "<Up>")
        assert "room-39" in texts_of(dialog.choices)  # the last is reached
        type_name(stage, dialog, "lunch")
        stage.until(lambda: dialog.winfo_height() < many)
        assert dialog.winfo_height() == dialog.winfo_reqheight()

    def test_the_first_of_many_hits_is_in_view(self, stage: Stage, dialog: JoinRoomDialog) -> None:
        stage.window.show_room_choices([RoomChoiceRow(f"room-{at}") for at in range(40)])
        type_name(stage, dialog, "room")
        assert dialog.choices.item_at(5) == 0
        assert dialog.choices.current_row == dialog.choices.items[0].row


class TestARoomThatIsNotThere:
    """It was asked for by name: a slip of the fingers, or a wish."""

    def asked(self, stage: Stage, name: str) -> tuple[JoinRoomDialog, list[tuple[str, bool]]]:
        stage.window.show_rooms([RoomRow(1, "dev"), RoomRow(2, "old", is_joined=False)])
        stage.window.open_join_dialog(name)
        stage.window.show_room_choices(OTHERS)
        stage.settle()
        dialog = stage.window.popups.join_dialog()
        rows = [item.row for item in dialog.choices.items]
        return dialog, [(row.name, row.is_new) for row in rows if row]

    def test_what_is_called_nearly_so_comes_first(self, stage: Stage) -> None:
        dialog, rows = self.asked(stage, "genreal")
        assert rows == [("general", False), ("genreal", True)]
        said = " There is no room #genreal. Did you mean one of these?"
        assert dialog.problem.cget("text") == said
        assert dialog.button.cget("text") == "Join room"
        stage.press(dialog.name, "<Return>")
        assert stage.calls.named("on_join_room") == [("general",)]

    def test_a_room_one_is_in_may_be_meant_too(self, stage: Stage) -> None:
        _, rows = self.asked(stage, "dve")
        assert rows == [("dev", False), ("dve", True)]

    def test_where_nothing_is_near_enter_makes_it(self, stage: Stage) -> None:
        dialog, rows = self.asked(stage, "lunch")
        assert rows == [("lunch", True)]
        assert dialog.problem.cget("text") == " There is no room #lunch."
        assert dialog.button.cget("text") == "Create room"
        stage.press(dialog.name, "<Return>")
        assert stage.calls.named("on_join_room") == [("lunch",)]

    def test_what_is_typed_then_is_like_anything_typed(self, stage: Stage) -> None:
        dialog, _ = self.asked(stage, "genreal")
        assert type_name(stage, dialog, "genreals") == [("genreals", True)]
        assert not dialog.problem.winfo_manager()
        dialog, _ = self.asked(stage, "genreal")
        stage.window.open_join_dialog()
        assert not dialog.name.get()
        assert type_name(stage, dialog, "genreal") == [("genreal", True)]

    def test_one_that_is_made_meanwhile_is_there(self, stage: Stage) -> None:
        dialog, _ = self.asked(stage, "lunch")
        stage.window.show_room_choices([*OTHERS, RoomChoiceRow("lunch", "", 1)])
        assert not dialog.problem.winfo_manager()
        assert dialog.button.cget("text") == "Join room"
