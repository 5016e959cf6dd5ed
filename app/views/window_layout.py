"""Which columns stand beside the messages at which width, and the rooms as an overlay."""

import tkinter as tk
from collections.abc import Callable

from app.translation import is_right_to_left
from app.views.surface import Line, Surface
from app.views.theme import Look

ROOMS_WIDTH = 240
PEOPLE_WIDTH = 216
PEOPLE_SHOWN_FROM = 960  # logical px of the window
ROOMS_SHOWN_FROM = 640


class WindowLayout:
    """Places three columns in `root`; `on_change` is told (rooms shown, people shown).

    Below 960 px people give way, below 640 px rooms too; then `toggle_rooms` opens them over
    the messages.
    """

    def __init__(
        self,
        root: tk.Misc,
        look: Look,
        *,
        rooms: Surface,
        center: Surface,
        people: Surface,
        on_change: Callable[[bool, bool], None],
    ) -> None:
        self._root, self._look, self._on_change = root, look, on_change
        self._rooms, self._people = rooms, people
        self._edge = Line(rooms, look, vertical=True)
        self._is_people_wanted = True
        self._width = 0
        root.grid_rowconfigure(0, weight=1)
        root.grid_columnconfigure(1, weight=1)
        center.grid(row=0, column=1, sticky="nsew")
        for column, width in ((rooms, ROOMS_WIDTH), (people, PEOPLE_WIDTH)):
            column.configure(width=look.px(width))
            column.pack_propagate(False)
        root.bind("<Configure>", self._resized, add="+")

    @property
    def are_rooms_over(self) -> bool:
        """Whether the rooms lie over the messages."""
        return self._rooms.winfo_manager() == "place"

    @property
    def is_people_wanted(self) -> bool:
        """Whether people are shown where there is room for them."""
        return self._is_people_wanted

    def want_people(self, is_wanted: bool) -> None:
        """Show them where there is room, or not."""
        self._is_people_wanted = is_wanted
        is_wide = self._width >= self._look.px(PEOPLE_SHOWN_FROM)
        self._arrange(has_people=is_wanted and is_wide)

    def toggle_people(self) -> None:
        """People on or off, also where the width alone would hide them."""
        self._is_people_wanted = not self._people.winfo_manager()
        self._arrange(has_people=self._is_people_wanted)

    def toggle_rooms(self) -> None:
        """Rooms over the messages or away again; returns with the rooms in front."""
        if self.are_rooms_over:
            self.close_rooms()
        elif self._rooms.winfo_manager() != "grid":
            width = self._look.px(ROOMS_WIDTH)
            if is_right_to_left():
                self._rooms.place(relx=1.0, y=0, relheight=1.0, width=width, anchor="ne")
                self._edge.place(x=0, y=0, relheight=1.0)
            else:
                self._rooms.place(x=0, y=0, relheight=1.0, width=width)
                self._edge.place(relx=1.0, y=0, relheight=1.0, anchor="ne")
            self._rooms.tkraise()

    def close_rooms(self) -> None:
        if self.are_rooms_over:
            self._rooms.place_forget()
            self._edge.place_forget()

    def _resized(self, event: "tk.Event[tk.Misc]") -> None:
        if event.widget is self._root and event.width != self._width:
            self._width = event.width
            is_wide = self._width >= self._look.px(PEOPLE_SHOWN_FROM)
            self._arrange(has_people=self._is_people_wanted and is_wide)

    def _arrange(self, *, has_people: bool) -> None:
        self.close_rooms()
        has_rooms = self._width >= self._look.px(ROOMS_SHOWN_FROM)
        if has_rooms:
            self._rooms.grid(row=0, column=2 if is_right_to_left() else 0, sticky="ns")
        else:
            self._rooms.grid_forget()
        if has_people:
            self._people.grid(row=0, column=0 if is_right_to_left() else 2, sticky="ns")
        else:
            self._people.grid_forget()
        self._on_change(has_rooms, has_people)
