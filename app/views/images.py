"""Pictures drawn with Pillow: icons, avatars, badges, rounded fields; kept, bounded, themed.

Theory: a picture is a recipe, a frozen value with everything that decides its pixels except the
theme. A recipe is drawn once, and drawn again *into the same Tk image* when the theme changes,
so no widget has to be told. Tk shows an empty area for an image without a Python reference; the
cache therefore forgets the longest unused picture only when no widget shows it.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import ttkbootstrap
from PIL import Image, ImageDraw, ImageFont, ImageOps, ImageTk
from ttkbootstrap.style.icons import IconRenderer

from app.structs import Struct
from app.translation import is_right_to_left
from app.views.drawn_text import ordered
from app.views.emoji_pictures import draw_emoji
from app.views.picture_fonts import bold_font
from app.views.rows import Presence
from app.views.tokens import Tokens, mix

IMAGES_MAX = 600
#: Shapes are drawn so much larger, and shrunk by the mean: sharper ways leave a pale rim inside.
_OVERSAMPLE = 4
#: Icons that point the way the language is written.
_DIRECTED = frozenset(("send-fill",))

Px = Callable[[float], int]


class Recipe(Protocol):
    """A hashable description of a picture."""

    def draw(self, tokens: Tokens, px: Px) -> Image.Image: ...

    def __hash__(self) -> int: ...


class Images:
    """The pictures of one window by recipe; `repaint` follows the theme."""

    def __init__(self, tokens: Tokens, px: Px, images_max: int = IMAGES_MAX) -> None:
        self._tokens = tokens
        self._px = px
        self._images_max = images_max
        self._photos: OrderedDict[Recipe, ImageTk.PhotoImage] = OrderedDict()

    def __len__(self) -> int:
        return len(self._photos)

    def get(self, recipe: Recipe) -> str:
        """The Tk name of the picture; good as long as it is shown somewhere."""
        photo = self._photos.get(recipe)
        if photo is None:
            photo = ImageTk.PhotoImage(recipe.draw(self._tokens, self._px))
            self._photos[recipe] = photo
            self._forget_unused()
        else:
            self._photos.move_to_end(recipe)
        return str(photo)

    def logical(self, real: int) -> float:
        """So many real pixels as a size of a recipe."""
        return real * 1_000 / self._px(1_000)

    def repaint(self, tokens: Tokens) -> None:
        """Draw what is in use again; what is not is forgotten."""
        self._tokens = tokens
        for recipe, photo in list(self._photos.items()):
            if self._in_use(photo):
                photo.paste(recipe.draw(tokens, self._px))
            else:
                del self._photos[recipe]

    def _forget_unused(self) -> None:
        # A little below the bound, so that a full cache is not searched at every new picture.
        if len(self._photos) <= self._images_max:
            return
        newest = next(reversed(self._photos))
        for recipe in list(self._photos):
            if len(self._photos) <= self._images_max * 9 // 10:
                return
            if recipe is not newest and not self._in_use(self._photos[recipe]):
                del self._photos[recipe]

    @staticmethod
    def _in_use(photo: ImageTk.PhotoImage) -> bool:
        inner = photo._PhotoImage__photo  # type: ignore[attr-defined]
        return bool(inner.tk.getboolean(inner.tk.call("image", "inuse", str(photo))))


class Icon(Struct, frozen=True):
    """One glyph of Bootstrap Icons in the colour of a token."""

    glyph: str
    size: float
    role: str = "icon"

    def draw(self, tokens: Tokens, px: Px) -> Image.Image:
        size = px(self.size)
        drawn = _glyph(self.glyph, size, tokens.named(self.role))
        is_turned = self.glyph in _DIRECTED and is_right_to_left()
        return ImageOps.mirror(drawn) if is_turned else drawn


class HangingIcon(Struct, frozen=True):
    """An icon in the right half of a picture twice as wide.

    Drawn with half its width as negative padding it takes no room in its line, so that the line
    is never broken in front of it; it hangs into the margin.
    """

    icon: Icon
    gap: float

    def draw(self, tokens: Tokens, px: Px) -> Image.Image:
        icon = self.icon.draw(tokens, px)
        half = px(self.gap) + icon.width
        picture = Image.new("RGBA", (2 * half, icon.height))
        picture.paste(icon, (2 * half - icon.width, 0))
        return picture


class Avatar(Struct, frozen=True):
    """A round avatar with initials; `presence` adds a dot cut out of the picture."""

    color_index: int
    letters: str
    size: float
    presence: Presence | None = None
    is_dimmed: bool = False
    behind: str = "bg"  # the token of the surface it stands on

    def draw(self, tokens: Tokens, px: Px) -> Image.Image:
        size = px(self.size)
        picture = _avatar(tokens.avatars[self.color_index], self.letters, size).copy()
        if self.is_dimmed:
            backdrop = Image.new("RGBA", picture.size, tokens.named(self.behind))
            faded = Image.blend(backdrop, picture, 0.5)
            faded.putalpha(picture.getchannel("A"))
            picture = faded
        if self.presence is not None:
            picture = _with_presence(picture, self.presence, tokens, tokens.named(self.behind))
        return picture


class AvatarSlice(Struct, frozen=True):
    """A part of an avatar beside two lines of text, with the gap to the text on its right."""

    avatar: Avatar
    is_lower: bool
    width: float
    lower_height: int  # real pixels of the lower part; the rest is the upper one

    def draw(self, tokens: Tokens, px: Px) -> Image.Image:
        whole = self.avatar.draw(tokens, px)
        cut = whole.height - self.lower_height
        top, bottom = (cut, whole.height) if self.is_lower else (0, cut)
        canvas = Image.new("RGBA", (px(self.width), bottom - top))
        canvas.paste(whole.crop((0, top, whole.width, bottom)), (0, 0))
        return canvas


class Rounded(Struct, frozen=True):
    """A rounded rectangle of real pixels; `border_role` "" draws none, else one `line` wide.

    With `fill_role` "" there is nothing inside the border.
    """

    width: int
    height: int
    radius: float
    fill_role: str
    border_role: str = ""
    line: float = 1

    def draw(self, tokens: Tokens, px: Px) -> Image.Image:
        border = tokens.named(self.border_role or self.fill_role)
        fill = tokens.named(self.fill_role) if self.fill_role else f"{border}00"
        return _rounded(self.width, self.height, px(self.radius), fill, border, px(self.line))


class Badge(Struct, frozen=True):
    """A fully round count with its text."""

    text: str
    fill_role: str
    text_role: str
    height: float = 18
    radius: float = 9

    def draw(self, tokens: Tokens, px: Px) -> Image.Image:
        height = px(self.height)
        font, text = bold_font(px(11.5) * _OVERSAMPLE), ordered(self.text)
        width = max(height, round(font.getlength(text) / _OVERSAMPLE) + px(13))
        fill = tokens.named(self.fill_role)
        big = _shape(width, height, px(self.radius), fill, fill, 0)
        ImageDraw.Draw(big).text(
            (big.width / 2, big.height / 2),
            text,
            font=font,
            fill=tokens.named(self.text_role),
            anchor="mm",
        )
        return big.resize((width, height), Image.Resampling.BOX)


class Rule(Struct, frozen=True):
    """A thin horizontal line, `width` real pixels long, `drop` below the middle."""

    width: int
    role: str
    drop: float = 0

    def draw(self, tokens: Tokens, px: Px) -> Image.Image:
        line, drop = px(1), px(self.drop)
        picture = Image.new("RGBA", (max(1, self.width), line + 2 * drop))
        picture.paste(tokens.named(self.role), (0, 2 * drop, picture.width, picture.height))
        return picture


class Bar(Struct, frozen=True):
    """Vertical bars, each at the left of an area so wide: the edges of a quote in a quote."""

    width: float
    thickness: float
    height: float
    role: str
    count: int = 1

    def draw(self, tokens: Tokens, px: Px) -> Image.Image:
        picture = Image.new("RGBA", (px(self.width * self.count), px(self.height)))
        for at in range(self.count):
            left = px(self.width * at)
            picture.paste(
                tokens.named(self.role), (left, 0, left + px(self.thickness), picture.height)
            )
        return picture


class Blank(Struct, frozen=True):
    """Nothing, of a size in real pixels: an indent that takes part in a line's height."""

    width: int
    height: int

    def draw(self, tokens: Tokens, px: Px) -> Image.Image:
        return Image.new("RGBA", (self.width, self.height))


