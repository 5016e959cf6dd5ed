"""A person's card: from each place that shows a person, by the pointer and by the keyboard."""

from __future__ import annotations

import pytest

from app.markup_parts import References
from app.structs import replace
from app.views.facts_table import FactsTable
from app.views.person_card import PersonCard
from app.views.person_cards import Spot
from app.views.rows import MessageRow, PersonCardRow, PersonRow, Presence, RowDetails
from app.views.server_rows import ConnectRow
from tests.app.views.conftest import Stage, items_of, message, texts_of
from tests.app.views.timeline_sight import view_of

ANNA = PersonRow("1", "Anna", is_self=True)
BEN = PersonRow("2", "Ben", Presence.AWAY)
GONE = PersonRow("3", "Gone", Presence.OFFLINE)
CARD = PersonCardRow(BEN, "Away since 14:03", (("Last message", "Today, 13:58"),))


@pytest.fixture
def card(stage: Stage) -> PersonCard:
    """Closed; three people are shown."""
    stage.window.show_self(ANNA)
    stage.window.show_people((ANNA, BEN, GONE))
    stage.settle()
    return stage.window.popups.cards.card


def is_open(card: PersonCard) -> bool:
    return bool(card.winfo_manager())


def open_ben(stage: Stage) -> None:
    """By the keyboard, in the people column."""
    stage.press(stage.window.member_list.people, "<Home>", "<Key-b>", "<Return>")


def texts(card: PersonCard) -> list[str]:
    return [card.name.text, card.presence.cget("text")]


class TestOpening:
    def test_enter_in_the_people_column(self, stage: Stage, card: PersonCard) -> None:
        open_ben(stage)
        assert is_open(card)
        assert texts(card) == ["Ben", "Away"]
        assert stage.calls.named("on_person_card") == [("2",)]
        assert stage.window.root.focus_get() is card.close_button

    def test_what_the_controller_knows_is_shown(self, stage: Stage, card: PersonCard) -> None:
        open_ben(stage)
        stage.window.show_person_card(CARD)
        stage.window.show_person_card(PersonCardRow(GONE, "Offline"))
        assert texts(card) == ["Ben", "Away since 14:03"]
        assert card._facts._lines[0][1].cget("text") == "Today, 13:58"

    def test_a_click_in_the_people_column(self, stage: Stage, card: PersonCard) -> None:
        stage.window.member_list.people.event_generate("<ButtonRelease-1>", x=60, y=36 + 44 + 10)
        assert is_open(card) and card.person_id == "2"
        left = card.winfo_rootx() + card.winfo_reqwidth()
        stage.settle()
        assert left > 0 and card.winfo_rootx() + card.winfo_width() <= (
            stage.window.member_list.winfo_rootx()
        )

    @pytest.mark.parametrize("width", [480, 1100])
    def test_own_name_at_the_lower_left(self, stage: Stage, card: PersonCard, width: int) -> None:
        stage.resize(width)
        if width == 480:
            stage.window.toggle_rooms_overlay()
            stage.settle()
        button = stage.window.own_card.person_button
        stage.press(button, "<Key-space>")
        assert is_open(card) and card.person_id == "1"
        stage.settle()
        root = stage.window.root
        assert card.winfo_x() >= 0 and card.winfo_x() + card.winfo_width() <= width
        assert card.winfo_y() + card.winfo_height() <= root.winfo_height()
        assert root.focus_get() is card.nick
        button.invoke()
        assert not is_open(card)

    def test_a_click_on_the_own_name(self, stage: Stage, card: PersonCard) -> None:
        name = stage.window.own_card._name
        name.event_generate("<ButtonPress-1>", x=2, y=2)
        name.event_generate("<ButtonRelease-1>", x=2, y=2)
        assert is_open(card)
        name.event_generate("<ButtonPress-1>", x=2, y=2)
        name.event_generate("<ButtonRelease-1>", x=2, y=2)
        assert not is_open(card)


