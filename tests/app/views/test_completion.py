"""Completion in the composer: what opens it, what it offers, which keys it takes."""

from __future__ import annotations

import pytest

from app.views.choice_list import Choice
from app.views.completion import Question, Sign, nicks_for, people_for, question_at
from app.views.completion_popup import CompletionPopup
from app.views.rows import CommandRow, PersonRow, Presence, RoomRow
from tests.app.views.conftest import Stage, message, texts_of

PEOPLE = (
    PersonRow("a", "Anna", is_self=True),
    PersonRow("b", "Ben"),
    PersonRow("p", "Priya Raman"),
    PersonRow("r", "Rasmus", Presence.OFFLINE),
)


class TestQuestion:
    @pytest.mark.parametrize(
        ("line", "question"),
        [
            ("@", Question(Sign.PERSON, "", 1)),
            ("hi @pr", Question(Sign.PERSON, "pr", 3)),
            ("(#de", Question(Sign.ROOM, "de", 3)),
            ("ok :ta", Question(Sign.EMOJI, "ta", 3)),
            ("/jo", Question(Sign.COMMAND, "jo", 3)),
            (":t", None),
            ("a@b", None),
            ("12:30", None),
            ("see /jo", None),
            ("hello", None),
            ("", None),
        ],
    )
    def test_a_sign_at_a_word_start_asks(self, line: str, question: Question | None) -> None:
        assert question_at(line, is_first_line=True) == question

    def test_commands_stand_on_the_first_line(self) -> None:
        assert question_at("/jo", is_first_line=False) is None


class TestPeople:
    def test_who_wrote_last_comes_first_and_oneself_never(self) -> None:
        assert [row.name for row in people_for("", PEOPLE, ["p"])] == [
            "Priya Raman",
            "Ben",
            "Rasmus",
        ]

    def test_whole_nicks_for_tab(self) -> None:
        assert nicks_for("hi ra", PEOPLE, ()) == ["Rasmus"]
        assert nicks_for("", PEOPLE, ()) == []

    @pytest.mark.parametrize("typed", ["Anna", "anna", "ANNA"])
    def test_the_very_name_comes_before_those_that_only_begin_so(self, typed: str) -> None:
        people = [PersonRow("1", "anna_"), PersonRow("2", "Anna", Presence.OFFLINE)]
        assert [row.name for row in people_for(typed, people, ["1"])] == ["Anna", "anna_"]
        assert nicks_for(f"hi {typed}", people, ["1"]) == ["Anna", "anna_"]

    def test_who_is_here_comes_before_who_is_not_among_equals(self) -> None:
        people = [PersonRow("1", "Ann", Presence.OFFLINE), PersonRow("2", "Annika")]
        for writers in ((), ["1"]):  # also before one who wrote here last
            assert [row.name for row in people_for("an", people, writers)] == ["Annika", "Ann"]


@pytest.fixture
def popup(stage: Stage) -> CompletionPopup:
    window = stage.window
    window.show_people(PEOPLE)
    window.show_rooms([RoomRow("1", "dev", "Work"), RoomRow("2", "design")])
    window.show_commands([CommandRow("join", "<#room> join"), CommandRow("me", "<text>")])
    stage.show_rows((message(1, author_id="p"),))
    window.composer.set_value("")
    window.composer.text.focus_force()
    stage.settle()
    return window.popups.completion


def enter(stage: Stage, text: str) -> None:
    stage.window.composer.text.insert("insert", text)
    stage.settle()


def names(popup: CompletionPopup) -> list[str]:
    rows = [item.row for item in popup.choices.items]
    return [row.name for row in rows if isinstance(row, Choice)] if popup.is_open else []


@pytest.mark.parametrize(
    ("typed", "key", "sent", "value"),
    [
        ("/clear", "<Return>", ["/clear"], "/clear"),
        ("/clear", "<Tab>", [], "/clear "),
        ("/topic", "<Return>", ["/topic"], "/topic"),
        ("/cle", "<Return>", [], "/clear "),
        ("/join", "<Return>", [], "/join "),
    ],
)
def test_return_does_a_command_that_is_typed_and_wants_no_more(
    stage: Stage, popup: CompletionPopup, typed: str, key: str, sent: list[str], value: str
) -> None:
    rows = [("join", "<#room>"), ("clear", ""), ("topic", "[<text>]"), ("topics", "<x>")]
    stage.window.show_commands([CommandRow(*row, "does something") for row in rows])
    stage.window.composer.on_caret()
    enter(stage, typed)
    assert names(popup)
    stage.press(stage.window.composer.text, key, f"<KeyRelease-{key[1:]}")
    assert [text for _room, text in stage.calls.named("on_send")] == sent
    assert stage.window.composer.value == value
    assert not popup.is_open


@pytest.mark.parametrize(
    ("typed", "keys", "sent", "value"),
    [
        ("/join #dev", ["<Return>"], ["/join #dev"], "/join #dev"),
        ("/join #dev", ["<Tab>"], [], "/join #dev "),
        ("/join #de", ["<Return>"], [], "/join #dev "),
        ("/join #dev", ["<Down>", "<Return>"], [], "/join #devices "),
        ("see #dev", ["<Return>"], ["see #dev"], "see #dev"),
        ("see #DEV", ["<Return>"], ["see #DEV"], "see #DEV"),
        ("see #dev", ["<Tab>"], [], "see #dev "),
        ("see #de", ["<Return>"], [], "see #dev "),
    ],
)
def test_return_sends_what_ends_with_a_whole_room(
    stage: Stage,
    popup: CompletionPopup,
    typed: str,
    keys: list[str],
    sent: list[str],
    value: str,
) -> None:
    stage.window.show_rooms([RoomRow("1", "dev", "Work"), RoomRow("2", "devices")])
    stage.window.composer.on_caret()
    enter(stage, typed)
    assert names(popup) == ["dev", "devices"]
    stage.press(stage.window.composer.text, *keys, f"<KeyRelease-{keys[-1][1:]}")
    assert [text for _room, text in stage.calls.named("on_send")] == sent
    assert stage.window.composer.value == value
    assert not popup.is_open


