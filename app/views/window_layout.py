"""Which columns stand beside the messages at which width; narrower, they open over them."""

import tkinter as tk
from collections.abc import Callable

from app.structs import replace
from app.translation import is_right_to_left
from app.views.column_grip import ColumnGrip
from app.views.column_widths import (
    PEOPLE_SHOWN_FROM,
    PEOPLE_WIDTH,
    ROOMS_SHOWN_FROM,
    ROOMS_WIDTH,
    ColumnWidths,
)
from app.views.surface import Line, Surface
from app.views.theme import Look
from app.views.window_events import bind_window

_HEADER_HEIGHT = 52


class _Column:
    """One side of the window: beside the messages, over them, or away."""

    def __init__(
        self,
        surface: Surface,
        look: Look,
        width: int,
        *,
        is_first: bool,
        top: float = 0,
        edge: tuple[Surface, ...],
        on_take: Callable[[], None],
        on_drag: Callable[[float], None],
        on_release: Callable[[], None],
        on_reset: Callable[[], None],
    ) -> None:
        """`width` is that over the messages; `top` is how much of the window stays free above it
        there. Beside them its `edge`, which these surfaces make, can be dragged."""
        self.surface = surface
        self._look, self._width, self._top = look, look.px(width), look.px(top) if top else 0
        self.is_left = is_first != is_right_to_left()
        self._line = Line(surface, look, vertical=True)
        self._grip = ColumnGrip(
            edge, look, is_at_right=self.is_left, on_take=on_take, on_drag=on_drag,
            on_release=on_release, on_reset=on_reset,
        )  # fmt: skip
        surface.configure(width=self._width)
        surface.pack_propagate(False)

    @property
    def is_beside(self) -> bool:
        return self.surface.winfo_manager() == "grid"

    @property
    def is_over(self) -> bool:
        return self.surface.winfo_manager() == "place"

    def put_beside(self, width: int) -> None:
        """`width` is in logical pixels."""
        self._line.place_forget()
        self._grip.show(True)
        self.set_width(width)
        self.surface.grid(row=0, column=0 if self.is_left else 2, sticky="ns")

    def set_width(self, width: int) -> None:
        """Where it is beside the messages, in logical pixels."""
        self.surface.configure(width=self._look.px(width))

    def cancel_pull(self) -> bool:
        """As wide again as before its edge was taken; False if that is not held."""
        return self._grip.cancel()

    def put_over(self) -> None:
        self._grip.show(False)
        self.surface.place(
            relx=0.0 if self.is_left else 1.0,
            y=self._top,
            anchor="nw" if self.is_left else "ne",
            width=self._width,
            relheight=1.0,
            height=-self._top,
        )
        if self.is_left:
            self._line.place(relx=1.0, y=0, relheight=1.0, anchor="ne")
        else:
            self._line.place(relx=0.0, y=0, relheight=1.0, anchor="nw")
        self.surface.tkraise()

    def put_away(self) -> None:
        self.surface.place_forget()
        self.surface.grid_forget()


