"""The command line: runs a command, and makes of every failure one line and a code.

Nothing here needs Tk; the window is imported when it is wanted.
"""

from __future__ import annotations

import importlib
import io
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

from app.cli_arguments import WRONG_USAGE, Options, parse_arguments
from app.cli_input import BadText, checked_text
from app.cli_output import OutputError, Printer
from app.cli_reading import print_history, print_tail
from app.cli_sending import send
from app.cli_session import Failure, Session, WrongUsage, warn
from app.models.data_folder import FolderError
from app.models.store_errors import StoreError

DONE: Final = 0
FAILED: Final = 1

_log: Final = logging.getLogger(__name__)


class Stopped(BaseException):
    """A signal asked the program to end; not an error, so that nobody handles it as one."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code."""
    options = parse_arguments(sys.argv[1:] if arguments is None else arguments)
    if not options.command:
        return _run_window(options)
    _speak_unicode(as_json=options.json)
    try:
        with _ended_by_signals():
            return _run_command(options)
    except WrongUsage as error:
        return _fail(str(error), WRONG_USAGE)
    except BadText as error:
        return _fail(f"the message was not sent: it {error}")
    except (Failure, FolderError, StoreError) as error:
        return _fail(str(error))
    except BrokenPipeError:
        _abandon_output()
        return FAILED
    except OutputError as error:
        _abandon_output()
        return _fail(str(error))
    except (Stopped, KeyboardInterrupt):
        # Whoever reads our output may have stopped doing so: what is left of it is not waited for.
        _abandon_output()
        return _fail("stopped by a signal")
    except Exception as error:  # noqa: BLE001 - the program's edge
        _log.debug("! the command ended by a mistake of ours", exc_info=True)
        return _fail(f"a mistake in this program: {error!r}")


def _run_command(options: Options) -> int:
    if not sys.stdout:  # Python's None for what was closed before the start
        raise Failure("standard output is closed")
    printer = Printer(sys.stdout, as_json=options.json)
    if options.text is not None and not checked_text(" ".join(options.text)).strip():
        raise WrongUsage("TEXT is empty")
    with Session(options) as session:
        match options.command:
            case "send":
                is_sent = send(session, printer, options.room, options.text, create=options.create)
                return DONE if is_sent else FAILED
            case "tail":
                print_tail(session, printer, options.room, options.since, options.count)
            case "history":
                print_history(session, printer, options.room, options.last)
            case _:
                session.wait_for(lambda: session.rooms_complete)
                for room in sorted(session.rooms.values(), key=lambda room: room.name.casefold()):
                    printer.room(room.name, room.topic, room.people)
    return DONE


def _run_window(options: Options) -> int:
    if sys.platform not in ("win32", "darwin") and not os.environ.get("DISPLAY"):
        return _fail("the window needs a display; without one there are send, tail, history, rooms")
    try:
        run_window = _import_window()
    except ImportError as error:
        return _fail(
            f"the window cannot be opened ({error}): install Tk for Python (Debian and Ubuntu:"
            " apt install python3-tk), or use send, tail, history and rooms"
        )
    try:
        return run_window(options)
    except (Failure, FolderError, StoreError) as error:
        return _fail(str(error))
    except Exception as error:
        if type(error).__name__ != "TclError":
            raise
        return _fail(f"the window cannot be opened: {error}")


def _import_window() -> Callable[[Options], int]:
    importlib.import_module("tkinter")  # absent on some systems: said before anything else
    run_window: Callable[[Options], int] = importlib.import_module("app.bootstrap").run_window
    return run_window


def _fail(line: str, code: int = FAILED) -> int:
    warn(line)
    return code


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM ends what is done here as Ctrl+C does, once: the way out is not interrupted."""

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {n: signal.signal(n, stop) for n in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _speak_unicode(*, as_json: bool) -> None:
    """JSON is UTF-8 everywhere; a terminal shows as an escape what it cannot show."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8" if as_json else None, errors="backslashreplace")


def _abandon_output() -> None:
    """Nobody reads our output: the interpreter must not try to write the rest of it at its end."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