class TestInTheMessages:
    def rows(self) -> tuple[MessageRow, ...]:
        first = message(1, "hello @Gone", author_id="2", author_name="Ben")
        first = replace(first, details=RowDetails(references=References(("Gone",))))
        return (first, message(2, "bye", author_id="9", author_name="Zoe"))

    def click(self, stage: Stage, x: int, y: int) -> None:
        text = view_of(stage).text
        text.event_generate("<Motion>", x=x, y=y)
        assert str(text.master.cget("cursor")) == "hand2"
        text.event_generate("<ButtonPress-1>", x=x, y=y)
        text.event_generate("<ButtonRelease-1>", x=x, y=y)
        stage.settle()

    def test_the_name_of_an_author(self, stage: Stage, card: PersonCard) -> None:
        stage.show_rows(self.rows())
        text = view_of(stage).text
        box = text.bbox(text.search("Ben", "1.0"))
        assert box is not None
        self.click(stage, box[0] + 2, box[1] + 4)
        assert is_open(card) and texts(card) == ["Ben", "Away"]

    def test_the_avatar(self, stage: Stage, card: PersonCard) -> None:
        stage.show_rows(self.rows())
        text = view_of(stage).text
        box = text.bbox(text.search("hello", "1.0"))
        assert box is not None
        self.click(stage, 30, box[1] - 3)
        assert is_open(card) and card.person_id == "2"

    def test_an_author_who_is_not_here_any_more(self, stage: Stage, card: PersonCard) -> None:
        stage.show_rows(self.rows())
        text = view_of(stage).text
        box = text.bbox(text.search("Zoe", "1.0"))
        assert box is not None
        self.click(stage, box[0] + 2, box[1] + 4)
        assert is_open(card) and card.person_id == "9"
        assert not card.mention_button.winfo_manager()
        assert stage.window.root.focus_get() is card.close_button

    def test_a_mention(self, stage: Stage, card: PersonCard) -> None:
        stage.show_rows(self.rows())
        text = view_of(stage).text
        box = text.bbox(text.search("@Gone", "1.0"))
        assert box is not None
        self.click(stage, box[0] + 2, box[1] + 4)
        assert is_open(card) and texts(card) == ["Gone", "Offline"]

    def test_beside_name_and_avatar_nothing_opens(self, stage: Stage, card: PersonCard) -> None:
        stage.show_rows(self.rows())
        text = view_of(stage).text
        box = text.bbox(text.search("Ben", "1.0"))
        assert box is not None
        for x in (400, 64):
            text.event_generate("<ButtonRelease-1>", x=x, y=box[1] + 4)
        assert not is_open(card)


class TestClosing:
    def test_escape_gives_the_focus_back(self, stage: Stage, card: PersonCard) -> None:
        open_ben(stage)
        stage.press(card.mention_button, "<Escape>")
        assert not is_open(card)
        assert stage.calls.named("on_person_card") == [("2",), (None,)]
        assert stage.window.root.focus_get() is stage.window.member_list.people

    def test_who_types_on_loses_nothing_and_presses_nothing(
        self, stage: Stage, card: PersonCard
    ) -> None:
        open_ben(stage)
        stage.press(stage.window.root.focus_get(), "<space>")
        stage.press(stage.window.root.focus_get(), "<Key-h>")
        assert not is_open(card)
        assert stage.window.composer.value == " h"
        assert stage.window.root.focus_get() is stage.window.composer.text
        stage.window.composer.set_value("")

    def test_its_fields_take_what_is_typed_in_them(self, stage: Stage, card: PersonCard) -> None:
        stage.window.own_card.person_button.invoke()
        stage.press(card.reason, "<Key-h>", "<space>", "<Key-i>")
        assert card.reason.value == "h i" and is_open(card)
        card.reason.set_value("")
        assert stage.window.composer.value == ""

    def test_a_click_beside_it(self, stage: Stage, card: PersonCard) -> None:
        open_ben(stage)
        stage.window.header.event_generate("<ButtonPress-1>", x=2, y=2)
        assert not is_open(card)
        assert stage.calls.named("on_person_card")[-1] == (None,)

    def test_a_click_or_a_wheel_in_it_does_not(self, stage: Stage, card: PersonCard) -> None:
        open_ben(stage)
        card.name.event_generate("<ButtonPress-1>", x=2, y=2)
        stage.window.header.event_generate("<ButtonPress-4>", x=2, y=2)
        assert is_open(card)
        card.close_button.invoke()
        assert not is_open(card)

    def test_the_page_that_covers_the_chat_takes_it_away(
        self, stage: Stage, card: PersonCard
    ) -> None:
        open_ben(stage)
        stage.window.show_connect(ConnectRow())
        stage.settle()
        assert not is_open(card)
        assert stage.window.root.focus_get() is stage.window.connect_page.nick
        stage.window.show_chat()


