"""Messages from entries: their kind, their text, their number."""

from __future__ import annotations

import pytest

from app.models.message import MessageKind, MessageState, is_shown, kind_of, message_of
from protocol.frames import FIRST_OPAQUE_KIND, EntryFlag, EntryKind
from tests.app.models.chat_fixtures import entry


@pytest.mark.parametrize(
    ("kind", "meaning"),
    [
        (EntryKind.MESSAGE, MessageKind.TEXT),
        (EntryKind.CREATED, MessageKind.CREATED),
        (EntryKind.JOIN, MessageKind.JOINED),
        (EntryKind.LEAVE, MessageKind.LEFT),
        (EntryKind.TOPIC, MessageKind.TOPIC),
        (EntryKind.NAME, MessageKind.RENAMED),
        (EntryKind.VOID, MessageKind.OTHER),
        (FIRST_OPAQUE_KIND, MessageKind.OTHER),
    ],
)
def test_kinds(kind: int, meaning: MessageKind) -> None:
    assert kind_of(kind) is meaning


def test_what_this_version_knows_is_shown_and_of_the_rest_what_says_so() -> None:
    assert is_shown(entry(1, kind=EntryKind.JOIN, flags=0))
    assert not is_shown(entry(1, kind=FIRST_OPAQUE_KIND, flags=0))
    assert is_shown(entry(1, kind=FIRST_OPAQUE_KIND, flags=int(EntryFlag.VISIBLE)))
    assert not is_shown(entry(1, kind=FIRST_OPAQUE_KIND, flags=int(EntryFlag.CONTINUES)))


def test_one_entry_is_one_message() -> None:
    message = message_of([entry(7, "hello", author=4, visible=5)], key=70, token=2)
    assert (message.key, message.token, message.first, message.number) == (70, 2, 7, 7)
    assert (message.text, message.author, message.visible) == ("hello", 4, 5)
    assert message.state is MessageState.ACCEPTED
    assert message.time_ms == entry(7).time_ms


def test_parts_are_put_together_under_the_last_number() -> None:
    parts = [entry(7, "one ", visible=6), entry(8, "two ", visible=6), entry(9, "three", visible=7)]
    message = message_of(parts, key=9)
    assert (message.first, message.number, message.text) == (7, 9, "one two three")
    assert (message.visible, message.time_ms) == (7, entry(9).time_ms)
