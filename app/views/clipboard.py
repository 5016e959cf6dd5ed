"""The clipboard, on which what this program copied stays as it was.

Tk gives a text back to its own program in pieces of 4,000 bytes and reads each piece alone, so a
letter of several bytes that lies on a seam comes back as several other letters. What was copied is
therefore remembered, and given in place of what is the same but for the seams.
"""

import tkinter as tk

_PIECE_BYTES = 4_000
#: What was copied last; one clipboard for the whole program.
_copied: list[str] = [""]


def copy(widget: tk.Misc, text: str) -> None:
    """Put a text on the clipboard."""
    _copied[0] = text
    widget.clipboard_clear()
    widget.clipboard_append(text)


def copied(widget: tk.Misc) -> str:
    """What is on the clipboard, whoever put it there; "" for nothing."""
    for kind in ("UTF8_STRING", "STRING"):
        try:
            text = str(widget.clipboard_get(type=kind))
        except tk.TclError:
            continue
        own = _copied[0]
        return own if text != own and text == _with_seams(own) else text
    return ""


def _with_seams(text: str) -> str:
    """As Tk gives it back."""
    data = text.encode(errors="surrogatepass")
    pieces = (data[at : at + _PIECE_BYTES] for at in range(0, len(data), _PIECE_BYTES))
    return "".join(map(_read_alone, pieces))


def _read_alone(piece: bytes) -> str:
    """A piece with the bytes of letters that are not whole in it as letters of their own."""
    start, end = 0, len(piece)
    while start < min(3, end) and piece[start] & 0xC0 == 0x80:
        start += 1
    last = end
    while last > start and piece[last - 1] & 0xC0 == 0x80:
        last -= 1
    if last > start and piece[last - 1] >= 0xC0:
        lead = piece[last - 1]
        size = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
        end = last - 1 if last - 1 + size > end else end
    whole = piece[start:end].decode(errors="replace")
    return piece[:start].decode("latin-1") + whole + piece[end:].decode("latin-1")
