"""What the window asks before an invite link leads to another server; no Tk."""

from app.structs import Struct


class InviteRow(Struct, frozen=True):
    """The question about an invite link to another server: where one is now, where it leads, and
    what that server and its person are called there, as far as is known."""

    link: str
    server: str
    address: str
    known_as: str = ""
    room: str = ""
    nick: str = ""
    fingerprint: str = ""
