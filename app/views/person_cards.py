"""Opens the card of a person beside what was chosen, and the menu of a person in a list."""

import tkinter as tk
from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

from app.structs import Struct
from app.translation import _
from app.views.callbacks import MainWindowCallbacks
from app.views.composer_view import ComposerView
from app.views.hint import hint_of
from app.views.matching import folded
from app.views.person_card import WIDTH, PersonCard, PersonCardCallbacks
from app.views.popups import Popups
from app.views.presence_words import presence_text
from app.views.rows import MessageRow, PersonCardRow, PersonRow, Presence
from app.views.safe_text import safe_name
from app.views.theme import Look
from app.views.widgets import Menu


class Spot(Struct, frozen=True):
    """A rectangle of the screen, in real pixels, that something opens beside."""

    x: int
    y: int
    width: int
    height: int
    #: What opens stands above it, and not at its right.
    is_below: bool = False


class CardHost(Protocol):
    """What of the window the cards need."""

    look: Look
    composer: ComposerView

    def focus_composer(self) -> None: ...


class PersonCards:
    """One card, shown for one person after the other."""

    def __init__(
        self, root: tk.Misc, host: CardHost, stack: Popups, callbacks: MainWindowCallbacks
    ) -> None:
        self._root, self._host, self._stack, self._callbacks = root, host, stack, callbacks
        #: The people of the open room.
        self.people: Sequence[PersonRow] = ()
        self._spot: Spot | None = None
        self.menu = Menu(root)

    @cached_property
    def card(self) -> PersonCard:
        """The card, made when the first one is opened."""
        callbacks = self._callbacks
        card = PersonCard(
            self._root,
            self._host.look,
            PersonCardCallbacks(
                on_mention=self._mention,
                on_ignore=self._ignore,
                on_rename=callbacks.on_rename,
                on_away=callbacks.on_away,
                on_text=self._type_on,
                on_close=self.close,
            ),
        )
        card.on_closed = lambda: callbacks.on_person_card(None)
        return card

    def open(self, person: PersonRow, spot: Spot | None, opener: tk.Misc | None = None) -> None:
        """Open the card beside `spot`, None for the middle of the window; at `opener` again,
        it closes."""
        card = self.card
        hint_of(self._root).hide()
        if opener is not None and card.opener is opener and self._stack.is_open(card):
            self.close()
            return
        if not self._stack.is_open(card):
            card.came_from = self._root.focus_get()
        card.opener, self._spot = opener, spot
        known = next((row for row in self.people if row.person_id == person.person_id), person)
        card.show(PersonCardRow(known, "" if known.is_elsewhere else presence_text(known.presence)))
        self._callbacks.on_person_card(person.person_id)
        self._place()
        card.begin()

    def open_of_author(self, row: MessageRow, spot: Spot) -> None:
        """The card of who wrote a message, whether he is in the room still or not."""
        author = PersonRow(
            row.author_id,
            row.author_name,
            Presence.OFFLINE,
            is_self=row.is_own,
            is_elsewhere=not row.is_own,
        )
        self.open(author, spot)

    def open_of_name(self, name: str, spot: Spot) -> None:
        """The card of the person who is called so in the open room, if there is one."""
        wanted = folded(name)
        alike = [row for row in self.people if folded(row.name) == wanted]
        if alike:
            self.open(next((row for row in alike if row.name == name), alike[0]), spot)

    def show(self, row: PersonCardRow) -> None:
        """What is known of the person whose card is open."""
        if row.person.person_id != self.card.person_id:
            return
        self.card.show(row)
        if self._stack.is_open(self.card):
            self._place()

    def close(self) -> None:
        if self._stack.is_open(self.card):
            self._stack.close(self.card)
            self.card.closed_by_person()

    def open_menu(self, person: PersonRow, spot: Spot, x_root: int, y_root: int) -> None:
        """What can be done with a person, at a place of the screen."""
        self.fill_menu(person, spot)
        self.menu.tk_popup(x_root, y_root)

    def fill_menu(self, person: PersonRow, spot: Spot) -> None:
        """Write the lines for this person."""
        self.menu.delete(0, "end")
        show = _("About {name}").format(name=safe_name(person.name))
        self.menu.add_command(label=show, command=lambda: self.open(person, spot))
        if not person.is_self:
            self.menu.add_command(label=_("Mention"), command=lambda: self._mention(person))
            self.menu.add_command(
                label=_("Show again") if person.is_ignored else _("Ignore"),
                command=lambda: self._ignore(person, not person.is_ignored),
            )

    def _ignore(self, person: PersonRow, is_on: bool) -> None:
        self._callbacks.on_ignore(person.person_id, is_on)

    def _mention(self, person: PersonRow) -> None:
        self.card.came_from = None
        self.close()
        composer = self._host.composer
        before = composer.line_before
        gap = " " if before and not before[-1].isspace() else ""
        composer.insert(f"{gap}@{person.name} ")
        self._host.focus_composer()

    def _type_on(self, text: str) -> None:
        """As if the card had not been there."""
        if self._host.composer.is_enabled:
            self.card.came_from = None
            self.close()
            self._host.focus_composer()
            self._host.composer.insert(text)

    def _place(self) -> None:
        """Beside the spot, whole in the window."""
        root, card, px = self._root, self.card, self._host.look.px
        room, low = root.winfo_width(), root.winfo_height()
        gap = px(8)
        width = min(px(WIDTH), room - 2 * gap)
        card.update_idletasks()
        height = card.winfo_reqheight()
        spot = self._spot
        if spot is None:
            x, y = (room - width) // 2, px(90)
        else:
            left, top = spot.x - root.winfo_rootx(), spot.y - root.winfo_rooty()
            if spot.is_below:
                x, y = left + gap, top - gap - height
            else:
                x, y = left + spot.width + gap, top
                if x + width > room - gap:
                    x = left - gap - width
        x = max(gap, min(x, room - gap - width))
        y = max(gap, min(y, low - gap - height))
        self._stack.open(card, x=x, y=y, anchor="nw", width=width)


def spot_of(widget: tk.Misc, *, is_below: bool = False) -> Spot:
    """The place of a whole widget."""
    return Spot(
        widget.winfo_rootx(),
        widget.winfo_rooty(),
        widget.winfo_width(),
        widget.winfo_height(),
        is_below,
    )
