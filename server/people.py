"""Who is behind a session: a person with a name, and a device with its numbered posts."""

from __future__ import annotations

from protocol.frames import Presence
from server.post_intake import PostIntake, StagingRoom
from server.room_log import DeviceRecord


class Device:
    """A key, and how far its posts have come."""

    __slots__ = ("device", "intake", "key")

    def __init__(self, record: DeviceRecord, staged_bytes_max: int, room: StagingRoom) -> None:
        self.device = record.device
        self.key = record.key
        self.intake = PostIntake(
            record.last_client_seq, record.last_post_id, staged_bytes_max, room
        )


class Person:
    """Somebody with a number for ever and a name for now."""

    __slots__ = (
        "away",
        "is_shown_later",
        "name",
        "offline_at",
        "person",
        "rooms",
        "sessions",
        "shown",
        "shown_status",
        "status",
    )

    def __init__(self, person: int, name: str, rooms: set[int]) -> None:
        self.person = person
        self.name = name
        #: Rooms in which the person is a member.
        self.rooms = rooms
        #: How many sessions speak for the person now.
        self.sessions = 0
        self.away = False
        #: What the person says of it, empty for nothing.
        self.status = ""
        #: Many changes were told just now; what came of others is told in a moment.
        self.is_shown_later = False
        #: When the person is to be shown offline, None while a session lives.
        self.offline_at: float | None = None
        #: What the rooms' lists show.
        self.shown = Presence.OFFLINE
        self.shown_status = ""

    @property
    def presence(self) -> Presence:
        """Where the person is now."""
        if not self.sessions:
            return Presence.OFFLINE
        return Presence.AWAY if self.away else Presence.ONLINE
