"""Which columns stand beside the messages at which width; narrower, they open over them."""

import tkinter as tk
from collections.abc import Callable

from app.translation import is_right_to_left
from app.views.surface import Line, Surface
from app.views.theme import Look

ROOMS_WIDTH = 240
PEOPLE_WIDTH = 216
PEOPLE_SHOWN_FROM = 960  # logical px of the window
ROOMS_SHOWN_FROM = 640
_HEADER_HEIGHT = 52


class _Column:
    """One side of the window: beside the messages, over them, or away."""

    def __init__(
        self, surface: Surface, look: Look, width: float, *, is_first: bool, top: float = 0
    ) -> None:
        """`top` is how much of the window stays free above it where it lies over the messages."""
        self.surface = surface
        self._width, self._top = look.px(width), look.px(top) if top else 0
        self._is_left = is_first != is_right_to_left()
        self._edge = Line(surface, look, vertical=True)
        surface.configure(width=self._width)
        surface.pack_propagate(False)

    @property
    def is_beside(self) -> bool:
        return self.surface.winfo_manager() == "grid"

    @property
    def is_over(self) -> bool:
        return self.surface.winfo_manager() == "place"

    def put_beside(self) -> None:
        self._edge.place_forget()
        self.surface.grid(row=0, column=0 if self._is_left else 2, sticky="ns")

    def put_over(self) -> None:
        self.surface.place(
            relx=0.0 if self._is_left else 1.0,
            y=self._top,
            anchor="nw" if self._is_left else "ne",
            width=self._width,
            relheight=1.0,
            height=-self._top,
        )
        if self._is_left:
            self._edge.place(relx=1.0, y=0, relheight=1.0, anchor="ne")
        else:
            self._edge.place(relx=0.0, y=0, relheight=1.0, anchor="nw")
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
        people_opener: tk.Misc,
        on_change: Callable[[bool, bool], None],
    ) -> None:
        """`people_opener` is what calls `toggle_people` when it is clicked."""
        self._root, self._look, self._on_change = root, look, on_change
        self._center, self._people_opener = center, people_opener
        self._rooms = _Column(rooms, look, ROOMS_WIDTH, is_first=True)
        self._people = _Column(people, look, PEOPLE_WIDTH, is_first=False, top=_HEADER_HEIGHT)
        self._is_people_wanted = True
        self._width = 0
        root.grid_rowconfigure(0, weight=1)
        root.grid_columnconfigure(1, weight=1)
        center.grid(row=0, column=1, sticky="nsew")
        root.bind("<Configure>", self._resized, add="+")
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
        if event.widget is self._root and event.width != self._width:
            self._width = event.width
            self._arrange()

    def _has_room(self, shown_from: float) -> bool:
        return self._width >= self._look.px(shown_from)

    def _arrange(self) -> None:
        has_people = self._is_people_wanted and self._has_room(PEOPLE_SHOWN_FROM)
        for column, is_beside in (
            (self._rooms, self._has_room(ROOMS_SHOWN_FROM)),
            (self._people, has_people),
        ):
            if is_beside:
                column.put_beside()
            else:
                column.put_away()
        self._tell()

    def _tell(self) -> None:
        are_people_shown = bool(self._people.surface.winfo_manager())
        self._on_change(self._has_room(ROOMS_SHOWN_FROM), are_people_shown)