class TestDoing:
    @pytest.mark.parametrize(
        ("draft", "after"), [("", "@Ben "), ("hello", "hello @Ben "), ("hello ", "hello @Ben ")]
    )
    def test_mention(self, stage: Stage, card: PersonCard, draft: str, after: str) -> None:
        stage.window.composer.set_value(draft)
        open_ben(stage)
        stage.press(card.mention_button, "<Return>")
        assert stage.window.composer.value == after
        assert not is_open(card)
        assert stage.window.root.focus_get() is stage.window.composer.text
        stage.window.composer.set_value("")

    def test_ignore_and_show_again(self, stage: Stage, card: PersonCard) -> None:
        open_ben(stage)
        card.ignore_button.invoke()
        stage.window.show_person_card(replace(CARD, person=replace(BEN, is_ignored=True)))
        card.ignore_button.invoke()
        assert stage.calls.named("on_ignore") == [("2", True), ("2", False)]

    def test_another_nick(self, stage: Stage, card: PersonCard) -> None:
        stage.window.own_card.person_button.invoke()
        assert card.nick.value == "Anna"
        card.nick.set_value("Annika")
        # What comes meanwhile does not take away what is typed.
        stage.window.show_person_card(PersonCardRow(ANNA, "Online"))
        stage.press(card.nick, "<Return>")
        assert stage.calls.named("on_rename") == [("Annika",)]
        assert not is_open(card)

    def test_the_same_nick_asks_for_nothing(self, stage: Stage, card: PersonCard) -> None:
        stage.window.own_card.person_button.invoke()
        card.rename_button.invoke()
        assert stage.calls.named("on_rename") == []

    def test_away_and_back(self, stage: Stage, card: PersonCard) -> None:
        stage.window.own_card.person_button.invoke()
        card.away_button.invoke()
        stage.window.show_person_card(PersonCardRow(replace(ANNA, presence=Presence.AWAY), "Away"))
        card.away_button.invoke()
        assert stage.calls.named("on_away") == [(True, ""), (False, "")]

    def test_away_with_words(self, stage: Stage, card: PersonCard) -> None:
        stage.window.own_card.person_button.invoke()
        card.reason.set_value(" at lunch ")
        card.away_button.invoke()
        away = replace(ANNA, presence=Presence.AWAY, status_text="at lunch")
        stage.window.show_person_card(PersonCardRow(away, "Away"))
        card.reason.set_value("a long lunch")
        # What comes meanwhile does not take away what is typed.
        stage.window.show_person_card(PersonCardRow(away, "Away"))
        stage.press(card.reason, "<Return>")
        assert stage.calls.named("on_away") == [(True, "at lunch"), (True, "a long lunch")]
        assert is_open(card)

    def test_what_somebody_says_of_being_away_stands_below(
        self, stage: Stage, card: PersonCard
    ) -> None:
        open_ben(stage)
        away = replace(
            BEN, presence=Presence.AWAY, status_text="At lunch\nuntil two 🍲, and then on a train"
        )
        stage.window.show_person_card(PersonCardRow(away, "Away"))
        stage.settle()
        assert card.status.text == "At lunch until two 🍲, and then on a train"
        assert len(items_of(card.status, "image")) == 1 and len(texts_of(card.status)) > 1
        assert card.status.winfo_y() > card.presence.winfo_y()
        assert card.status.winfo_reqwidth() <= card.status.winfo_width()
        stage.window.show_person_card(PersonCardRow(BEN, "Online"))
        stage.settle()
        assert not card.status.winfo_manager()


class TestMenu:
    def test_the_right_button_in_the_people_column(
        self, stage: Stage, card: PersonCard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        menu = stage.window.popups.cards.menu
        monkeypatch.setattr(menu, "tk_popup", lambda _x, _y: None)
        people = stage.window.member_list.people
        people.event_generate("<ButtonRelease-3>", x=60, y=36 + 44 + 10)
        labels = [menu.entrycget(at, "label") for at in range(3)]
        assert labels == ["About Ben", "Mention", "Ignore"]
        menu.invoke(0)
        assert is_open(card)
        menu.invoke(1)
        assert stage.window.composer.value == "@Ben "
        stage.window.composer.set_value("")
        menu.invoke(2)
        assert stage.calls.named("on_ignore") == [("2", True)]

    def test_own_menu_has_no_mention(self, stage: Stage, card: PersonCard) -> None:
        cards = stage.window.popups.cards
        cards.fill_menu(ANNA, Spot(0, 0, 1, 1))
        assert cards.menu.index("end") == 0


class TestBadText:
    def test_any_name_and_fact(self, stage: Stage, card: PersonCard) -> None:
        bad = "\ud800\x00[exit]{\u202e" + "x" * 100_000
        person = PersonRow("2", bad)
        stage.window.popups.cards.open(person, None)
        stage.window.show_person_card(PersonCardRow(person, bad, ((bad, bad),)))
        stage.settle()
        assert is_open(card)


@pytest.mark.parametrize("name", ["Has received", "A name that is much longer than usual"])
def test_no_name_of_a_fact_cuts_its_value(stage: Stage, name: str) -> None:
    table = FactsTable(stage.window.root, stage.window.look, width=266)
    table.place(x=0, y=0, width=table.look.px(266))
    table.show([(name, "Friday, 20 November, 09:22")])
    stage.settle()
    assert table.winfo_reqwidth() <= table.winfo_width()
    table.destroy()
