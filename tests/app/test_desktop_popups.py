"""Pop-ups on a desktop that the test plays."""

from __future__ import annotations

import asyncio
import queue
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.desktop_popups import PENDING_MAX, DesktopPopups, load_notifier
from app.models.notification_rules import Popup

WAIT_S = 10.0
HELLO = Popup("r", "#dev", "ben: <b>hello</b> & \N{RIGHT-TO-LEFT OVERRIDE}bye")


class FakeDesktop:
    """Notes what it is to show; ``error`` is what it does instead, ``hangs`` never answers."""

    def __init__(self) -> None:
        self.shown: queue.Queue[tuple[str, str, Callable[[], None]]] = queue.Queue()
        self.error: Exception | None = None
        self.hangs = False

    async def send(self, title: str, message: str, on_clicked: Callable[[], None]) -> None:
        self.shown.put((title, message, on_clicked))
        if self.hangs:
            await asyncio.Event().wait()
        if self.error:
            raise self.error


def popups_on(desktop: FakeDesktop, clicked: list[str], **more: Any) -> DesktopPopups:
    return DesktopPopups(clicked.append, load=lambda: desktop, **more)


class TestPopups:
    def test_popup_is_shown_safely_and_its_click_names_the_room(self) -> None:
        desktop, clicked = FakeDesktop(), list[str]()
        popups = popups_on(desktop, clicked, body_is_markup=True)
        popups.show(HELLO)

        title, body, on_clicked = desktop.shown.get(timeout=WAIT_S)
        on_clicked()
        popups.close()

        assert (title, body) == ("#dev", "ben: &lt;b&gt;hello&lt;/b&gt; &amp; bye")
        assert clicked == ["r"]

    def test_desktop_without_markup_gets_the_text(self) -> None:
        desktop = FakeDesktop()
        popups = popups_on(desktop, [], body_is_markup=False)
        popups.show(HELLO)

        assert desktop.shown.get(timeout=WAIT_S)[1] == "ben: <b>hello</b> & bye"
        popups.close()

    def test_desktop_draws_emoji_itself(self) -> None:
        desktop = FakeDesktop()
        popups = popups_on(desktop, [])
        popups.show(Popup("r", "#dev", "ben: hi 😃"))

        assert desktop.shown.get(timeout=WAIT_S)[1] == "ben: hi 😃"
        popups.close()

    def test_desktop_that_refuses_costs_one_popup(self) -> None:
        desktop = FakeDesktop()
        desktop.error = OSError("no bus")
        popups = popups_on(desktop, [])

        popups.show(HELLO)
        popups.show(HELLO)

        desktop.shown.get(timeout=WAIT_S)
        desktop.shown.get(timeout=WAIT_S)
        popups.close()

    def test_desktop_that_hangs_gets_a_bounded_number_and_the_end_does_not_wait(self) -> None:
        desktop = FakeDesktop()
        desktop.hangs = True
        popups = popups_on(desktop, [])
        for _ in range(PENDING_MAX * 3):
            popups.show(HELLO)
        for _ in range(PENDING_MAX):
            desktop.shown.get(timeout=WAIT_S)

        popups.close()

        assert desktop.shown.empty()

    def test_without_the_package_nothing_happens(self) -> None:
        asked = queue.Queue[None]()

        def load() -> Any:
            asked.put(None)
            raise ImportError("no such package")

        popups = DesktopPopups(lambda _room: None, load=load)
        popups.show(HELLO)
        asked.get(timeout=WAIT_S)
        popups.show(HELLO)
        popups.close()
        popups.show(HELLO)

        assert asked.empty()

    def test_nothing_is_loaded_before_the_first_popup(self) -> None:
        DesktopPopups(lambda _room: None, load=lambda: 1 / 0).close()

    @pytest.mark.skipif(sys.platform != "linux", reason="the package is asked for on Linux only")
    def test_the_package_is_there_and_takes_the_icon(self, tmp_path: Path) -> None:
        path = tmp_path / "icon.png"
        assert load_notifier(path).app_icon is None

        path.write_bytes(b"a picture")
        assert load_notifier(path).app_icon.as_path() == path
