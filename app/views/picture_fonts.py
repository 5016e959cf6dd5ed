"""Font files for text inside pictures: initials, badges, colour emoji.

Tk knows families, Pillow needs files, so a few well-known ones are tried; without any of them
Pillow's own font serves, and emoji are shown by their names.
"""

from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

_BOLD_FILES = (
    "segoeuib.ttf",
    "HelveticaNeue.ttc",
    "NotoSans-Bold.ttf",
    "Cantarell-Bold.otf",
    "Ubuntu-B.ttf",
    "DejaVuSans-Bold.ttf",
)
_EMOJI_FILES = ("seguiemj.ttf", "Apple Color Emoji.ttc", "NotoColorEmoji.ttf")
_EMOJI_SIZES = (109, 160, 136, 96)  # bitmap fonts open at their own sizes only


@lru_cache(maxsize=64)
def bold_font(size: int) -> ImageFont.FreeTypeFont:
    """A bold font of `size` pixels."""
    name = _bold_file()
    if name:
        return ImageFont.truetype(name, size)
    default = ImageFont.load_default(size)
    assert isinstance(default, ImageFont.FreeTypeFont)
    return default


def has_emoji_font() -> bool:
    return _emoji_font() is not None


def draw_emoji(characters: str, size: int) -> Image.Image:
    """One emoji in colour, `size` pixels square; joined families and flags become one picture."""
    font = _emoji_font()
    assert font is not None
    left, top, right, bottom = (round(edge) for edge in font.getbbox(characters))
    side = max(right - left, bottom - top, 1)
    picture = Image.new("RGBA", (side, side))
    origin = ((side - (right - left)) / 2 - left, (side - (bottom - top)) / 2 - top)
    ImageDraw.Draw(picture).text(origin, characters, font=font, embedded_color=True)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


@lru_cache(maxsize=1)
def _bold_file() -> str:
    for name in _BOLD_FILES:
        try:
            ImageFont.truetype(name, 12)
        except OSError:
            continue
        return name
    return ""


@lru_cache(maxsize=1)
def _emoji_font() -> ImageFont.FreeTypeFont | None:
    for name in _EMOJI_FILES:
        for size in _EMOJI_SIZES:
            try:
                return ImageFont.truetype(name, size)
            except OSError:
                continue
    return None
