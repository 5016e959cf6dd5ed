"""Draws the window, filled with a made-up team, into files: screenshots.py OUTDIR [LANGUAGE]."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from app.structs import replace
from app.translation import use_language
from app.views.callbacks import MainWindowCallbacks
from app.views.main_window import MainWindow
from app.views.rows import (
    AppearanceRow,
    BannerKind,
    BannerRow,
    LinkQuality,
    MessageKind,
    MessageRow,
    MessageState,
    RowDetails,
    StatusRow,
    TimelineRow,
    TimelineRows,
)
from app.views.server_rows import ConnectRow, KeyChangedRow, ServerRow
from tools.made_up_team import (
    GOOD,
    NAMES,
    TODAY,
    conversation,
    fill,
    moment,
    show_presences,
)
from tools.photographer import Photographer
from tools.pictured_popups import popups, switcher
from tools.virtual_display import virtual_display

OFFLINE = StatusRow(LinkQuality.OFFLINE, "Offline", "Offline", "Nothing heard for 12 s")
LOST = BannerRow(BannerKind.LINK_LOST, "Connection lost. Trying again in 3 s…", "Try now")

BANNERS = (
    BannerRow(BannerKind.CONNECTING, "Connecting to studio…", "Cancel"),
    BannerRow(BannerKind.CATCHING_UP, "Catching up: 214 of 1\u00a0310 messages", progress=0.16),
    BannerRow(
        BannerKind.UNSENT, "You are offline. 2 messages wait and go out by themselves.", "Try now"
    ),
    BannerRow(BannerKind.REMOVED, "You were removed from #dev by Ben (spam).", "Close room"),
    BannerRow(BannerKind.CLOCK_WRONG, "This computer's clock is 7 min ahead.", "Dismiss"),
)
STATUSES = {
    BannerKind.CONNECTING: StatusRow(LinkQuality.CONNECTING, "Connecting…", "Connecting…"),
    BannerKind.CATCHING_UP: StatusRow(
        LinkQuality.CATCHING_UP, "128 behind · 4 s left", "128 behind"
    ),
    BannerKind.UNSENT: OFFLINE,
}
OFFLINE_BANNERS = (BannerKind.CONNECTING, BannerKind.UNSENT)
THEMES = ("light", "dark", "contrast")


def shoot_all(window: MainWindow, folder: Path) -> list[Path]:
    """All pictures, in an order that needs few changes of the window."""
    camera = Photographer(window, folder)
    rows = conversation()
    for theme in THEMES:
        window.show_appearance(AppearanceRow(theme), theme)
        camera.resize(1100, 720)
        fill(window, rows)
        shoot_widths(window, camera, theme)
        if theme == "contrast":
            continue
        window.panes.current_scroll_pages(-1)
        camera.take(f"main_{theme}_top")
        window.scroll_to_newest()
        _connecting(window, camera, theme)
        _states(window, camera, theme, rows)
        _notices(window, camera, theme, rows)
        popups(window, camera, theme)
    window.show_appearance(AppearanceRow("light", 150), "light")
    camera.take("main_light_text_150")
    window.show_appearance(AppearanceRow("light"), "light")
    return camera.paths


def shoot_double(window: MainWindow, folder: Path) -> list[Path]:
    """What a screen of twice the density shows."""
    camera = Photographer(window, folder)
    for theme in THEMES:
        window.show_appearance(AppearanceRow(theme), theme)
        camera.resize(1100, 720)
        fill(window, conversation())
        shoot_widths(window, camera, theme, suffix="_2x")
        if theme == "dark":
            switcher(window, camera, "dark_2x")
    return camera.paths


def shoot_widths(window: MainWindow, camera: Photographer, theme: str, suffix: str = "") -> None:
    """The main window as wide as people have it; the rooms laid over the narrow one."""
    for width in (480, 700, 1100):
        camera.resize(width, 720)
        window.scroll_to_newest()
        camera.take(f"main_{theme}_{width}x720{suffix}")
        if width == 480:
            window.toggle_rooms_overlay()
            camera.take(f"rooms_{theme}_480x720{suffix}")
            window.toggle_rooms_overlay()
            window.focus_composer()


def _connecting(window: MainWindow, camera: Photographer, theme: str) -> None:
    taken = "This nick is taken. Use anna_?"
    for name, row in (
        ("empty", ConnectRow("Anna Berg", "", search="Looking for servers on this network…")),
        ("full", FULL_CONNECT),
        ("failed", replace(FULL_CONNECT, server="studio", error="Nobody answers at studio.")),
        (
            "taken",
            replace(FULL_CONNECT, nick="anna_", server="studio", error=taken, is_about_nick=True),
        ),
        ("busy", replace(FULL_CONNECT, server="studio", is_busy=True)),
    ):
        window.show_connect(row)
        camera.take(f"connect_{name}_{theme}")
    window.show_key_changed(KeyChangedRow("studio.local:48228", KNOWN, OFFERED))
    camera.take(f"key_changed_{theme}")
    window.show_chat()


def _states(
    window: MainWindow, camera: Photographer, theme: str, rows: tuple[TimelineRow, ...]
) -> None:
    for banner in BANNERS:
        window.set_banner(banner)
        window.set_status(STATUSES.get(banner.kind, GOOD))
        show_presences(window, is_online=banner.kind not in OFFLINE_BANNERS)
        camera.take(f"banner_{banner.kind.name.lower()}_{theme}")
    window.set_banner(LOST)
    window.set_status(OFFLINE)
    show_presences(window, is_online=False)
    window.show_writing_hint("This goes to #dev. You join #lunch when the connection is back.")
    window.set_draft("2", "Back in a minute")
    for width in (480, 1100):
        camera.resize(width, 720)
        camera.take(f"join_offline_{theme}_{width}")
    window.set_draft("2", "")
    window.show_writing_hint("")
    pending = rows[-1]
    assert isinstance(pending, MessageRow)
    failed = replace(
        pending, state=MessageState.FAILED, details=RowDetails(failed_reason="the room is gone")
    )
    jumbo = replace(pending, key="jumbo", text="🎉🚀", state=MessageState.HELD)
    window.show_timeline(TimelineRows("2", "dev", (*rows[:-1], jumbo, failed)))
    window.set_draft("2", "A longer answer that is\nnot sent yet")
    camera.take(f"offline_failed_{theme}")
    window.set_draft("2", "")
    window.set_banner(None)
    window.set_status(GOOD)
    show_presences(window, is_online=True)
    window.show_timeline(TimelineRows("2", "dev", rows))
    pane = window.panes.current
    assert pane is not None
    for drawn in list(pane.sheet.drawn):
        pane.sheet.turn(drawn)
    pane.text.focus_force()
    camera.settle()
    pane.text.event_generate("<Up>")
    pane.text.event_generate("<Up>")
    camera.take(f"current_message_{theme}")
    window.focus_composer()


def _notices(
    window: MainWindow, camera: Photographer, theme: str, rows: tuple[TimelineRow, ...]
) -> None:
    """People who came, first counted and then named, and a reminder."""
    at, names = moment(0, "09:44"), [*NAMES.values(), "Kim", "Lars Larsson", "Nora"]
    counted = f"{names[0]}, {names[1]} and {len(names) - 2} others joined"
    named = f"{', '.join(names[:-1])} and {names[-1]} joined"
    notices = [
        MessageRow(
            key,
            "",
            "",
            False,
            at,
            counted,
            kind=MessageKind.NOTICE,
            details=RowDetails(unfolded=named),
        )
        for key in ("counted", "named")
    ]
    log = "\n".join(f"{at}:00 relay: {at} datagrams, none lost" for at in range(10, 70))
    long = replace(notices[0], key="long", author_id="p-3", author_name="Priya Raman", text=log)
    long = replace(long, kind=MessageKind.MESSAGE, details=RowDetails())
    window.show_timeline(TimelineRows("2", "dev", (*rows, long)))
    camera.take(f"long_{theme}")
    words = "Reminder: take the tea out, and ask Mara about the release notes"
    reminder = MessageRow(
        "reminder", "", "", False, at, words, kind=MessageKind.LOCAL_NOTICE, is_mention=True
    )
    window.show_timeline(TimelineRows("2", "dev", (*rows, *notices, reminder)))
    pane = window.panes.current
    assert pane is not None
    for turn in ("unfold", "fold"):
        pane.sheet.turn(next(d for d in pane.sheet.drawn if d.block.row.key == "named"))
        window.scroll_to_newest()
        if turn == "unfold":
            camera.take(f"notices_{theme}")
    window.show_timeline(TimelineRows("2", "dev", rows))


FULL_CONNECT = ConnectRow(
    "Anna Berg",
    "",
    found=(
        ServerRow("192.168.1.20:48228", "Harbour", "12 online · 3\N{NO-BREAK SPACE}ms"),
        ServerRow("192.168.1.44:48228", "Workshop", "4 online · 38\N{NO-BREAK SPACE}ms"),
        ServerRow("[2001:db8::12]:48228", "Studio", "0 online"),
    ),
    saved=(ServerRow("harbour.example:48228", "Harbour", "as Anna Berg"),),
)
KNOWN = "7QK2MV5DXA3HWPZ6RB4NTYJC8EGFLSU9"
OFFERED = "P4XN8CZK2VEMHW7RQDB5TLJ6YGUAFS3O"


def _fail(error: BaseException) -> None:
    raise SystemExit(f"a callback of the window failed: {error!r}") from error


def main(arguments: list[str], say: Callable[[str], None] = print) -> int:
    is_double = "--double" in arguments
    arguments = [word for word in arguments if word != "--double"]
    if len(arguments) not in (1, 2):
        say("usage: python -m tools.screenshots OUTDIR [LANGUAGE] [--double]")
        return 2
    use_language(arguments[1:])
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    own_screen = sys.platform in ("win32", "darwin")
    screen = virtual_display(2240, 1480) if is_double else virtual_display()
    with nullcontext() if own_screen else screen:
        calls = MainWindowCallbacks(on_callback_error=_fail)
        window = MainWindow(calls, scaling=4 / 3 * (1 + is_double), today=lambda: TODAY)
        try:
            for path in (shoot_double if is_double else shoot_all)(window, folder):
                say(str(path))
        finally:
            window.close()
    if is_double:
        return 0
    # The scale of a window is set when the program starts.
    again = [sys.executable, "-m", "tools.screenshots", *arguments, "--double"]
    return subprocess.run(again, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
