"""What the presence of a person is called."""

from app.translation import N_, _
from app.views.rows import Presence

_WORDS = {
    Presence.ONLINE: N_("Online"),
    Presence.AWAY: N_("Away"),
    Presence.OFFLINE: N_("Offline"),
    Presence.UNKNOWN: N_("Not known"),
}


def presence_text(presence: Presence) -> str:
    """One word."""
    return _(_WORDS[presence])
