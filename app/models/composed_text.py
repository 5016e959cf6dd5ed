"""What a person typed, made fit to be sent, or words why it cannot be."""

from __future__ import annotations

import unicodedata
from typing import Final

from app.translation import _
from protocol import limits

_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


class CannotSend(ValueError):
    """The text stays with its person; the message is one sentence for people."""


def clean_text(text: str) -> str:
    """A message as it goes out: line ends as line feeds, nothing invisible that controls.

    Raises:
        CannotSend: nothing is left, or it is longer than a message may be.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isprintable():
        text = "".join(_without_control(character) for character in text)
    text = text.strip("\n").rstrip()
    if not text.strip():
        raise CannotSend(_("There is nothing to send."))
    size = len(text.encode())
    if size > limits.MESSAGE_BYTES_MAX:
        most = limits.MESSAGE_BYTES_MAX // 1024
        raise CannotSend(
            _("The message is too long: {size} bytes, and {most} KiB is the most.").format(
                size=size, most=most
            )
        )
    return text


def clean_topic(text: str) -> str:
    """A topic: one line, perhaps empty.

    Raises:
        CannotSend: it is too long.
    """
    text = _one_line(text)
    if len(text.encode()) > limits.TOPIC_BYTES_MAX:
        raise CannotSend(_("The topic is too long."))
    return text


def clean_status(text: str) -> str:
    """What others read beside a person's presence: one line, perhaps empty.

    Raises:
        CannotSend: it is too long.
    """
    text = _one_line(text)
    most, size = limits.STATUS_CODE_POINTS_MAX, len(text.encode())
    if len(text) > most:
        raise CannotSend(_("The text is too long: at most {most} characters.").format(most=most))
    if size > limits.STATUS_BYTES_MAX:
        words = _("The text is too long: {size} bytes, and {most} bytes are the most.")
        raise CannotSend(words.format(size=size, most=limits.STATUS_BYTES_MAX))
    return text


def clean_name(text: str) -> str:
    """A name of a room or a person; whether it is free and allowed, only the server knows.

    Raises:
        CannotSend: it is empty or too long.
    """
    text = _one_line(text)
    if not text:
        raise CannotSend(_("The name is missing."))
    most, size = limits.NICK_CODE_POINTS_MAX, len(text.encode())
    if len(text) > most:
        raise CannotSend(_("The name is too long: at most {most} characters.").format(most=most))
    if size > limits.NAME_BYTES_MAX:
        words = _("The name is too long: {size} bytes, and {most} bytes are the most.")
        raise CannotSend(words.format(size=size, most=limits.NAME_BYTES_MAX))
    return text


def _one_line(text: str) -> str:
    return " ".join("".join(_without_control(c) for c in text).split())


def _without_control(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cs":
        return _REPLACEMENT
    return "" if category == "Cc" and character not in "\n\t" else character