@pytest.mark.parametrize(
    ("typed", "keys", "sent", "value"),
    [
        ("hi @ben", ["<Return>"], ["hi @ben"], "hi @ben"),
        ("hi @Ben", ["<Return>"], ["hi @Ben"], "hi @Ben"),
        ("hi @ben", ["<Tab>"], [], "hi @Ben "),
        ("hi @ben", ["<Down>", "<Return>"], [], "hi @ben_ "),
        ("hi @be", ["<Return>"], [], "hi @Ben "),
    ],
)
def test_return_sends_what_ends_with_a_whole_name(
    stage: Stage,
    popup: CompletionPopup,
    typed: str,
    keys: list[str],
    sent: list[str],
    value: str,
) -> None:
    stage.window.show_people((PersonRow("b2", "ben_"), PersonRow("b", "Ben")))
    enter(stage, typed)
    assert names(popup) == ["Ben", "ben_"]
    stage.press(stage.window.composer.text, *keys, f"<KeyRelease-{keys[-1][1:]}")
    assert [text for _room, text in stage.calls.named("on_send")] == sent
    assert stage.window.composer.value == value
    assert not popup.is_open


@pytest.mark.parametrize(
    ("typed", "offered", "value"),
    [
        ("@", ["Priya Raman", "Ben", "Rasmus"], "@Priya Raman "),
        ("hi @r", ["Rasmus", "Priya Raman"], "hi @Rasmus "),
        ("#des", ["design"], "#design "),
        ("/j", ["join"], "/join "),
        ("yes :tada", [":tada:"], "yes 🎉 "),
    ],
)
@pytest.mark.parametrize("key", ["<Return>", "<Tab>"])
def test_return_and_tab_take_the_current_row(
    stage: Stage, popup: CompletionPopup, typed: str, offered: list[str], value: str, key: str
) -> None:
    enter(stage, typed)
    assert names(popup) == offered
    stage.press(stage.window.composer.text, key)
    assert stage.window.composer.value == value
    assert not popup.is_open
    assert stage.calls.named("on_send") == []


def test_arrows_choose_another(stage: Stage, popup: CompletionPopup) -> None:
    enter(stage, "@")
    stage.press(stage.window.composer.text, "<Down>", "<Return>")
    assert stage.window.composer.value == "@Ben "


def test_escape_closes_it_until_something_else_is_typed(
    stage: Stage, popup: CompletionPopup
) -> None:
    enter(stage, "@b")
    stage.press(stage.window.composer.text, "<Escape>")
    assert not popup.is_open
    stage.press(stage.window.composer.text, "<Return>")
    assert stage.calls.named("on_send") == [(stage.room_key, "@b")]
    enter(stage, "e")
    assert names(popup) == ["Ben"]


def test_nothing_fitting_shows_nothing(stage: Stage, popup: CompletionPopup) -> None:
    enter(stage, "@zzz")
    assert not popup.is_open


def test_leaving_the_field_closes_it(stage: Stage, popup: CompletionPopup) -> None:
    enter(stage, "@")
    stage.window.room_list.rooms.focus_force()
    stage.settle()
    assert not popup.is_open


def test_tab_completes_a_nick_and_goes_on_to_the_next(stage: Stage, popup: CompletionPopup) -> None:
    stage.window.show_people((*PEOPLE, PersonRow("b2", "Bea")))
    enter(stage, "be")
    stage.press(stage.window.composer.text, "<Tab>")
    assert stage.window.composer.value == "Bea: "
    stage.press(stage.window.composer.text, "<Tab>")
    assert stage.window.composer.value == "Ben: "
    stage.window.composer.set_value("so be")
    stage.window.composer.text.mark_set("insert", "end")
    stage.press(stage.window.composer.text, "<Tab>")
    assert stage.window.composer.value == "so Bea "
    assert stage.window.root.focus_get() is stage.window.composer.text


def test_tab_with_nothing_to_complete_moves_the_focus(stage: Stage, popup: CompletionPopup) -> None:
    stage.press(stage.window.composer.text, "<Tab>")
    assert stage.window.root.focus_get() is not stage.window.composer.text


def test_a_list_is_as_wide_as_its_words_and_the_composer(stage: Stage) -> None:
    words = "<#room> join a room of this server, or create it for everybody"
    stage.window.show_commands([CommandRow("join", words)])
    for width, typed in ((1100, "/"), (480, "/j")):
        stage.resize(width)
        stage.window.composer.set_value("")
        stage.type(typed)
        popup = stage.window.popups.completion
        assert popup.is_open
        shown = texts_of(popup.choices)
        assert (words in shown) == (width == 1100)
        assert popup.winfo_width() <= stage.window.composer.winfo_width()
        stage.window.popups.stack.close_all()
    stage.window.composer.set_value("")
