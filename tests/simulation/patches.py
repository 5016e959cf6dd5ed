"""Replaces methods for a while, and puts the originals back in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

#: Put something in the place of ``owner.name``; returns what was there.
Put = Callable[[object, str, Any], Any]
_INHERITED = object()


@contextmanager
def patches() -> Iterator[Put]:
    """Gives a ``Put``; leaving the context undoes it all, the last one first."""
    originals: list[tuple[object, str, Any]] = []

    def put(owner: object, name: str, value: Any) -> Any:
        # As it stands in the class, so that a static method stays one; if it is inherited, the
        # class gets one of its own for a while.
        original = vars(owner).get(name, _INHERITED)
        originals.append((owner, name, original))
        setattr(owner, name, value)
        return original

    try:
        yield put
    finally:
        for owner, name, original in reversed(originals):
            if original is _INHERITED:
                delattr(owner, name)
            else:
                setattr(owner, name, original)
