"""Every setting from every place, which place wins, and errors that say what to do."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.config_file import (
    ConfigError,
    ServerOptions,
    Setting,
    combine,
    format_toml,
    read_arguments,
    read_environment,
    read_file,
    settings,
    unknown_variables,
)

SETTINGS = list(settings().values())


def other_value(setting: Setting) -> Any:
    """An allowed value that is not the default."""
    if setting.optional:
        return False
    special: dict[str, object] = {"log_level": "debug", "data": "/srv/chat", "host": "::1"}
    if setting.key in special:
        return special[setting.key]
    if isinstance(setting.default, bool):
        return not setting.default
    if isinstance(setting.default, str):
        return f"{setting.default} too"
    return setting.default + 1


def word(value: object) -> str:
    """A value as it stands in the environment."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def value_at(options: ServerOptions, key: str) -> Any:
    """What the frozen values hold under a dotted key."""
    top = key.split(".")[0]
    value: Any = options if hasattr(options, top) and top != "server" else options.server
    for name in key.split("."):
        value = getattr(value, name)
    return value


def leaves(group: Any, prefix: str = "") -> Iterator[str]:
    """Dotted keys of all plain fields below a dataclass, found without the code under test."""
    for each in dataclasses.fields(group):
        value = getattr(group, each.name)
        if dataclasses.is_dataclass(value):
            yield from leaves(value, "" if each.name == "server" else f"{prefix}{each.name}.")
        else:
            yield f"{prefix}{each.name}"


def written(folder: Path, text: str) -> Path:
    path = folder / "hubbub.toml"
    path.write_text(text, encoding="utf-8")
    return path


class TestEverySetting:
    def test_every_field_is_a_setting(self) -> None:
        assert {s.key for s in SETTINGS if not s.optional} == set(leaves(ServerOptions()))

    def test_every_variable_is_unique(self) -> None:
        assert len({s.variable for s in SETTINGS}) == len(SETTINGS)

    @pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.key)
    def test_environment_reaches_it(self, setting: Setting) -> None:
        value = other_value(setting)

        options = combine(read_environment({setting.variable: word(value)}))

        expected = None if setting.optional else value
        assert value_at(options, setting.key) == expected
        assert value_at(ServerOptions(), setting.key) != expected

    @pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.key)
    def test_file_reaches_it(self, setting: Setting, tmp_path: Path) -> None:
        value = other_value(setting)
        shown = f'"{value}"' if isinstance(value, str) else word(value)

        options = combine(read_file(written(tmp_path, f"{setting.key} = {shown}\n")))

        expected = None if setting.optional else value
        assert value_at(options, setting.key) == expected

    @pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.key)
    @pytest.mark.parametrize("shown", ["[1]", "1979-05-27", "nan", "-1", '"a\\u0000b"', "{x = 1}"])
    def test_wrong_value_is_refused_with_what_is_allowed(
        self, setting: Setting, shown: str, tmp_path: Path
    ) -> None:
        path = written(tmp_path, f"{setting.key} = {shown}\n")

        with pytest.raises(ConfigError) as caught:
            read_file(path)

        assert str(caught.value).startswith(f"{path}: {setting.key}")

    def test_printed_file_says_the_same(self, tmp_path: Path) -> None:
        options = combine({s.key: other_value(s) for s in SETTINGS if not s.optional})

        assert combine(read_file(written(tmp_path, format_toml(options)))) == options

    def test_printed_file_says_which_rates_are_off(self, tmp_path: Path) -> None:
        options = combine({"handshakes.rate_total": False})

        assert combine(read_file(written(tmp_path, format_toml(options)))) == options

    def test_default_is_the_default(self) -> None:
        assert combine() == ServerOptions()


