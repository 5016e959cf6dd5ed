"""What a server is told, from four places: defaults, a TOML file, the environment, arguments.

Theory. The fields of the configuration's dataclasses are the settings: each has a dotted key that
is the same everywhere, ``limits.sessions_max`` in TOML and ``HUBBUB_LIMITS_SESSIONS_MAX`` in the
environment. Every place gives a flat dictionary of keys and values; later places overwrite
earlier ones, and the dataclasses are built from what is left. A rate may be ``false``: no limit.
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import tomllib
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from protocol.limits import NAME_BYTES_MAX
from protocol.text_rules import canonical_name
from server.json_log import LEVELS
from server.server_config import ServerConfig

ENVIRONMENT_PREFIX: Final = "HUBBUB_"
#: The only variable that is no setting: it names the file.
CONFIG_VARIABLE: Final = "HUBBUB_CONFIG"

_NUMBER_MAX: Final = 10**9
#: Other numbers start at 1, and other times and rates above 0.
_MAY_BE_ZERO: Final = frozenset(
    {
        "limits.free_mib_min",
        "limits.new_sessions_per_source_max",
        "limits.people_max",
        "limits.rooms_created_per_person_max",
        "limits.rooms_max",
        "merge_large_s",
        "merge_s",
        "offline_after_s",
    }
)
_WORDS: Final = {
    "true": True, "yes": True, "on": True, "1": True,
    "false": False, "no": False, "off": False, "0": False,
}  # fmt: skip

Value = str | int | float | bool


class ConfigError(Exception):
    """A setting that does not exist or cannot have this value; the text names it and its place."""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """All that a server can be told: where it listens and keeps its data, and what it is."""

    #: ``::`` is every address of the machine, of both families.
    host: str = "::"
    #: 0 picks a free one.
    port: int = 48228
    #: Folder of key and log; empty: the system's place for it.
    data: str = ""
    #: Keep nothing on disk, but the key if ``data`` is given.
    memory: bool = False
    #: Tell the local network (mDNS) that the server is there; never when bound to the loopback.
    announce: bool = True
    log_level: str = "info"
    server: ServerConfig = field(default_factory=ServerConfig)


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be set. ``optional`` ones are groups that can only be set to false."""

    key: str
    kind: type
    default: Value
    optional: bool = False

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return ENVIRONMENT_PREFIX + self.key.upper().replace(".", "_")

    @property
    def allowed(self) -> str:
        """What it may be, in words."""
        if self.optional:
            return "false (no limit) or a table"
        if self.kind is bool:
            return "true or false"
        if self.key == "log_level":
            return "one of " + ", ".join(LEVELS)
        if self.key == "port":
            return "a whole number from 0 to 65535"
        if self.kind is int:
            return f"a whole number from {0 if self.key in _MAY_BE_ZERO else 1} to {_NUMBER_MAX}"
        if self.kind is float:
            return f"a number {'from' if self.key in _MAY_BE_ZERO else 'above'} 0 to {_NUMBER_MAX}"
        if self.key == "name":
            return f"a text of 1 to {NAME_BYTES_MAX} bytes without control characters"
        if self.key == "first_room":
            return "a name that a room may have"
        return "a text"

    def checked(self, value: object) -> Value:
        """The value, if it may be one.

        Raises:
            ValueError: it may not; ``allowed`` says why.
        """
        if self.kind is float and type(value) is int:
            value = float(value)
        # A bool counts as a number in Python, not here; hence not isinstance.
        if type(value) is not self.kind or not self._is_allowed(value):
            raise ValueError(value)
        assert isinstance(value, str | int | float | bool)
        return value

    def parsed(self, text: str) -> Value:
        """The value that a text stands for, in the environment or an argument.

        Raises:
            ValueError: it stands for none.
        """
        if self.kind is bool:
            if text.strip().lower() not in _WORDS:
                raise ValueError(text)
            return self.checked(_WORDS[text.strip().lower()])
        return self.checked(self.kind(text))

    def _is_allowed(self, value: Any) -> bool:
        if self.optional:
            return value is False
        if self.key == "log_level":
            return value in LEVELS
        if self.key == "port":
            return bool(0 <= value <= 65535)
        if self.kind in (int, float):
            lowest = 0 if self.key in _MAY_BE_ZERO else 1 if self.kind is int else 1e-9
            return bool(lowest <= value <= _NUMBER_MAX)
        if self.key == "name":
            return value.isprintable() and 0 < len(value.encode()) <= NAME_BYTES_MAX
        if self.key == "first_room":
            return canonical_name(value) is not None
        return self.kind is bool or value.isprintable()


def settings() -> dict[str, Setting]:
    """All settings by key, in the order in which a file shows them: plain ones, then tables."""
    found = list(_settings_of(ServerOptions(), ""))
    return {s.key: s for s in sorted(found, key=lambda s: s.key.count("."))}


