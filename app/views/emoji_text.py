"""Text with emoji in a Text widget: pictures that carry their characters as names.

Tk on X11 draws emoji in pieces, and with an old libXft dies of them; so none reaches it. One
without a picture is written by its name.
"""

import re
import tkinter as tk
from itertools import islice

from app.emoji_signs import emoji_places
from app.views.drawn_text import IN_ORDER
from app.views.emoji_pictures import has_picture
from app.views.images import EmojiPicture, Images
from app.views.safe_text import without_emoji

#: What comes behind so many emoji of one text is written by its names: each picture takes time.
PICTURES_MAX = 200
#: Of a picture that stands for no words, as Tk names them.
UNNAMED = "pyimage"
_IMAGE_NAME = re.compile(r"(.+?)(#\d+)?", re.DOTALL)


def insert_with_emoji(
    text: tk.Text, place: str, words: str, images: Images, size: float = 20
) -> None:
    """Insert safe text in front of the index `place`; emoji become pictures."""
    if words.isascii():
        text.insert(place, words)
        return
    text.mark_set("emoji_at", place)
    at = 0
    for start, end in islice(emoji_places(words), PICTURES_MAX):
        text.insert("emoji_at", words[at:start])
        emoji = words[start:end]
        if has_picture(emoji):
            image = images.get(EmojiPicture(emoji, size))
            text.image_create("emoji_at", image=image, name=emoji, align="center")
        else:
            text.insert("emoji_at", without_emoji(emoji))
        at = end
    text.insert("emoji_at", without_emoji(words[at:]))
    text.mark_unset("emoji_at")


def text_with_emoji(text: tk.Text, start: str, end: str) -> str:
    """The text of a range, pictures as the characters they stand for, without break points.

    Words drawn in another order are left out: the hidden ones in front of them are the text.
    """
    if not text.image_names() and not text.tag_ranges(IN_ORDER):
        # A dump calls back for every line, which takes long where there are thousands.
        return str(text.get(start, end)).replace("\u200b", "")
    parts: list[str] = []
    is_stand_in = IN_ORDER in text.tag_names(start)
    for kind, value, _index in text.dump(start, end, text=True, image=True, tag=True):
        if kind in ("tagon", "tagoff"):
            if value == IN_ORDER:
                is_stand_in = kind == "tagon"
        elif is_stand_in:
            continue
        elif kind == "text":
            parts.append(value.replace("\u200b", ""))
        else:
            match = _IMAGE_NAME.fullmatch(value)
            name = match.group(1) if match else ""
            parts.append("" if name.startswith(UNNAMED) else name)
    return "".join(parts)


def draw_typed_emoji(text: tk.Text, images: Images) -> bool:
    """Turn emoji that an input method left as characters into pictures; True if there were any."""
    drawn = False
    if text.get("1.0", "end-1c").isascii():
        return drawn
    for kind, value, index in text.dump("1.0", "end-1c", text=True):
        if kind != "text" or value.isascii():
            continue
        places = list(emoji_places(value))
        for start, end in reversed(places):
            drawn = True
            # Columns count units of UTF-16, but "chars" walks code points as Python does.
            first = text.index(f"{index} + {start} chars")
            text.delete(first, f"{first} + {end - start} chars")
            insert_with_emoji(text, first, value[start:end], images)
    return drawn
