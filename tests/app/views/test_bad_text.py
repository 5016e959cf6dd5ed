"""Whatever people write reaches every widget and harms none."""

from __future__ import annotations

import pytest

from app.views.rows import (
    BannerKind,
    BannerRow,
    HeaderRow,
    HoleRow,
    LinkQuality,
    MessageKind,
    MessageState,
    PersonRow,
    RoomChoiceRow,
    RoomRow,
    RowDetails,
    StatusRow,
    TimelineRows,
)
from app.views.server_rows import ConnectRow, KeyChangedRow
from tests.app.views.conftest import Stage, message

PAYLOADS = {
    "tcl command": "[exec touch /nowhere] $env(HOME) {unbalanced \\",
    "option": "-text -image %s%d%W",
    "lone high surrogate": "a\ud83db",
    "lone low surrogate": "a\udc4db",
    "nul": "a\0b",
    "escape": "\x1b[31mred\x07",
    "bidi": "\u202egpj.exe\u2066x",
    "marks": "o" + "\u0301" * 2_000,
    "long word": "x" * 10_000,
    "long emoji": "😀" * 600,
    "family and flag": "👨‍👩‍👧 🇳🇴 #️⃣ ❤️",
    "hidden": "\ufeff\u200b\u2800",
    "line ends": "a\r\nb\tc\rd\u2028e",
    "last code points": "\uffff\U0010ffff",
    "hebrew and arabic": "שלום مرحبا",
    "empty": "",
}


@pytest.mark.parametrize("name", PAYLOADS)
def test_every_widget_shows_it(stage: Stage, name: str) -> None:
    bad, window = PAYLOADS[name], stage.window
    window.show_server(bad)
    window.show_self(PersonRow(bad, bad, status_text=bad))
    window.show_rooms([RoomRow(stage.room_key, bad, bad, 1, is_selected=True)])
    window.show_header(HeaderRow(bad, bad, bad))
    window.show_people([PersonRow(bad, bad, status_text=bad)])
    window.set_status(StatusRow(LinkQuality.GOOD, bad, bad, bad))
    window.set_banner(BannerRow(BannerKind.REMOVED, bad, bad))
    window.set_typing([bad])
    window.set_notice(bad)
    window.set_draft(stage.room_key, bad)
    rows = (
        message(1, bad, author_id=bad, author_name=bad),
        message(
            2, bad, is_own=True, state=MessageState.FAILED, details=RowDetails(failed_reason=bad)
        ),
        message(3, bad, kind=MessageKind.NOTICE),
        HoleRow("hole", 1),
    )
    window.show_timeline(TimelineRows(stage.room_key, bad, rows))
    stage.settle()
    window.open_join_dialog()
    window.show_room_choices([RoomChoiceRow(bad, bad, 1)])
    window.show_connect(ConnectRow(bad, bad, bad))
    stage.settle()
    window.show_key_changed(KeyChangedRow(bad, bad, bad))
    stage.settle()
    window.show_chat()
    window.composer.flush_change()
    stage.settle()


def test_tcl_in_a_message_stays_text(stage: Stage) -> None:
    text = PAYLOADS["tcl command"]
    stage.show_rows((message(1, text),))
    assert stage.window.panes.current is not None
    assert text in stage.window.panes.current.text.get("1.0", "end")


def test_a_name_cannot_turn_the_line_around(stage: Stage) -> None:
    stage.show_rows((message(1, author_name="anna\u202eneb"),))
    assert stage.window.panes.current is not None
    shown = stage.window.panes.current.text.get("1.0", "end")
    assert "annaneb" in shown
    assert "\u202e" not in shown


def test_a_title_survives_any_name(stage: Stage) -> None:
    stage.window.show_header(HeaderRow("a\ud800\0b"))
    assert stage.window.root.title() == "#a\N{REPLACEMENT CHARACTER}b — Hubbub"
