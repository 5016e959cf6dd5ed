"""``python -m server``: reads what it is told, opens socket, folder and log, and serves."""

from __future__ import annotations

import argparse
import gc
import importlib.metadata
import logging
import os
import secrets
import signal
import socket
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from protocol import noise, sealing
from server import (
    announcer,
    batch_socket,
    config_file,
    datagram_socket,
    json_log,
    maintenance,
    server_folder,
)
from server.announcer import Announcement, Announcer
from server.backup_desk import BackupDesk
from server.batch_socket import make_socket
from server.chat_server import ChatServer
from server.config_file import ConfigError, ServerOptions
from server.crash_check import CrashCheck
from server.json_log import LEVELS
from server.maintenance import MaintenanceError
from server.mdns import ZeroconfNetwork
from server.room_log import LogError
from server.server_folder import FolderError, ServerFolder
from server.sqlite_log import SqliteLog
from server.udp_endpoint import CommitLog, Doorbell, UdpEndpoint
from server.ways_in import shown, ways_in

PROGRAM: Final = "hubbub-server"
FAILED: Final = 1
WRONG_USAGE: Final = 2

#: The commit thread gets the interpreter within this; with the usual 5 ms it would wait longer
#: for it than for the disk.
_SWITCH_INTERVAL_S: Final = 20e-6

#: The log's pages have 4 KiB; SQLite takes no larger number of them.
_PAGES_IN_A_MIB: Final = 256
_PAGES_MAX: Final = 2**32 - 2

_log = logging.getLogger("server")


class StartError(Exception):
    """The server cannot start; the text says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server until SIGTERM or SIGINT, or one of ``_COMMANDS``; returns the exit code."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words and words[0] in _COMMANDS:
        return _maintain(words[0], words[1:])
    parsed = _parser().parse_args(words)
    try:
        options = _read_options(parsed, os.environ)
    except ConfigError as error:
        return _fail(str(error), WRONG_USAGE)
    if parsed.print_config:
        print(config_file.format_toml(options), end="")
        return 0
    json_log.configure(options.log_level, sys.stderr)
    for variable in config_file.unknown_variables(os.environ):
        _log.warning("an unknown variable", {"variable": variable})
    try:
        _serve(options)
    except (StartError, FolderError, LogError) as error:
        return _fail(str(error), FAILED)
    except Exception:  # noqa: BLE001 - the program's edge: the log hears of it
        _log.exception("the server ended by a mistake of ours")
        return FAILED
    return 0


@dataclass(frozen=True, slots=True)
class _Opened:
    """A server's log and keys."""

    log: SqliteLog
    #: Who stands before the log in the loop.
    front: CommitLog
    key: bytes
    #: Public, empty for none.
    next_key: bytes = b""
    #: The folder whose log is to be looked through, if there is one.
    left_open: ServerFolder | None = None


def _serve(options: ServerOptions) -> None:
    os.umask(0o077)
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    with ExitStack() as stack:
        bound = _bind(options)
        host, port = datagram_socket.plain_address(bound[0].getsockname())
        sockets = [make_socket(udp) for udp in bound]
        for udp in sockets:
            stack.callback(udp.close)
        bell = Doorbell(sockets)
        stack.callback(bell.close)
        opened = _open_log(options, bell, stack)
        log, front = opened.log, opened.front
        core = ChatServer(
            config=options.server,
            private_key=opened.key,
            reset_secret=server_folder.reset_secret(opened.key),
            log=log,
            random_bytes=secrets.token_bytes,
            now=time.monotonic(),
            time_ms=time.time_ns() // 1_000_000,
            next_key=opened.next_key,
        )
        if opened.left_open is not None:
            front = CrashCheck(
                log,
                front,
                is_wanted=lambda: core.wants_to_write or endpoint.is_stopping,
                on_whole=opened.left_open.forget_left_open,
                clock=time.monotonic,
            )
            bell.ring()
        endpoint = UdpEndpoint(core, front, sockets, bell)
        _stop_on_signals(endpoint, bell, stack)
        gc.collect()
        gc.freeze()
        _say(f"listening on {shown(host, port)} fingerprint {core.fingerprint}")
        _say(*ways_in(host, port, core.fingerprint, _own_addresses()))
        _log.info("listening", {"port": port, "memory": options.memory, **_twins_at_work()})
        if options.announce and announcer.is_worth_announcing(host):
            told = Announcement(options.server.name, host, port, core.fingerprint)
            herald = Announcer(told, lambda: core.people_online, ZeroconfNetwork())
            herald.start()
            stack.callback(herald.close)
        endpoint.run()
        log.close()  # a commit in hand may still find out
        _log.info("stopped", endpoint.statistics() | core.counters)
        if log.trouble:
            raise LogError(log.trouble)


