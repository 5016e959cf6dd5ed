"""An ext4 file system of our own in a file, and a power cut for it."""

from __future__ import annotations

import fcntl
import os
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tests.faults.ledger import Ledger, eventually

_EXT4_IOC_SHUTDOWN: Final = 0x8004587D
#: What the journal has not written yet is lost, as when the power goes.
_NO_LOG_FLUSH: Final = (2).to_bytes(4, "little")
_BYTES: Final = 64 << 20


class LoopDisk:
    """Mounted from the first moment; ``cut`` is the end of it until ``mount``."""

    def __init__(self, ledger: Ledger, folder: Path, cleanup: ExitStack) -> None:
        self._image = folder / "disk.ext4"
        self.path = folder / "mnt"
        self.path.mkdir(parents=True)
        with self._image.open("wb") as image:
            image.truncate(_BYTES)
        ledger.attempt("mkfs.ext4", "-q", "-F", self._image)
        ledger.attempt(*self._mount_command())
        cleanup.callback(lambda: eventually(self._is_unmounted, 10, "the file system is free"))
        try:
            self.cut()
        except OSError as error:
            ledger.skip("EXT4_IOC_SHUTDOWN", error)
        self.mount_again()

    def cut(self) -> None:
        """From now on nothing reaches the disk any more."""
        root = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(root, _EXT4_IOC_SHUTDOWN, _NO_LOG_FLUSH)
        finally:
            os.close(root)

    def mount_again(self) -> None:
        """As the machine starts again: the file system's journal is replayed."""
        eventually(self._is_unmounted, 10, "the file system is free")
        subprocess.run(self._mount_command(), check=True, capture_output=True)
        assert self.path.is_mount()

    def _mount_command(self) -> list[str | Path]:
        return ["mount", "-o", "loop,commit=5", self._image, self.path]

    def _is_unmounted(self) -> bool:
        """Tries it: a process that has just been killed may still hold a file, and the loop device
        goes a moment after the mount; one that is going must not be mounted again."""
        if self.path.is_mount():
            subprocess.run(["umount", self.path], capture_output=True, check=False)
        attached = subprocess.run(["losetup", "-j", self._image], capture_output=True, check=True)
        return not self.path.is_mount() and not attached.stdout
