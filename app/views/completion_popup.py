"""The list above the composer while a name, room, emoji or command is typed."""

import tkinter as tk
from collections.abc import Callable, Sequence

from app.translation import is_right_to_left
from app.views import completion
from app.views.choice_list import Choice, ChoiceList
from app.views.completion import Question, Sign
from app.views.composer_view import ComposerView
from app.views.popups import Popup, Popups
from app.views.rows import CommandRow, PersonRow, RoomRow
from app.views.surface import Surface
from app.views.theme import Look

_WIDTH = 300
#: A list with long details takes more, up to the width of the composer.
_WIDTH_MAX = 640
_ROW_HEIGHT = 35


class CompletionPopup(Popup):
    """Follows the composer's caret; the focus stays there, the keys it takes are few."""

    is_closed_by_click = False

    def __init__(self, master: tk.Misc, look: Look, composer: ComposerView, popups: Popups) -> None:
        super().__init__(master, look, "popup_border")
        self._composer, self._popups = composer, popups
        self.people: Sequence[PersonRow] = ()
        self.rooms: Sequence[RoomRow] = ()
        self.commands: Sequence[CommandRow] = ()
        #: Told which emoji was chosen.
        self.on_emoji: Callable[[str], None] = lambda _emoji: None
        #: Ids of people, who wrote last first.
        self.writers: Sequence[str] = ()
        self._question: Question | None = None
        self._refused: Question | None = None
        #: While Tab is pressed again and again: the nicks, which one, and what stands there.
        self._nicks: list[str] = []
        self._nick_place, self._nick_shown = 0, ""
        body = Surface(self, look, "popup")
        body.pack(fill="both", expand=True, padx=1, pady=1)
        self.choices = ChoiceList(
            body,
            look,
            row_height=_ROW_HEIGHT,
            rows_max=completion.ROWS_MAX,
            on_choose=self._chosen,
        )
        self.choices.pack(fill="x", pady=look.px(5))
        composer.on_caret = self._caret_moved
        composer.key_filter = self._key

    @property
    def is_open(self) -> bool:
        return self._popups.is_open(self)

    def _caret_moved(self) -> None:
        composer = self._composer
        question = completion.question_at(
            composer.line_before, is_first_line=composer.is_on_first_line
        )
        if question is None or not composer.has_focus:
            self._question = self._refused = None
            self._popups.close(self)
            return
        if question in (self._question, self._refused):
            return
        self._question, self._refused = question, None
        choices = self._answers(question)
        if not choices:
            self._popups.close(self)
            return
        self.choices.show_choices(choices)
        px, field = self.look.px, self._composer
        x = field.winfo_rootx() - field.winfo_toplevel().winfo_rootx() + px(16)
        y = field.winfo_rooty() - field.winfo_toplevel().winfo_rooty() - px(4)
        most = max(px(_WIDTH), min(px(_WIDTH_MAX), field.winfo_width() - px(32)))
        width = min(most, max(px(_WIDTH), self.choices.wanted_width + 2))
        if is_right_to_left():
            self._popups.open(
                self, x=x + field.winfo_width() - px(32), y=y, anchor="se", width=width
            )
        else:
            self._popups.open(self, x=x, y=y, anchor="sw", width=width)

    def _answers(self, question: Question) -> list[Choice]:
        typed = question.typed
        match question.sign:
            case Sign.PERSON:
                people = completion.people_for(typed, self.people, self.writers)
                return [Choice(f"@{row.name} ", row.name, person=row) for row in people]
            case Sign.ROOM:
                rooms = completion.rooms_for(typed, self.rooms)
                return [Choice(f"#{r.name} ", r.name, r.topic, icon="hash") for r in rooms]
            case Sign.EMOJI:
                found = completion.emoji_for(typed)
                return [Choice(f"{emoji} ", name, emoji=emoji) for emoji, name in found]
            case Sign.COMMAND:
                commands = completion.commands_for(typed, self.commands)
                return [
                    Choice(f"/{row.name} ", row.name, row.words, icon="slash") for row in commands
                ]

    def _chosen(self, choice: Choice) -> None:
        question = self._question
        self._popups.close(self)
        if question is not None and isinstance(choice.key, str):
            self._refused = None
            self._composer.replace_before(question.length, choice.key)
            if choice.emoji:
                self.on_emoji(choice.emoji)

    def _key(self, key: str) -> bool:
        """Whether the key was for the completion."""
        if self.is_open:
            match key:
                case "Up" | "Down":
                    self.choices.move_current(-1 if key == "Up" else 1)
                    return True
                case "Return" if self._is_whole_command or self._is_whole_name:
                    self._popups.close(self)
                    self.closed_by_person()  # letting the key go must not open it again
                    return False
                case "Return" | "Tab":
                    return self.choices.choose_current()
        return key in ("Tab", "ISO_Left_Tab") and self._complete_nick(1 if key == "Tab" else -1)

    @property
    def _is_whole_command(self) -> bool:
        """Whether the chosen command was typed to its end and wants no more: Enter does it."""
        question, choice = self._question, self.choices.current_row
        if question is None or question.sign is not Sign.COMMAND or choice is None:
            return False
        whole = (row for row in self.commands if not row.arguments.startswith("<"))
        return choice.key in {f"/{row.name} " for row in whole if row.name == question.typed}

    @property
    def _is_whole_name(self) -> bool:
        """Whether the chosen person or room was typed to its end, in whatever case: Enter sends."""
        question, choice = self._question, self.choices.current_row
        if question is None or question.sign not in (Sign.PERSON, Sign.ROOM) or choice is None:
            return False
        written = f"{question.sign.value}{question.typed} "
        return isinstance(choice.key, str) and choice.key.casefold() == written.casefold()

    def _complete_nick(self, by: int) -> bool:
        """Tab behind a bare word: the nick, and with each further Tab the next one."""
        before = self._composer.line_before
        if self._nick_shown and before.endswith(self._nick_shown):
            self._nick_place = (self._nick_place + by) % len(self._nicks)
            count = len(self._nick_shown)
        else:
            self._nicks = completion.nicks_for(before, self.people, self.writers)
            self._nick_place = 0
            count = len(completion.word_before(before))
        if not self._nicks:
            self._nick_shown = ""
            return False
        is_start = self._composer.is_on_first_line and len(before) == count
        self._nick_shown = self._nicks[self._nick_place] + (": " if is_start else " ")
        self._composer.replace_before(count, self._nick_shown)
        return True

    def closed_by_person(self) -> None:
        """Esc: the same question does not open it again."""
        self._refused, self._question = self._question, None
