"""What is said of messages that only this computer has: above them, in lists, in the composer."""

from __future__ import annotations

from app.models.chat_room import ChatRoom
from app.translation import _, ngettext
from app.views.wording import number_text


def kept_topic(room: ChatRoom) -> str:
    """What is known of a room, or a part of one, that the server lost."""
    kept = room.kept
    if kept is None:
        return _("No longer on the server")
    if kept.is_part:
        words = ngettext(
            "The server lost {count} message, which is only on this computer",
            "The server lost {count} messages, which are only on this computer",
            kept.messages,
        )
    else:
        words = ngettext(
            "No longer on the server: {count} message is only on this computer",
            "No longer on the server: {count} messages are only on this computer",
            kept.messages,
        )
    return words.format(count=number_text(kept.messages))


def no_writing(room: ChatRoom) -> str:
    """Why nobody can write there, "" if one can."""
    if not room.is_gone:
        return ""
    if room.kept is not None and room.kept.is_part:
        return _("Here is what the server lost. Go to #{room} to write.").format(room=room.name)
    return _("#{room} is no longer on the server.").format(room=room.name)