class TestPrecedence:
    def test_later_place_wins(self, tmp_path: Path) -> None:
        file = read_file(written(tmp_path, 'host = "::1"\nport = 1\nname = "file"\n'))
        environment = read_environment({"HUBBUB_PORT": "2", "HUBBUB_NAME": "environment"})
        arguments = read_arguments({"name": "arguments", "port": None, "rate_limits": False})

        options = combine(file, environment, arguments)

        assert (options.host, options.port, options.server.name) == ("::1", 2, "arguments")
        assert options.server.rate_limits is False

    def test_rate_set_later_replaces_one_switched_off(self) -> None:
        options = combine(
            {"handshakes.rate_total": False, "handshakes.rate_per_source.burst": 7},
            {"handshakes.rate_total.burst": 9, "handshakes.rate_per_source": False},
        )

        rate = options.server.handshakes.rate_total
        assert rate is not None and (rate.burst, rate.per_s) == (9, 500.0)
        assert options.server.handshakes.rate_per_source is None

    def test_folder_in_a_file_is_relative_to_the_file(self, tmp_path: Path) -> None:
        assert read_file(written(tmp_path, 'data = "there"\n')) == {"data": str(tmp_path / "there")}


class TestErrors:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("prot = 1", "prot: there is no such setting (did you mean port?)"),
            ("[limits]\nsession_max = 1", "did you mean limits.sessions_max?); there are sess"),
            ("[people]\nmax = 1", "people: there is no such setting"),
            ("limits = 5", "limits: must be a table"),
            ('port = "48228"', 'port: must be a whole number from 0 to 65535, not "48228"'),
            ("port = true", "port: must be a whole number from 0 to 65535, not true"),
            ("port = 65536", "port: must be a whole number from 0 to 65535, not 65536"),
            ("memory = 1", "memory: must be true or false, not 1"),
            ("merge_s = inf", "merge_s: must be a number from 0 to"),
            ("[limits]\nposts_per_s = 0", "limits.posts_per_s: must be a number above 0"),
            ("[limits]\nsessions_max = 0", "sessions_max: must be a whole number from 1 to"),
            ("[limits]\nsessions_max = 2.5", "sessions_max: must be a whole number from 1 to"),
            ("[handshakes]\nrate_total = true", "must be false (no limit) or a table, not true"),
            ('log_level = "loud"', "log_level: must be one of debug, info, warning, error"),
            ('first_room = "#a"', "first_room: must be a name that a room may have"),
            ('name = ""', "name: must be a text of 1 to 64 bytes"),
            ("port = ", "is not TOML"),
        ],
    )
    def test_error_names_file_key_and_what_is_allowed(
        self, text: str, words: str, tmp_path: Path
    ) -> None:
        path = written(tmp_path, text)

        with pytest.raises(ConfigError) as caught:
            read_file(path)

        message = str(caught.value)
        assert message.startswith(f"{path}: ") and words in message
        assert "\n" not in message

    def test_file_that_is_not_there_or_no_text(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="cannot be read"):
            read_file(tmp_path / "missing.toml")
        (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
        with pytest.raises(ConfigError, match="is not TOML"):
            read_file(tmp_path / "binary.toml")

    @pytest.mark.parametrize(
        ("variable", "text"),
        [
            ("HUBBUB_PORT", "x"),
            ("HUBBUB_PORT", ""),
            ("HUBBUB_MEMORY", "maybe"),
            ("HUBBUB_MERGE_S", "nan"),
            ("HUBBUB_LIMITS_SESSIONS_MAX", "1e3"),
        ],
    )
    def test_error_names_the_variable(self, variable: str, text: str) -> None:
        with pytest.raises(ConfigError, match=f"{variable}: must be"):
            read_environment({variable: text})

    def test_error_names_the_argument(self) -> None:
        with pytest.raises(ConfigError, match="--port: must be a whole number from 0 to 65535"):
            read_arguments({"port": "-1"})

    @pytest.mark.parametrize("word", ["1", "true", "YES", "on"])
    def test_switch_is_on_in_several_words(self, word: str) -> None:
        assert read_environment({"HUBBUB_MEMORY": word}) == {"memory": True}

    def test_mistyped_variable_is_noticed(self) -> None:
        environ = {"HUBBUB_PROT": "1", "HUBBUB_PORT": "1", "HUBBUB_CONFIG": "f", "HOME": "h"}

        assert unknown_variables(environ) == ["HUBBUB_PROT"]
