"""What a server can be told: every option and every limit, in one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field

from protocol.server_handshakes import HandshakeLimits


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """How much of everything there may be. The defaults suit a classroom behind one address."""

    sessions_max: int = 4000
    #: Sessions of one source address whose device the server has not known before.
    new_sessions_per_source_max: int = 256
    #: Public addresses with so many bits in common are one source; private ones are each their own.
    ipv4_prefix_bits: int = 32
    ipv6_prefix_bits: int = 64
    #: Persons of one source that nobody knew before: so many at once, then so many a second.
    new_people_burst: int = 256
    new_people_per_s: float = 0.1
    #: A session that never signs in is closed after this.
    sign_in_timeout_s: float = 60.0
    idle_timeout_s: float = 90.0
    rooms_max: int = 10_000
    #: At most 128: a welcome lists them all in one datagram.
    rooms_per_person_max: int = 64
    #: Streams one session may follow.
    subscriptions_max: int = 256
    rooms_created_per_person_max: int = 15
    members_per_room_max: int = 5000
    people_max: int = 100_000
    #: Posts of one person: so many at once, then so many a second.
    posts_burst: int = 10
    posts_per_s: float = 2.0
    #: What one person may write into logs in a day, in bytes of text and some for each post.
    bytes_per_day: int = 64 * 1024 * 1024
    #: What one person may ask of the log, in rows that have to be found: at once, then a second.
    asked_burst: int = 10_000
    asked_per_s: float = 1000.0
    #: Posts of all persons of one source together that nobody knew before.
    source_posts_burst: int = 512
    source_posts_per_s: float = 128.0
    #: Forged datagrams for one session from elsewhere that are worth opening: each costs as much
    #: as a genuine one. So many at once, then so many a second.
    forged_burst: int = 1000
    forged_per_s: float = 100.0
    #: Stateless resets to addresses whose session nobody remembers.
    resets_per_s: float = 200.0
    #: Newest entries of a room kept in memory for repair.
    recent_entries: int = 512
    #: Bytes of posts that came early or in parts, for each device.
    staged_bytes_max: int = 96 * 1024
    #: The same of all devices together; the post that is next finds room even so.
    staged_bytes_total_max: int = 64 * 1024 * 1024
    #: Writes waiting for the disk, and their bytes; beyond it posts are dropped and come again.
    writes_waiting_max: int = 20_000
    writes_waiting_bytes_max: int = 32 * 1024 * 1024
    #: The log's file grows to this, and no further ...
    log_mib_max: int = 64 * 1024
    #: ... and nothing is written while the disk has less than this left: reading goes on.
    free_mib_min: int = 64

    def __post_init__(self) -> None:
        if self.rooms_per_person_max > 128:
            raise ValueError("rooms_per_person_max is at most 128")


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """A server's name, its limits, and whether it slows people down."""

    name: str = "Hubbub"
    first_room: str = "general"
    limits: ServerLimits = field(default_factory=ServerLimits)
    handshakes: HandshakeLimits = field(default_factory=HandshakeLimits)
    #: Rates per person, room and address; off for benchmarks and trusted networks.
    rate_limits: bool = True
    #: Under load commits keep this distance, so that each holds several posts.
    commit_distance_s: float = 0.005
    #: Changes of who is there are told together, after this; up to ``merge_large_s`` in rooms
    #: of more than ``merge_large_members``.
    merge_s: float = 0.25
    merge_large_s: float = 2.0
    merge_large_members: int = 100
    #: Who lost his connection stays in the list this long: most come back at once.
    offline_after_s: float = 10.0
