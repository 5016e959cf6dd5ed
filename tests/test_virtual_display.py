"""The virtual display of tests and demo: it starts, stays apart from others, and ends."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from pytest_mock import MockerFixture

from tools import virtual_display as module
from tools.virtual_display import VirtualDisplayError, virtual_display

SIZE = "import tkinter; r = tkinter.Tk(); print(r.winfo_screenwidth(), r.winfo_screenheight())"


@pytest.mark.gui
class TestVirtualDisplay:
    def test_display_serves_tk_at_its_size_and_is_apart_from_the_run(self, display: str) -> None:
        if not display:
            pytest.skip("this system's own screen is used")

        with virtual_display(640, 480) as name:
            shown = subprocess.run(
                [sys.executable, "-c", SIZE], capture_output=True, text=True, check=True
            )
            assert shown.stdout.split() == ["640", "480"]
            assert name != display

        assert os.environ["DISPLAY"] == display

    def test_server_ends_with_the_block(self, display: str, mocker: MockerFixture) -> None:
        if not display:
            pytest.skip("this system's own screen is used")
        popen = mocker.spy(subprocess, "Popen")

        with virtual_display():
            process = popen.spy_return
            assert process.poll() is None

        assert process.returncode is not None


class TestWithoutServer:
    def test_missing_xvfb_is_said_with_the_remedy(self, mocker: MockerFixture) -> None:
        mocker.patch.object(module, "find_xvfb", return_value=None)

        with pytest.raises(VirtualDisplayError, match="apt-get install xvfb"), virtual_display():
            pass

    @pytest.mark.skipif(os.name != "posix", reason="needs a program that ends at once")
    def test_server_that_ends_at_once_is_an_error(self, mocker: MockerFixture) -> None:
        mocker.patch.object(module, "find_xvfb", return_value="/bin/false")

        with pytest.raises(VirtualDisplayError, match="ended while it started"), virtual_display():
            pass