def read_file(path: Path) -> dict[str, Value]:
    """The settings in a TOML file; its ``data`` folder is relative to the file.

    Raises:
        ConfigError: it cannot be read, is no TOML, or sets what does not exist or cannot be.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{path}: is not TOML: {error}") from error
    known = settings()
    values: dict[str, Value] = {}
    for key, value in _flattened(content, known, ""):
        setting = known.get(key)
        if setting is None:
            raise ConfigError(f"{path}: {key}: {_no_such_setting(key, known)}")
        try:
            values[key] = setting.checked(value)
        except ValueError:
            shown = json.dumps(value, default=str, ensure_ascii=False)[:80]
            raise ConfigError(f"{path}: {key}: must be {setting.allowed}, not {shown}") from None
    if folder := values.get("data"):
        values["data"] = str(path.parent / Path(str(folder)).expanduser())
    return values


def read_environment(environ: Mapping[str, str]) -> dict[str, Value]:
    """The settings in the environment. Other variables, and unknown ones, are left alone.

    Raises:
        ConfigError: a variable has a value that its setting cannot have.
    """
    return {
        setting.key: _parsed(setting, environ[setting.variable], setting.variable)
        for setting in settings().values()
        if setting.variable in environ
    }


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Variables that look as if they were settings; perhaps somebody mistyped one."""
    known = {setting.variable for setting in settings().values()} | {CONFIG_VARIABLE}
    return sorted(n for n in environ if n.startswith(ENVIRONMENT_PREFIX) and n not in known)


def read_arguments(arguments: Mapping[str, str | bool | None]) -> dict[str, Value]:
    """Settings by key as they stood on the command line, those that are None left out.

    Raises:
        ConfigError: one has a value that it cannot have.
    """
    known = settings()
    return {
        key: value if isinstance(value, bool) else _parsed(known[key], value, f"--{key}")
        for key, value in arguments.items()
        if value is not None
    }


def combine(*places: Mapping[str, Value]) -> ServerOptions:
    """The options that result when each place overwrites those before it."""
    values: dict[str, Value] = {}
    for place in places:
        # In a place that switches a rate off and sets it, the more detailed word is the last.
        for key in sorted(place, key=lambda key: key.count(".")):
            for other in [k for k in values if k.startswith(f"{key}.") or key.startswith(f"{k}.")]:
                del values[other]
            values[key] = place[key]
    options = _built(ServerOptions(), "", values)
    assert isinstance(options, ServerOptions)
    return options


def format_toml(options: ServerOptions) -> str:
    """A file that says the same as ``options``, every setting in it."""
    lines: list[str] = []
    table = ""
    for key, value in sorted(_values_of(options, ""), key=lambda item: item[0].count(".")):
        group, _, name = key.rpartition(".")
        if group != table:
            lines.append(f"\n[{group}]")
            table = group
        lines.append(f"{name} = {_toml(value)}")
    return "\n".join(lines) + "\n"


# --- the dataclasses as a tree ---------------------------------------------------------------


def _fields(group: Any) -> Iterator[tuple[str, Any, Any]]:
    """Name, type and value of each field of a dataclass's instance."""
    hints = typing.get_type_hints(type(group))
    for each in dataclasses.fields(group):
        yield each.name, hints[each.name], getattr(group, each.name)


def _below(prefix: str, name: str, value: object) -> str:
    """The key of a field; what the server itself is told stands at the top."""
    return "" if isinstance(value, ServerConfig) else f"{prefix}.{name}" if prefix else name


def _settings_of(group: Any, prefix: str) -> Iterator[Setting]:
    for name, hint, value in _fields(group):
        key = _below(prefix, name, value)
        if dataclasses.is_dataclass(value):
            if isinstance(hint, types.UnionType):
                yield Setting(key, bool, default=True, optional=True)
            yield from _settings_of(value, key)
        else:
            yield Setting(key, hint, value)


def _values_of(group: Any, prefix: str) -> Iterator[tuple[str, Value]]:
    for name, _, value in _fields(group):
        key = _below(prefix, name, value)
        if dataclasses.is_dataclass(value):
            yield from _values_of(value, key)
        else:
            yield key, False if value is None else value


def _built(group: Any, prefix: str, values: Mapping[str, Value]) -> Any:
    changes: dict[str, Any] = {}
    for name, _, value in _fields(group):
        key = _below(prefix, name, value)
        if dataclasses.is_dataclass(value):
            changes[name] = None if values.get(key) is False else _built(value, key, values)
        elif key in values:
            changes[name] = values[key]
    return dataclasses.replace(group, **changes)


def _flattened(
    table: Mapping[str, Any], known: Mapping[str, Setting], prefix: str
) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict) and any(other.startswith(f"{key}.") for other in known):
            yield from _flattened(value, known, f"{key}.")
        else:
            yield key, value


def _parsed(setting: Setting, text: str, place: str) -> Value:
    try:
        return setting.parsed(text)
    except ValueError:
        raise ConfigError(f"{place}: must be {setting.allowed}, not {text[:80]!r}") from None


def _no_such_setting(key: str, known: Mapping[str, Setting]) -> str:
    if any(other.startswith(f"{key}.") for other in known):
        return "must be a table"
    group = key.rpartition(".")[0]
    there = [k.rpartition(".")[2] for k in known if k.rpartition(".")[0] == group] or list(known)
    near = difflib.get_close_matches(key, known, 1)
    guess = f" (did you mean {near[0]}?)" if near else ""
    return f"there is no such setting{guess}; there are {', '.join(there)}"


def _toml(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    # A text in JSON is one in TOML, but for DEL.
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
