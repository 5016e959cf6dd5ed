"""What views are told about servers: those to choose from, the way to one, and its key."""

from collections.abc import Sequence
from enum import Enum

from app.structs import Struct


class ServerRow(Struct, frozen=True):
    """A server to choose: found on this network, or used before."""

    address: str
    name: str
    #: Beside the name: "12 online · 3 ms", or who one is there.
    detail: str = ""
    is_active: bool = False
    #: Other addresses of the same server.
    others: Sequence[str] = ()
    #: It was never used: there is nothing to forget of it.
    is_new: bool = False
    #: With the key it must have, where it only claims to be one that was used elsewhere.
    link: str = ""

    @property
    def addresses(self) -> tuple[str, ...]:
        return (self.address, *self.others)

    @property
    def way(self) -> str:
        """Where a click leads."""
        return self.link or self.address


class ConnectRow(Struct, frozen=True):
    """What the connect page shows; `is_busy` turns the button into Cancel.

    `status` says what is waited for, `can_try_now` offers not to wait for the next try. With
    `has_default` the only server there is need not be chosen; `chosen` is the address of the one
    in the lists that is meant while nothing is typed. The error stands at the nick if it
    `is_about_nick`.
    """

    nick: str = ""
    server: str = ""
    error: str = ""
    is_busy: bool = False
    found: Sequence[ServerRow] = ()
    saved: Sequence[ServerRow] = ()
    #: In place of `found` while there is none.
    search: str = ""
    status: str = ""
    can_try_now: bool = False
    has_default: bool = True
    chosen: str = ""
    #: The server that Cancel leads back to, "" for none.
    back_to: str = ""
    is_about_nick: bool = False


class StepMark(Enum):
    """How far a step of the network test has come."""

    WAITING = "waiting"
    RUNNING = "running"
    GOOD = "good"
    FAILED = "failed"
    SKIPPED = "skipped"


class StepRow(Struct, frozen=True):
    """One step of the network test, and what was found."""

    name: str
    mark: StepMark
    detail: str = ""


class NetworkTestRow(Struct, frozen=True):
    """The test of the network: its steps, and in one sentence what follows from them."""

    server: str = ""
    steps: Sequence[StepRow] = ()
    summary: str = ""
    is_running: bool = False


class KeyChangedRow(Struct, frozen=True):
    """The red page: the key of a known server is another one, or at first contact not the one
    that the invite link names (``is_first_contact``)."""

    server: str
    known_fingerprint: str
    offered_fingerprint: str
    is_first_contact: bool = False
