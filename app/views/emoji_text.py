"""Text with emoji in a Text widget: pictures that carry their characters as names.

Tk on X11 draws emoji in pieces, and with an old libXft dies of them; so none reaches it. One
without a picture is written by its name, with a sign in it that nobody sees: so it is read as what
it stands for.
"""

import re
import tkinter as tk

from app.emoji_signs import emoji_places
from app.views import fonts
from app.views.drawn_text import IN_ORDER
from app.views.emoji_pictures import has_picture
from app.views.images import EmojiPicture, Images
from app.views.safe_text import without_emoji

#: What comes behind so many emoji of one text is written by its names: each picture takes time.
PICTURES_MAX = 200
#: Of a picture that stands for no words, as Tk names them.
UNNAMED = "pyimage"
#: How such a name is written, so that it is known from one that a person typed: break points of
#: `safe_text` stand alone.
_NAME = re.compile(":\u200b{2,}[^:\\s]+:")
#: What the names stand for that were written.
_meant: dict[str, str] = {}
_IMAGE_NAME = re.compile(r"(.+?)(#\d+)?", re.DOTALL)


def insert_with_emoji(text: tk.Text, place: str, words: str, images: Images) -> None:
    """Insert safe text in front of the index `place`; emoji become pictures, as tall as a line of
    its letters: a taller line would not fit into a field that has room for so many of them."""
    if words.isascii():
        text.insert(place, words)
        return
    text.mark_set("emoji_at", place)
    at = 0
    size = images.logical(fonts.line_height(text, str(text.cget("font"))))
    pieces: list[str] = []
    for number, (start, end) in enumerate(emoji_places(words)):
        pieces.append(words[at:start])
        emoji = words[start:end]
        if number < PICTURES_MAX and has_picture(emoji):
            text.insert("emoji_at", "".join(pieces))
            pieces.clear()
            image = images.get(EmojiPicture(emoji, size))
            text.image_create("emoji_at", image=image, name=emoji, align="center")
        else:
            pieces.append(_name_of(emoji))
        at = end
    text.insert("emoji_at", "".join((*pieces, words[at:])))
    text.mark_unset("emoji_at")


def _name_of(emoji: str) -> str:
    """What is written for it, and is read as it and nothing else: some share a name."""
    mark, name = "\u200b\u200b", without_emoji(emoji)[1:]
    while _meant.setdefault(f":{mark}{name}", emoji) != emoji:
        mark += "\u200b"
    return f":{mark}{name}"


def _read(words: str) -> str:
    """Without what nobody typed."""
    if "\u200b" not in words:
        return words
    words = _NAME.sub(lambda name: _meant.get(name.group(), name.group()), words)
    return words.replace("\u200b", "")


def text_with_emoji(text: tk.Text, start: str, end: str) -> str:
    """The text of a range, pictures as the characters they stand for, without break points.

    Words drawn in another order are left out: the hidden ones in front of them are the text.
    """
    if not text.image_names() and not text.tag_ranges(IN_ORDER):
        # A dump calls back for every line, which takes long where there are thousands.
        return _read(str(text.get(start, end)))
    parts: list[str] = []
    is_stand_in = IN_ORDER in text.tag_names(start)
    for kind, value, _index in text.dump(start, end, text=True, image=True, tag=True):
        if kind in ("tagon", "tagoff"):
            if value == IN_ORDER:
                is_stand_in = kind == "tagon"
        elif is_stand_in:
            continue
        elif kind == "text":
            parts.append(value)
        else:
            match = _IMAGE_NAME.fullmatch(value)
            name = match.group(1) if match else ""
            parts.append("" if name.startswith(UNNAMED) else name)
    return _read("".join(parts))  # together: where the caret is, a name comes in two parts


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