def _twins_at_work() -> dict[str, str]:
    """What needs the most CPU, and whether it was compiled where this was installed."""
    at_work = {"sealing": sealing.IS_NATIVE, "sending": batch_socket.NATIVE is not None}
    return {part: "native" if is_native else "python" for part, is_native in at_work.items()}


def _bind(options: ServerOptions) -> list[socket.socket]:
    try:
        return datagram_socket.bind(options.host, options.port)
    except OSError as error:
        raise StartError(
            f"cannot listen on {options.host} port {options.port}: {error.strerror or error}"
        ) from error


def _open_log(options: ServerOptions, bell: Doorbell, stack: ExitStack) -> _Opened:
    """Keys are only looked at while we hold the log's lock."""
    folder = None
    if options.data or not options.memory:
        folder = ServerFolder(
            Path(options.data) if options.data else server_folder.default_folder()
        )
    path = None if folder is None or options.memory else folder.log_path
    was_left_open = folder is not None and path is not None and folder.was_left_open
    lost_its_key = folder is not None and folder.log_path.exists() and not folder.has_key
    # In memory every commit has ended before the loop looks.
    wake = bell.ring if path else lambda: None
    bounds = options.server.limits
    log = SqliteLog.open(
        path,
        random_bytes=secrets.token_bytes,
        wake=wake,
        pages_max=min(bounds.log_mib_max * _PAGES_IN_A_MIB, _PAGES_MAX),
        free_bytes_min=bounds.free_mib_min * 2**20,
    )
    stack.callback(log.close)
    if folder is None:
        return _Opened(log, log, secrets.token_bytes(server_folder.KEY_BYTES))
    key = folder.private_key(secrets.token_bytes)
    following = folder.next_private_key()
    next_key = noise.public_key(following) if following else b""
    if lost_its_key:
        _log.warning("the folder has a log but had no key: clients will see another server")
    if path is None:
        return _Opened(log, log, key, next_key)
    desk = BackupDesk(folder.path, log, bell.ring)
    stack.callback(desk.close)
    desk.start()
    if not was_left_open:
        return _Opened(log, desk, key, next_key)
    folder.note_left_open()
    _log.warning("the last server on this folder did not stop properly; its log is looked through")
    return _Opened(log, desk, key, next_key, left_open=folder)


def _say(*lines: str) -> None:
    """Tell whoever reads the output; a server goes on when nobody does any more (``| head -1``)."""
    try:
        print(*lines, sep="\n", flush=True)
    except BrokenPipeError:
        # What stays in the buffer would fail again at the program's end, and be its exit code.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _own_addresses() -> list[str]:
    """All of this machine; none where the system does not tell."""
    try:
        return ZeroconfNetwork().addresses()
    except Exception:  # noqa: BLE001 - a courtesy: whatever is odd here, the server runs
        _log.warning("the addresses of this machine are not known", exc_info=True)
        return []


def _stop_on_signals(endpoint: UdpEndpoint, bell: Doorbell, stack: ExitStack) -> None:
    """The handler only leaves a word; the bell, rung by the system, makes the loop look."""
    signal.set_wakeup_fd(bell.ringing_fileno(), warn_on_full_buffer=False)
    stack.callback(signal.set_wakeup_fd, -1)
    for number in (signal.SIGINT, signal.SIGTERM):
        before = signal.signal(number, lambda *_: endpoint.stop())
        stack.callback(signal.signal, number, before)


#: What else the program does, each with its other folder, its own options and its help.
_COMMANDS: Final = {
    "check": "Read a data folder that no server is using, and say what is wrong with it.",
    "backup": "Copy a data folder, also while a server is using it.",
    "restore": "Make a data folder from a backup.",
    "next-key": "Make the key the server is to have some day, for it to announce.",
    "switch-key": "Give a server that is stopped its next key.",
}


def _started_as() -> str:
    """What to type for it again: the program's name, or the module where it is not installed."""
    return "python -m server" if Path(sys.argv[0]).name == "__main__.py" else PROGRAM


