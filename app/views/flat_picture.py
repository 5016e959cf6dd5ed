"""Pictures without half transparent pixels.

What lies below such a pixel Tk asks the display server, and waits, whenever it draws the picture:
a pane full of avatars and emoji waits twenty times. So they are laid on their ground before.
"""

from PIL import Image

from app.structs import Struct
from app.views.images import Px, Recipe
from app.views.tokens import Tokens


class Flat(Struct, frozen=True):
    """A picture on a ground of one colour."""

    picture: Recipe
    ground: str  # a token

    def draw(self, tokens: Tokens, px: Px) -> Image.Image:
        return _laid(self.picture.draw(tokens, px), tokens.named(self.ground))


class Cut(Struct, frozen=True):
    """A picture with edges for a ground of one colour; what is quite clear stays so. On another
    ground that is much the same nobody sees the difference."""

    picture: Recipe
    ground: str  # a token

    def draw(self, tokens: Tokens, px: Px) -> Image.Image:
        picture = self.picture.draw(tokens, px)
        cut = _laid(picture, tokens.named(self.ground))
        cut.putalpha(picture.getchannel("A").point([0] + [255] * 255))
        return cut


def _laid(picture: Image.Image, ground: str) -> Image.Image:
    return Image.alpha_composite(Image.new("RGBA", picture.size, ground), picture)