class WindowLayout:
    """Places three columns in `root`; `on_change` is told (rooms beside, people shown).

    Below 960 px people give way, below 640 px rooms too; then `toggle_people` and `toggle_rooms`
    open them over the messages, one at a time. A click into the messages closes them.
    """

    def __init__(
        self,
        root: tk.Misc,
        look: Look,
        *,
        rooms: Surface,
        center: Surface,
        people: Surface,
        rooms_edge: tuple[Surface, ...],
        people_opener: tk.Misc,
        on_change: Callable[[bool, bool], None],
        on_widths: Callable[[ColumnWidths], None],
    ) -> None:
        """`people_opener` is what calls `toggle_people` when it is clicked, `rooms_edge` what of
        the rooms is beside the messages. `on_widths` is told what the person wants them to be."""
        self._look, self._on_change = look, on_change
        self._on_widths = on_widths
        self._center, self._people_opener = center, people_opener
        #: As the person wants them, and both as they were when an edge was taken.
        self._widths = self._widths_before = self._widths_taken = ColumnWidths()
        self._rooms = _Column(
            rooms, look, ROOMS_WIDTH, is_first=True, edge=rooms_edge,
            on_take=self._take_edge, on_drag=self._drag_rooms, on_release=self._tell_widths,
            on_reset=lambda: self._reset(replace(self._widths, rooms=ROOMS_WIDTH)),
        )  # fmt: skip
        self._people = _Column(
            people, look, PEOPLE_WIDTH, is_first=False, top=_HEADER_HEIGHT, edge=(people,),
            on_take=self._take_edge, on_drag=self._drag_people, on_release=self._tell_widths,
            on_reset=lambda: self._reset(replace(self._widths, people=PEOPLE_WIDTH)),
        )  # fmt: skip
        self._is_people_wanted = True
        self._width = 0
        root.grid_rowconfigure(0, weight=1)
        root.grid_columnconfigure(1, weight=1)
        center.grid(row=0, column=1, sticky="nsew")
        bind_window(root, "<Configure>", self._resized)
        # Not of button 1 alone: that would keep what else is bound to any button from the click.
        root.bind("<ButtonPress>", self._pressed, add="+")

    @property
    def are_rooms_over(self) -> bool:
        """Whether the rooms lie over the messages."""
        return self._rooms.is_over

    @property
    def is_people_wanted(self) -> bool:
        """Whether people are shown where there is room for them."""
        return self._is_people_wanted

    def want_people(self, is_wanted: bool) -> None:
        """Show them where there is room, or not."""
        self._is_people_wanted = is_wanted
        self._arrange()

    def want_widths(self, widths: ColumnWidths) -> None:
        """Make the columns so wide where the window allows it."""
        self._widths = widths
        self._show_widths()

    def toggle_people(self) -> None:
        """People on or off; over the messages where there is no room beside them."""
        if self._has_room(PEOPLE_SHOWN_FROM):
            self.want_people(not self._people.is_beside)
        else:
            self._toggle(self._people)

    def toggle_rooms(self) -> None:
        """Rooms over the messages or away again, where they are not beside them."""
        if not self._rooms.is_beside:
            self._toggle(self._rooms)

    def close_rooms(self) -> None:
        """Take them off the messages."""
        if self._rooms.is_over:
            self.close_over()

    def close_over(self) -> bool:
        """Take off what lies over the messages; False if nothing did."""
        over = [column for column in (self._rooms, self._people) if column.is_over]
        for column in over:
            column.put_away()
        if over:
            self._tell()
        return bool(over)

    def _toggle(self, column: _Column) -> None:
        was_over = column.is_over
        self.close_over()
        if not was_over:
            column.put_over()
            self._tell()

    def _pressed(self, event: "tk.Event[tk.Misc]") -> None:
        path = f"{event.widget}."
        if event.num != 1:
            return
        if path.startswith(f"{self._center}.") and not path.startswith(f"{self._people_opener}."):
            self.close_over()

    def _resized(self, event: "tk.Event[tk.Misc]") -> None:
        if event.width != self._width:
            self._width = event.width
            self._arrange()

    def _has_room(self, shown_from: float) -> bool:
        return self._width >= self._look.px(shown_from)

    def _arrange(self) -> None:
        fitted = self._fitted()
        for column, width, is_beside in (
            (self._rooms, fitted.rooms, self._has_room(ROOMS_SHOWN_FROM)),
            (self._people, fitted.people, self._are_people_beside()),
        ):
            if is_beside:
                column.put_beside(width)
            else:
                column.put_away()
        self._tell()

    def _are_people_beside(self) -> bool:
        return self._is_people_wanted and self._has_room(PEOPLE_SHOWN_FROM)

    # how wide the columns are

    @property
    def _window_width(self) -> float:
        """In logical pixels."""
        return self._width / (self._look.px(1000) / 1000)

    def _fitted(self) -> ColumnWidths:
        return self._widths.fitted(self._window_width, has_people=self._are_people_beside())

    def _show_widths(self) -> None:
        fitted = self._fitted()
        for column, width in ((self._rooms, fitted.rooms), (self._people, fitted.people)):
            if column.is_beside:
                column.set_width(width)

    def _take_edge(self) -> None:
        self._widths_before, self._widths_taken = self._widths, self._fitted()
        if not self._are_people_beside():
            self._widths_taken = replace(self._widths_taken, people=self._widths.people)

    def _drag_rooms(self, by: float) -> None:
        taken, has_people = self._widths_taken, self._are_people_beside()
        widths = taken.with_rooms(taken.rooms + by, self._window_width, has_people=has_people)
        # Brought back to where it was, all is as it was.
        self.want_widths(widths if widths != taken else self._widths_before)

    def _drag_people(self, by: float) -> None:
        taken = self._widths_taken
        widths = taken.with_people(taken.people + by, self._window_width)
        self.want_widths(widths if widths != taken else self._widths_before)

    def cancel_pull(self) -> bool:
        """Columns as wide as before one was taken by its edge; False if none is held."""
        return self._rooms.cancel_pull() or self._people.cancel_pull()

    def _reset(self, widths: ColumnWidths) -> None:
        self.want_widths(widths)
        self._tell_widths()

    def _tell_widths(self) -> None:
        self._on_widths(self._widths)

    def _tell(self) -> None:
        are_people_shown = bool(self._people.surface.winfo_manager())
        self._on_change(self._has_room(ROOMS_SHOWN_FROM), are_people_shown)
