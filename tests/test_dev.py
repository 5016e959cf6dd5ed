"""The developer's command: what it lists, refuses and skips, without making anything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

import dev

ROOT = Path(__file__).parents[1]


class TestHelp:
    def test_help_lists_every_target(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert dev.main(["help"]) == 0

        listed = re.findall(r"^  ([\w-]+)", capsys.readouterr().out, re.MULTILINE)
        assert listed == list(dev.TARGETS)

    def test_makefile_has_the_same_targets(self) -> None:
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        line = re.search(r"^TARGETS := (.*)$", makefile, re.MULTILINE)

        assert line is not None
        assert set(line[1].split()) == set(dev.TARGETS)

    def test_unknown_target_is_wrong_usage(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert dev.main(["tset"]) == 2
        assert "'tset'" in capsys.readouterr().err


class TestSteps:
    def test_failed_step_ends_the_target_with_its_code(
        self, mocker: MockerFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        mocker.patch.object(dev, "_ensure_environment")
        mocker.patch.object(dev, "SOURCES", ("no such file.py",))
        mocker.patch.object(dev, "PYTHON", sys.executable)
        run = mocker.patch.object(subprocess, "run")
        run.return_value.returncode = 3

        assert dev.main(["check"]) == 1

        out, err = capfd.readouterr()
        assert run.call_count == 1
        assert "== format: FAILED" in out
        assert "exit code 3" in err

    def test_no_display_fails_in_continuous_integration(
        self, mocker: MockerFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mocker.patch.object(dev, "_ensure_environment")
        mocker.patch.object(dev, "_ensure_xvfb", return_value=False)
        step = mocker.patch.object(dev, "_step")
        monkeypatch.setenv("CI", "true")

        assert dev.main(["test"]) == 1
        step.assert_not_called()


class TestEnvironment:
    def test_unchanged_lock_runs_no_command(self, mocker: MockerFixture, tmp_path: Path) -> None:
        stamp = tmp_path / "stamp"
        stamp.write_text(dev._environment_stamp())
        mocker.patch.object(dev, "STAMP", stamp)
        mocker.patch.object(dev, "PYTHON", sys.executable)
        mocker.patch.object(dev, "NATIVE", ())
        run = mocker.patch.object(subprocess, "run")

        dev._ensure_environment()

        run.assert_not_called()

    def test_changed_lock_installs_with_hashes(self, mocker: MockerFixture, tmp_path: Path) -> None:
        stamp = tmp_path / "stamp"
        stamp.write_text("another lock")
        mocker.patch.object(dev, "STAMP", stamp)
        mocker.patch.object(dev, "_venv_works", return_value=True)
        step = mocker.patch.object(dev, "_step")

        dev._ensure_environment()

        assert "--require-hashes" in step.call_args_list[0].args[1]
        assert stamp.read_text() == dev._environment_stamp()

    @pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is compiled")
    def test_native_part_is_compiled_where_it_is_missing_or_older(
        self, mocker: MockerFixture, tmp_path: Path
    ) -> None:
        source = tmp_path / "part.c"
        built = source.with_suffix(sysconfig.get_config_var("EXT_SUFFIX"))
        mocker.patch.object(dev, "ROOT", tmp_path)
        mocker.patch.object(dev, "NATIVE", (source.name,))
        step = mocker.patch.object(dev, "_step")

        for source_at, built_at, steps in ((100, None, 1), (100, 200, 1), (300, 200, 2)):
            source.touch()
            os.utime(source, (source_at, source_at))
            if built_at is not None:
                built.touch()
                os.utime(built, (built_at, built_at))
            dev._ensure_native()
            assert step.call_count == steps
