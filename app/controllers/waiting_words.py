"""How many messages and changes wait for a connection, in words."""

from __future__ import annotations

from app.models.chat_model import ChatModel
from app.structs import Struct
from app.translation import _, ngettext
from app.views.wording import number_text


class Waiting(Struct, frozen=True):
    """What goes out as soon as there is a connection again."""

    messages: int = 0
    commands: int = 0


def waiting_in(model: ChatModel) -> Waiting:
    """Everything that was given here and has not been answered; a nick that is wished for is a
    command like any other, until the server has it or refuses it."""
    is_renaming = model.person and model.wanted_name not in ("", model.name)
    return Waiting(model.unsent, model.desk.wishes + bool(is_renaming))


def waiting_words(waiting: Waiting) -> str:
    """ "2 messages wait and go out by themselves.", "" when nothing waits."""
    if not waiting.commands:
        text = ngettext(
            "{count} message waits and goes out by itself.",
            "{count} messages wait and go out by themselves.",
            waiting.messages,
        )
    elif not waiting.messages:
        text = ngettext(
            "{count} change waits and goes out by itself.",
            "{count} changes wait and go out by themselves.",
            waiting.commands,
        )
    else:
        text = _("{messages} and {changes} wait and go out by themselves.")
    return _filled(text, waiting)


def waiting_shortly(waiting: Waiting) -> str:
    """The same behind other sentences: the banner has one line."""
    if not waiting.commands:
        text = ngettext("{count} message waits.", "{count} messages wait.", waiting.messages)
    elif not waiting.messages:
        text = ngettext("{count} change waits.", "{count} changes wait.", waiting.commands)
    else:
        text = _("{messages} and {changes} wait.")
    return _filled(text, waiting)


def messages_text(count: int) -> str:
    """ "1 message", "12 messages"."""
    text = ngettext("{count} message", "{count} messages", count)
    return text.format(count=number_text(count))


def _filled(text: str, waiting: Waiting) -> str:
    if waiting == Waiting():
        return ""
    changes = ngettext("{count} change", "{count} changes", waiting.commands)
    return text.format(
        count=number_text(waiting.messages or waiting.commands),
        messages=messages_text(waiting.messages),
        changes=changes.format(count=number_text(waiting.commands)),
    )