class EmojiPicture(Struct, frozen=True):
    """One emoji in colour; ask `emoji_pictures.has_picture` first."""

    characters: str
    size: float

    def draw(self, tokens: Tokens, px: Px) -> Image.Image:
        return draw_emoji(self.characters, px(self.size), tokens.bg, tokens.muted)


class Logo(Struct, frozen=True):
    """The mark of the server: waves on a rounded square."""

    size: float

    def draw(self, tokens: Tokens, px: Px) -> Image.Image:
        size = px(self.size)
        picture = _rounded(size, size, px(self.size * 0.22), tokens.accent, tokens.accent, 0)
        glyph = _glyph("water", round(size * 0.64), tokens.accent_text)
        picture.alpha_composite(glyph, ((size - glyph.width) // 2, (size - glyph.height) // 2))
        return picture


class _Icons(IconRenderer):
    """Reads the font from its file, two sizes at a time. ttkbootstrap keeps each size that was ever
    drawn, and for each a copy of the font: half a megabyte, twenty times. Nearly every icon has a
    size of its own and is drawn once, so keeping more saves nothing."""

    _FILE = Path(ttkbootstrap.__file__).with_name("assets") / "icons" / "bootstrap.ttf"

    @classmethod
    @lru_cache(maxsize=2)
    def _get_font(cls, size: int) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(cls._FILE, size)


def _glyph(name: str, size: int, color: str) -> Image.Image:
    drawn: Image.Image = _Icons.render(name, (size, size), color)  # type: ignore[no-untyped-call]
    return drawn


def _shape(width: int, height: int, radius: int, fill: str, border: str, line: int) -> Image.Image:
    big = Image.new("RGBA", (width * _OVERSAMPLE, height * _OVERSAMPLE), _clear(border))
    ImageDraw.Draw(big).rounded_rectangle(
        (0, 0, big.width - 1, big.height - 1),
        radius=radius * _OVERSAMPLE,
        fill=fill,
        outline=border,
        width=line * _OVERSAMPLE if border != fill else 0,
    )
    return big


def _rounded(
    width: int, height: int, radius: int, fill: str, border: str, line: int
) -> Image.Image:
    """A rounded rectangle of any size at the price of its corners."""
    width, height = max(width, 2 * radius, 2), max(height, 2 * radius, 2)
    side = 2 * radius + 2
    corners = _shape(side, side, radius, fill, border, line).resize(
        (side, side), Image.Resampling.BOX
    )
    picture = Image.new("RGBA", (width, height), fill)
    if border != fill:
        ImageDraw.Draw(picture).rectangle((0, 0, width - 1, height - 1), outline=border, width=line)
    far = side - radius
    for left, top, right, bottom, x, y in (
        (0, 0, radius, radius, 0, 0),
        (far, 0, side, radius, width - radius, 0),
        (0, far, radius, side, 0, height - radius),
        (far, far, side, side, width - radius, height - radius),
    ):
        picture.paste(corners.crop((left, top, right, bottom)), (x, y))
    return picture


@lru_cache(maxsize=400)
def _avatar(color: str, letters: str, size: int) -> Image.Image:
    gradient = Image.new("RGBA", (1, size))
    top, bottom = mix("#ffffff", color, 0.14), mix("#000000", color, 0.12)
    for y in range(size):
        step = mix(bottom, top, y / max(1, size - 1))
        gradient.putpixel((0, y), (*bytes.fromhex(step[1:]), 255))
    picture = gradient.resize((size, size))
    picture.putalpha(_disc(size))
    big = Image.new("L", (size * _OVERSAMPLE, size * _OVERSAMPLE))
    ImageDraw.Draw(big).text(
        (big.width / 2, big.height / 2),
        ordered(letters),
        font=bold_font(round(size * _OVERSAMPLE * (0.38 if len(letters) > 1 else 0.42))),
        fill=255,
        anchor="mm",
    )
    text = big.resize((size, size), Image.Resampling.LANCZOS)
    picture.paste((255, 255, 255, 255), mask=text)
    picture.putalpha(_disc(size))
    return picture


@lru_cache(maxsize=32)
def _disc(size: int) -> Image.Image:
    big = Image.new("L", (size * _OVERSAMPLE, size * _OVERSAMPLE))
    ImageDraw.Draw(big).ellipse((0, 0, big.width - 1, big.height - 1), fill=255)
    return big.resize((size, size), Image.Resampling.BOX)


def _with_presence(
    picture: Image.Image, presence: Presence, tokens: Tokens, behind: str
) -> Image.Image:
    """A dot at the lower right, cut free from the avatar; each presence has its own shape."""
    size = picture.width
    dot = max(9, round(size * 0.41))
    gap = max(1, round(size * 0.06))
    over = max(1, round(size * 0.05))
    canvas = Image.new("RGBA", (size + over, size + over))
    canvas.paste(picture, (0, 0))
    if presence is Presence.UNKNOWN:
        return canvas
    big = Image.new("RGBA", (canvas.width * _OVERSAMPLE, canvas.height * _OVERSAMPLE))
    draw = ImageDraw.Draw(big)
    end = canvas.width - 1

    def disc(inset: int, color: str, shift: tuple[float, float] = (0, 0)) -> None:
        left = (end - dot + inset + 1) * _OVERSAMPLE
        right = (end - inset + 1) * _OVERSAMPLE - 1
        dx, dy = (round(part * dot * _OVERSAMPLE) for part in shift)
        draw.ellipse((left + dx, left + dy, right + dx, right + dy), fill=color)

    disc(0, behind)
    match presence:
        case Presence.ONLINE:
            disc(gap, tokens.online)
        case Presence.AWAY:
            disc(gap, tokens.away)
            disc(gap, behind, (-0.26, -0.22))
        case Presence.OFFLINE:
            disc(gap, tokens.offline)
            disc(gap + max(2, round(dot * 0.19)), behind)
    canvas.alpha_composite(big.resize(canvas.size, Image.Resampling.BOX))
    return canvas


def _clear(color: str) -> tuple[int, int, int, int]:
    """Fully transparent, but of that colour, so that edges shrink without a dark seam."""
    red, green, blue = bytes.fromhex(color[1:])
    return red, green, blue, 0
