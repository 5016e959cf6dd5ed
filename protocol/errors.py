"""What can go wrong on the wire, and whose fault it is.

    ProtocolError
    ├── LocalProtocolError     we would break the rules: a bug on this side
    └── RemoteProtocolError    the peer broke them: its datagram is dropped

Decoding raises nothing but ``RemoteProtocolError``. A refusal is no error of the protocol: it is
an answer, a ``Refusal`` code with parameters, and the client finds the words for it.
"""

from __future__ import annotations

from enum import IntEnum


class ProtocolError(Exception):
    """Root of everything in this package."""


class LocalProtocolError(ProtocolError):
    """This side tried something the protocol does not allow."""


class RemoteProtocolError(ProtocolError):
    """The other side sent something the protocol does not allow."""


class Refusal(IntEnum):
    """Why the server did not do what was asked.

    Codes are never reused. A client that does not know a code shows it as a number.
    """

    NO_SUCH_ROOM = 1
    NOT_A_MEMBER = 2
    NAME_TAKEN = 3
    NAME_NOT_ALLOWED = 4
    TEXT_NOT_ALLOWED = 5
    TOO_MANY_ROOMS = 6
    TOO_MANY_MEMBERS = 7
    SERVER_FULL = 8
    NUMBER_REUSED = 9
    WITHDRAWN = 10
    UNKNOWN_KIND = 11
    TOO_MANY_SESSIONS = 12
    TOO_MANY_PEOPLE = 13
