"""Puts the window's program together, runs it, and takes it apart again."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.about import missing, popups_problem, versions
from app.browser import open_address
from app.cli_arguments import Options
from app.client_config import ServerAddress
from app.connector import RuntimeConnector
from app.controllers.event_pump import EventPump
from app.controllers.window_controller import WindowController
from app.controllers.window_state import WindowState
from app.desktop_popups import DesktopPopups, load_notifier
from app.event_handover import EventHandover
from app.models.chat_model import ChatModel
from app.models.client_runtime import LastUsed, last_used
from app.models.data_folder import DataFolder, FolderError, FolderInUse, default_data_folder
from app.models.events import PopupClicked
from app.models.store_answers import ServersSaved
from app.models.store_errors import StoreError
from app.restart import start_anew
from app.second_start import Request, RequestListener, ask_first_window
from app.system_language import system_languages
from app.system_theme import SystemTheme
from app.translation import use_language
from app.window_settings import FILE_NAME, SettingsWriter, load_state

if TYPE_CHECKING:
    from pathlib import Path

    from app.views.callbacks import MainWindowCallbacks
    from app.views.main_window import MainWindow

#: As Tk writes it: width, height, and a place that may be left of the screen ("+-8").


def run_window(options: Options) -> int:
    """Show the window until it is closed; returns the exit code of the program."""
    try:
        from tkinter import TclError
    except ImportError:
        return _failed("tkinter is missing: install your system's package for it (python3-tk)")
    path = options.data or default_data_folder()
    try:
        folder = DataFolder.open(path)
        last = last_used(folder)
    except FolderInUse as error:
        if ask_first_window(path, Request(options.server, options.room)):
            return 0
        return _failed(str(error))
    except (FolderError, StoreError) as error:
        return _failed(str(error))
    try:
        again = _run(options, folder, last)
    except TclError as error:
        return _failed(f"the window cannot be shown: {error}")
    finally:
        folder.close()
    if again is not None:
        try:
            start_anew(again)
        except OSError as error:
            return _failed(f"Hubbub cannot be started again: {error.strerror or error}")
    return 0


def _failed(words: str) -> int:
    sys.stderr.write(f"hubbub: {' '.join(words.split())}\n")
    return 1


def _run(options: Options, folder: DataFolder, last: LastUsed) -> list[str] | None:
    """Show the window until it is closed; returns the arguments of the start that is to follow."""
    handover = EventHandover()
    connector = RuntimeConnector(folder, handover)
    listener = RequestListener.open(folder.path)
    settings_path = folder.path / FILE_NAME
    settings = SettingsWriter(settings_path)
    icon_path = folder.path / "icon.png"
    popups = DesktopPopups(
        lambda room: handover.put(PopupClicked(room)), load=lambda: load_notifier(icon_path)
    )
    system = SystemTheme()
    state = load_state(settings_path)
    use_language([state.language] if state.language else system_languages(os.environ))
    try:
        model = ChatModel(connector.submit, lambda: time.time_ns() // 1_000_000)
        controller = WindowController(
            model,
            connector,
            lambda callbacks: _make_window(callbacks, state, icon_path),
            time.monotonic,
            state=state,
            on_state=settings.save,
            open_link=open_address,
            notify=popups.show,
            start_room=options.room,
            system_is_dark=system.is_dark,
            version=versions()[0][1],
            popups_problem=popups_problem(),
        )
        handover.put(ServersSaved(last.servers))
        pump = EventPump(handover.take, model, time.monotonic)
        controller.window.watch_readable(handover.descriptor, pump.drain)
        if listener is not None:
            _watch_second_starts(controller, listener)
        server = options.server or last.server
        controller.start(_address_text(server), options.name or last.name)
        # What is there now stays; the collector need not look at it again, which takes long.
        gc.collect()
        gc.freeze()
        with _ends_by_signal(controller, handover):
            controller.window.run()
        return _arguments_again(options, controller) if controller.wants_restart else None
    finally:
        if listener is not None:
            listener.close()
        system.close()
        popups.close()
        connector.close()
        settings.close()
        handover.close()


def _arguments_again(options: Options, controller: WindowController) -> list[str]:
    """The same folder; where it leads is kept in it, unless nobody got there yet."""
    named = {"--data": options.data and str(options.data.absolute())}
    named["--server"], named["--name"] = controller.unreached
    named["--room"] = options.room if named["--server"] else ""
    return [word for option, value in named.items() if value for word in (option, value)]


def _watch_second_starts(controller: WindowController, listener: RequestListener) -> None:
    def drain() -> bool:
        requests = listener.take()
        for request in requests:
            server = request.server
            address = server.host_and_port if server else ""
            fingerprint = server.fingerprint or "" if server else ""
            room = request.room or (server.room or "" if server else "")
            controller.visit(_address_text(server), address, fingerprint, room)
        return bool(requests)

    controller.window.watch_readable(listener.descriptor, drain)


def _address_text(server: ServerAddress | None) -> str:
    """The address as one would type it; with the fingerprint, if one was given."""
    if server is None:
        return ""
    return server.link if server.fingerprint else server.host_and_port


def _make_window(callbacks: MainWindowCallbacks, state: WindowState, icon_path: Path) -> MainWindow:
    # Tk is loaded here, so that all before (a folder in use, a wrong option) is said at once.
    from app.views.main_window import MainWindow
    from app.views.rows import AboutRow
    from app.views.window_icon import keep_icon

    # 4/3 is what Tk calls 100 % at 96 dots an inch; below that it is left as Tk found it.
    scaling = None if state.window_percent == 100 else 4 / 3 * state.window_percent / 100
    theme = "light" if state.theme == "system" else state.theme
    about = AboutRow(versions(), missing())
    window = MainWindow(callbacks, theme_mode=theme, scaling=scaling, about=about)
    window.put_at(state.geometry)
    keep_icon(icon_path, window.look.tokens)
    return window


@contextmanager
def _ends_by_signal(controller: WindowController, handover: EventHandover) -> Iterator[None]:
    """SIGTERM and SIGINT close the window; a byte wakes Tk, which else would not see them."""

    def close(_number: int, _frame: object) -> None:
        controller.window.root.after(0, controller.close)

    signals = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, close) for number in signals]
    woken = signal.set_wakeup_fd(handover.wakeup_descriptor, warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(woken)
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)
