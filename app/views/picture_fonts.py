"""Font files for text inside pictures: initials and badges.

Tk knows families, Pillow needs files, so a few well-known ones are tried; without any of them
Pillow's own font serves.
"""

from functools import lru_cache

from PIL import ImageFont

_BOLD_FILES = (
    "segoeuib.ttf",
    "HelveticaNeue.ttc",
    "NotoSans-Bold.ttf",
    "Cantarell-Bold.otf",
    "Ubuntu-B.ttf",
    "DejaVuSans-Bold.ttf",
)


@lru_cache(maxsize=64)
def bold_font(size: int) -> ImageFont.FreeTypeFont:
    """A bold font of `size` pixels, which draws letters in the order it is given them."""
    name = _bold_file()
    if name:
        return ImageFont.truetype(name, size, layout_engine=ImageFont.Layout.BASIC)
    default = ImageFont.load_default(size)
    assert isinstance(default, ImageFont.FreeTypeFont)
    return default


@lru_cache(maxsize=1)
def _bold_file() -> str:
    for name in _BOLD_FILES:
        try:
            ImageFont.truetype(name, 12)
        except OSError:
            continue
        return name
    return ""
