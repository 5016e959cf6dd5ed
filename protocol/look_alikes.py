"""What a name looks like: characters that are drawn alike stand for one, so that two names can be
compared as an eye does.

Theory. As the skeleton of Unicode Technical Standard #39: each character is replaced by the one
it looks like, capital and small letters apart, and only then the letters are made small. So a
capital I, a small L and the digit 1 are one, and so are 0 and O. Not a form to keep or to show:
two names with one skeleton look alike, that is all. The table is a choice from that standard's
data: single characters that a name may hold and that look like a Latin letter or a digit (its
licence lies beside this file); pairs such as rn and m are left out, for too many names have them.
"""

from __future__ import annotations

import unicodedata
from typing import Final

#: Letter or digit to what looks like it, in its small form.
_TABLE: Final = {
    "2": "ᒿ\ua6ef",
    "3": "\U000118ca\U00016f3b\U0001d206",
    "4": "Ꮞ\U000118cf",
    "5": "\U000118db",
    "6": "Ꮾ",
    "7": "\U000104fa\U000118c6\U0001d212",
    "8": "৪੪\U0001031a",
    "9": "৭੧୨൭\U000118cc\U000118d6",
    "a": "ɑαаᎪᗅ\u237a\ua4ee\U000102a0\U00016f40",
    "b": "ƅβвьᏏᏴᑲᖯᗷ\ua4d0\ua7b5\U00010282\U000102a1\U00010301",
    "c": (
        "сᏟᴄ\u2ca5\ua4da\U000102a2\U00010302\U0001043d\U0001051c\U000118e9"
        "\U000118f2\U0001f74c"
    ),
    "d": "ԁᎠᏧᑯᗞᗪ\ua4d2\ua4d3",
    "e": "εеҽᎬ\u212e\u22ff\u2d39\ua4f0\uab32\U00010286\U000118ce",
    "f": (
        "ϝքᖴẝ\ua4dd\ua799\uab35\U00010287\U000102a5\U00010525\U000118c2"
        "\U0001d213"
    ),
    "g": "ƍɡԍցᏀᏳᶃ\ua4d6",
    "h": "ηнһհᎻᏂᕼ\u2c8f\ua4e7\U000102cf",
    "i": "ıɩɪιіᎥ\u2373\ua647\U000118c3",
    "j": "ʝϳјᎫᒍ\ua4d9",
    "k": "κкᏦᛕ\u2c95\ua4d7\U00010518",
    "l": (
        "ǀӏ\u06f1Ꮮᒪᛁ\u2223\u23fd\u2502\u2c93\u2cd1\u2d4f\ua4e1\ua4f2\U0001028a"
        "\U00010309\U00010320\U00010443\U00010526\U000118d2\U00016f16\U00016f28"
        "\U0001d22a"
    ),
    "m": "μϻмᎷᗰᛖ\u2c99\ua4df\U000102b0\U00010311",
    "n": "νոռ\u2c9b\ua4e0\U00010513",
    "o": (
        "οσоօ\u06f5०০੦૦ଠ୦௦౦೦ഠ൦๐໐ဝ၀ჿዐᴏᴑ\u2c9f\u2d54\u3007\ua4f3\uab3d\U00010292"
        "\U000102ab\U0001042c\U000104ea\U00010516\U000114d0\U000118c8\U000118d5"
        "\U000118d7\U000118e0"
    ),
    "p": "ρрᏢᑭ\u2374\u2ca3\ua4d1\U00010295",
    "q": "ԛգզ\u2d55",
    "r": "ʀгᎡᎱᏒᖇᴦ\u2c85\ua4e3\uab47\uab48\U000104dc\U00016f35\U0001d216",
    "s": "ѕտᏕᏚ\ua4e2\ua731\U00010296\U00010448\U000118c1\U00016f3a",
    "t": (
        "τтᎢ\u22a4\u27d9\u2ca7\ua4d4\U00010297\U000102b1\U00010315\U000118dc"
        "\U00016f0a\U0001f768"
    ),
    "u": (
        "ʋυսሀᑌᴜ\u222a\u22c3\ua4f4\ua79f\uab4e\uab52\U000104f6\U000118d8"
        "\U00016f42"
    ),
    "v": (
        "ѵ\u06f7Ꮩᐯᴠ\u2228\u22c1\u2d38\ua4e6\ua6df\U0001051d\U00011706\U000118c0"
        "\U00016f08\U0001d20d"
    ),
    "w": "ɯѡԝաᎳᏔᴡ\ua4ea\U0001170a\U0001170e\U0001170f\U000118e6\U000118ef",
    "x": (
        "\u00d7χхᕁᕽ᙭ᚷ\u2573\u292b\u292c\u2a2f\u2cad\u2d5d\ua4eb\uab53\U00010290"
        "\U000102b4\U00010317\U00010322\U00010527\U000118ec"
    ),
    "y": "ɣʏγуүყᎩᎽᶌỿ\u2ca9\ua4ec\uab5a\U000102b2\U000118c4\U00016f43",
    "z": "ζᏃᴢ\ua4dc\U000102f5\U000118c9\U000118e5",
}  # fmt: skip
_LIKE: Final = {
    ord(character): plain for plain, characters in _TABLE.items() for character in characters
}
#: As they are drawn: to be looked at before letters are made small.
_DRAWN: Final = str.maketrans("I1|0", "lllo")


def skeleton(name: str) -> str:
    """What a name that may be one (``text_rules.canonical_name``) looks like."""
    drawn = unicodedata.normalize("NFKC", name).translate(_DRAWN)
    # Accents apart from their letters, so that each letter is looked at.
    letters = unicodedata.normalize("NFKD", drawn.casefold())
    return " ".join(letters.translate(_LIKE).split())