def _maintain(command: str, arguments: Sequence[str]) -> int:
    """Runs one of ``_COMMANDS``: 0 when all is well, 1 when not, with what is wrong."""
    parser = _Parser(
        prog=f"{_started_as()} {command}", description=_COMMANDS[command], allow_abbrev=False
    )
    parser.add_argument("--data", metavar="DIR", help="the server's folder")
    if command == "backup":
        parser.add_argument("--to", metavar="DIR", required=True, help="new folder for the copy")
    if command == "restore":
        parser.add_argument("--from", metavar="DIR", required=True, dest="source", help="a backup")
    parsed = parser.parse_args(arguments)
    os.umask(0o077)
    try:
        data = _data_folder(parsed.data, os.environ)
        match command:
            case "check":
                print(maintenance.check(data))
            case "backup":
                print(maintenance.backup(data, Path(parsed.to)))
            case "restore":
                print(maintenance.restore(Path(parsed.source), data))
            case "next-key":
                print(maintenance.make_next_key(data))
            case "switch-key":
                print(maintenance.switch_key(data))
    except ConfigError as error:
        return _fail(str(error), WRONG_USAGE)
    except (MaintenanceError, FolderError) as error:
        for line in str(error).splitlines():
            _fail(f"{command}: {line}", FAILED)
        return FAILED
    return 0


def _data_folder(argument: str | None, environ: Mapping[str, str]) -> Path:
    """Where a server that is started in the same way keeps its data."""
    path = environ.get(config_file.CONFIG_VARIABLE)
    options = config_file.combine(
        config_file.read_file(Path(path)) if path else {},
        config_file.read_environment(environ),
        config_file.read_arguments({"data": argument}),
    )
    return Path(options.data) if options.data else server_folder.default_folder()


def _read_options(parsed: argparse.Namespace, environ: Mapping[str, str]) -> ServerOptions:
    path = parsed.config or environ.get(config_file.CONFIG_VARIABLE)
    arguments = {
        key: getattr(parsed, key)
        for key in (
            "host",
            "port",
            "data",
            "name",
            "memory",
            "announce",
            "rate_limits",
            "log_level",
        )
    }
    return config_file.combine(
        config_file.read_file(Path(path)) if path else {},
        config_file.read_environment(environ),
        config_file.read_arguments(arguments),
    )


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, as for every other failure."""
        self.exit(WRONG_USAGE, f"{self.prog}: {message}; --help lists what there is\n")


def _parser() -> argparse.ArgumentParser:
    default = ServerOptions()
    switch = argparse.BooleanOptionalAction
    commands = "".join(f"\n  {name:12}{what}" for name, what in _COMMANDS.items())
    parser = _Parser(
        prog=_started_as(),
        usage="%(prog)s [options]\n       %(prog)s COMMAND [--help] ...",
        description="A chat server for people who share a network. Without a command: serve.",
        epilog="Every option and limit can also stand in the file of --config (--print-config shows"
        " one)\nand in the environment (HUBBUB_PORT, HUBBUB_LIMITS_SESSIONS_MAX, ...). The command"
        f" line\nwins, then the environment.\n\ncommands (each has its --help):{commands}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--host", help="address to listen on (default: every one, IPv4 and IPv6)")
    add("--port", help=f"UDP port, 0 picks a free one (default: {default.port})")
    add("--data", metavar="DIR", help="folder for key and log, made where missing")
    add("--name", help=f"what the server is called (default: {default.server.name})")
    add("--memory", action=switch, help="keep rooms in memory only")
    add("--announce", action=switch, help="be found on the local network by mDNS (default)")
    add("--rate-limits", action=switch, help="slow people down (default), or trust the network")
    add("--config", metavar="FILE", help="TOML file with any of the settings")
    add("--log-level", choices=LEVELS, help=f"default: {default.log_level}")
    add("--print-config", action="store_true", help="print the settings as TOML, and end")
    add("--version", action="version", version=f"{PROGRAM} {_version()}")
    return parser


def _version() -> str:
    with suppress(importlib.metadata.PackageNotFoundError):  # it runs from a source tree
        return importlib.metadata.version("hubbub")
    try:
        with (Path(__file__).parents[1] / "pyproject.toml").open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return "(not installed)"


def _fail(message: str, code: int) -> int:
    print(f"{PROGRAM}: {message}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
