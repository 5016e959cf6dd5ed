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
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NoReturn

from server import config_file, datagram_socket, json_log, server_folder
from server.batch_socket import make_socket
from server.chat_server import ChatServer
from server.config_file import ConfigError, ServerOptions
from server.json_log import LEVELS
from server.room_log import LogError
from server.server_folder import FolderError, ServerFolder
from server.sqlite_log import SqliteLog
from server.udp_endpoint import Doorbell, UdpEndpoint

PROGRAM: Final = "hubbub-server"
FAILED: Final = 1
WRONG_USAGE: Final = 2

#: The commit thread gets the interpreter within this; with the usual 5 ms it would wait longer
#: for it than for the disk.
_SWITCH_INTERVAL_S: Final = 20e-6

_log = logging.getLogger("server")


class StartError(Exception):
    """The server cannot start; the text says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server until SIGTERM or SIGINT; returns the exit code."""
    parsed = _parser().parse_args(arguments)
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
        log, key = _open_log(options, bell, stack)
        core = ChatServer(
            config=options.server,
            private_key=key,
            reset_secret=server_folder.reset_secret(key),
            log=log,
            random_bytes=secrets.token_bytes,
            now=time.monotonic(),
            time_ms=time.time_ns() // 1_000_000,
        )
        endpoint = UdpEndpoint(core, log, sockets, bell)
        _stop_on_signals(endpoint, bell, stack)
        gc.collect()
        gc.freeze()
        shown_host = f"[{host}]" if ":" in host else host
        print(f"listening on {shown_host}:{port} fingerprint {core.fingerprint}", flush=True)
        _log.info("listening", {"port": port, "memory": options.memory})
        endpoint.run()
        _log.info("stopped", endpoint.statistics() | core.counters)


def _bind(options: ServerOptions) -> list[socket.socket]:
    try:
        return datagram_socket.bind(options.host, options.port)
    except OSError as error:
        raise StartError(
            f"cannot listen on {options.host} port {options.port}: {error.strerror or error}"
        ) from error


def _open_log(options: ServerOptions, bell: Doorbell, stack: ExitStack) -> tuple[SqliteLog, bytes]:
    """The log, and the server's key, which is only looked at while we hold the log's lock."""
    folder = None
    if options.data or not options.memory:
        folder = ServerFolder(
            Path(options.data) if options.data else server_folder.default_folder()
        )
    path = None if folder is None or options.memory else folder.log_path
    lost_its_key = folder is not None and folder.log_path.exists() and not folder.has_key
    log = SqliteLog.open(path, random_bytes=secrets.token_bytes, wake=bell.ring)
    stack.callback(log.close)
    if folder is None:
        return log, secrets.token_bytes(server_folder.KEY_BYTES)
    key = folder.private_key(secrets.token_bytes)
    if lost_its_key:
        _log.warning("the folder has a log but had no key: clients will see another server")
    return log, key


def _stop_on_signals(endpoint: UdpEndpoint, bell: Doorbell, stack: ExitStack) -> None:
    """The handler only leaves a word; the bell, rung by the system, makes the loop look."""
    signal.set_wakeup_fd(bell.ringing_fileno(), warn_on_full_buffer=False)
    stack.callback(signal.set_wakeup_fd, -1)
    for number in (signal.SIGINT, signal.SIGTERM):
        before = signal.signal(number, lambda *_: endpoint.stop())
        stack.callback(signal.signal, number, before)


def _read_options(parsed: argparse.Namespace, environ: Mapping[str, str]) -> ServerOptions:
    path = parsed.config or environ.get(config_file.CONFIG_VARIABLE)
    arguments = {
        key: getattr(parsed, key)
        for key in ("host", "port", "data", "name", "memory", "rate_limits", "log_level")
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
    parser = _Parser(
        prog=PROGRAM,
        description="A chat server for people who share a network.",
        epilog="Every option and limit can also stand in the file of --config (--print-config"
        " shows one) and in the environment (HUBBUB_PORT, HUBBUB_LIMITS_SESSIONS_MAX, ...)."
        " The command line wins, then the environment.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--host", help="address to listen on (default: every one, IPv4 and IPv6)")
    add("--port", help=f"UDP port, 0 picks a free one (default: {default.port})")
    add("--data", metavar="DIR", help="folder for key and log, made where missing")
    add("--name", help=f"what the server is called (default: {default.server.name})")
    add("--memory", action=switch, help="keep rooms in memory only")
    add("--rate-limits", action=switch, help="slow people down (default), or trust the network")
    add("--config", metavar="FILE", help="TOML file with any of the settings")
    add("--log-level", choices=LEVELS, help=f"default: {default.log_level}")
    add("--print-config", action="store_true", help="print the settings as TOML, and end")
    add("--version", action="version", version=f"{PROGRAM} {_version()}")
    return parser


def _version() -> str:
    try:
        return importlib.metadata.version("hubbub")
    except importlib.metadata.PackageNotFoundError:  # run from a source tree
        return "(not installed)"


def _fail(message: str, code: int) -> int:
    print(f"{PROGRAM}: {message}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
