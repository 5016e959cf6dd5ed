"""The program is known by its own icon and class."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from app.views.images import Logo
from app.views.window_icon import ICON_SIZES, keep_icon, show_window_icon
from tests.app.views.conftest import Stage


def test_the_window_has_the_class_of_the_program(stage: Stage) -> None:
    assert stage.window.root.winfo_class() == "Hubbub"


def test_each_size_is_given_once_and_is_the_logo(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[int, int]] = []
    root, tokens = stage.window.root, stage.window.look.tokens
    iconphoto = root.wm_iconphoto

    def note(default: bool, *names: str) -> None:
        given.extend(
            (int(root.tk.call("image", "width", name)), int(root.tk.call("image", "height", name)))
            for name in names
        )
        iconphoto(default, *names)

    monkeypatch.setattr(root, "wm_iconphoto", note)
    show_window_icon(root, tokens)
    assert given == [(size, size) for size in ICON_SIZES]
    assert {16, 32, 48, 256} <= set(ICON_SIZES)


def brightness(color: str) -> int:
    return sum(bytes.fromhex(color[1:]))


@pytest.mark.parametrize("size", ICON_SIZES)
def test_waves_are_seen_at_each_size(stage: Stage, size: int) -> None:
    tokens = stage.window.look.tokens
    picture = Logo(size).draw(tokens, round)
    ground = brightness(tokens.accent)
    drawn = picture.tobytes()
    opaque = [sum(drawn[at : at + 3]) for at in range(0, len(drawn), 4) if drawn[at + 3] == 255]
    assert max(opaque) > (ground + brightness(tokens.accent_text)) / 2
    assert min(abs(seen - ground) for seen in opaque) < 12


def test_it_is_kept_as_a_file_once_and_a_disk_that_refuses_costs_nothing_else(
    stage: Stage, tmp_path: Path
) -> None:
    tokens = stage.window.look.tokens
    path = tmp_path / "icon.png"
    keep_icon(path, tokens)
    with Image.open(path) as picture:
        assert picture.tobytes() == Logo(128).draw(tokens, round).tobytes()

    path.write_bytes(b"another one")
    keep_icon(path, tokens)
    assert path.read_bytes() == b"another one"

    keep_icon(tmp_path / "no such folder" / "icon.png", tokens)


def test_a_disk_that_fills_up_half_way_leaves_no_cut_icon(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "icon.png"
    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", cut)
        keep_icon(path, stage.window.look.tokens)
    assert list(tmp_path.iterdir()) == []
    keep_icon(path, stage.window.look.tokens)
    with Image.open(path) as picture:
        assert picture.size == (128, 128)
        picture.load()
    assert list(tmp_path.iterdir()) == [path]


_START = """
import tkinter
from app.views.main_window import MainWindow
from tests.app.views.conftest import Calls

given = []
tkinter.Wm.wm_iconphoto = tkinter.Wm.iconphoto = lambda _root, *values: given.append(values)
MainWindow(Calls().callbacks(), scaling=4 / 3).close()
print([len(values) for values in given])
"""


def test_a_new_window_is_given_all_sizes_and_no_other_icon(display: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _START], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == str([1 + len(ICON_SIZES)])
