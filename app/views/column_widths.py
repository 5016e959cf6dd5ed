"""How wide the columns beside the messages are: as the person wants, and as the window allows.

All in logical pixels. No Tk.
"""

from typing import Final

from app.structs import Struct, replace

ROOMS_WIDTH: Final = 240
PEOPLE_WIDTH: Final = 216
#: Where the people give way, and where the rooms do: so wide is a window at least that has them.
PEOPLE_SHOWN_FROM: Final = 960
ROOMS_SHOWN_FROM: Final = 640
ROOMS_MIN, ROOMS_MAX = 200, 420
PEOPLE_MIN, PEOPLE_MAX = 150, 380
#: What the columns leave to the messages.
MESSAGES_MIN: Final = 400


class ColumnWidths(Struct, frozen=True):
    rooms: int = ROOMS_WIDTH
    people: int = PEOPLE_WIDTH

    def fitted(self, window: float, *, has_people: bool) -> "ColumnWidths":
        """As wide as a window of this width takes them; the people are the first to give way."""
        room = int(window) - MESSAGES_MIN
        rooms_max = min(ROOMS_MAX, room - (PEOPLE_MIN if has_people else 0))
        rooms = max(ROOMS_MIN, min(self.rooms, rooms_max))
        people = max(PEOPLE_MIN, min(self.people, PEOPLE_MAX, room - rooms))
        return ColumnWidths(rooms, people)

    def with_rooms(self, rooms: float, window: float, *, has_people: bool) -> "ColumnWidths":
        """The rooms so wide, or as the window allows while the people stay as they are."""
        most = window - MESSAGES_MIN - (self.people if has_people else 0)
        return replace(self, rooms=round(max(ROOMS_MIN, min(rooms, ROOMS_MAX, most))))

    def with_people(self, people: float, window: float) -> "ColumnWidths":
        """The people so wide, or as the window allows while the rooms stay as they are."""
        most = window - MESSAGES_MIN - self.rooms
        return replace(self, people=round(max(PEOPLE_MIN, min(people, PEOPLE_MAX, most))))
