"""Which emoji the picker offers, by category, and how they are found by name. No Tk."""

import re
from functools import lru_cache

from app.text_folding import fold
from app.translation import N_, language
from app.views.emoji_pictures import has_picture
from app.views.matching import folded

#: Picture of the category, its title, and what is in it.
CATEGORIES: tuple[tuple[str, str, tuple[str, ...]], ...] = tuple(
    (icon, title, tuple(members.split()))
    for icon, title, members in (
        (
            "😀",
            N_("Smileys & people"),
            """😀 😃 😄 😁 😆 😅 😂 🤣 🥲 😊 😇 🙂 😉 😍 🥰 😘 😋 😜 🤔 🤗 🫡 🤭 🤫 😐 🙄 😴
            🤯 🥳 😎 🤓 😕 😮 😢 😭 😤 😡 😱 😬 🤐 🤒 🤕 🤢 🥶 🥵 😈 💀 🤖 👻 🙈 🙉 🙊 👍
            👎 👏 🙌 🙏 💪 👋 🤝 ✌️ 🤞 🤙 👌 👉 👈 👆 👇 ✋ 🤷 🤦 🙋 🧑‍💻 👀 🧠 👶 🧑 👵
            👨‍👩‍👧""",
        ),
        (
            "🐻",
            N_("Animals & nature"),
            """🐻 🐶 🐱 🐭 🐹 🐰 🦊 🐼 🐨 🐯 🦁 🐮 🐷 🐸 🐵 🐔 🐧 🐦 🦆 🦉 🦇 🐺 🐴 🦄 🐝 🐛
            🦋 🐌 🐞 🐢 🐍 🐙 🦀 🐠 🐬 🐳 🦈 🌵 🎄 🌲 🌳 🌱 🍀 🍁 🍄 🌷 🌹 🌻 🌙 ⭐ ☀️ ⛅
            🌧️ ⛈️ ❄️ 🌈 🔥 💧 🌊""",
        ),
        (
            "🍔",
            N_("Food & drink"),
            """🍏 🍎 🍐 🍊 🍋 🍌 🍉 🍇 🍓 🫐 🍒 🍑 🥭 🍍 🥥 🥝 🍅 🥑 🍆 🥔 🥕 🌽 🌶️ 🥒 🥦 🧄
            🧅 🍞 🥐 🥨 🧀 🥚 🍳 🥞 🥓 🍔 🍟 🍕 🌭 🥪 🌮 🥗 🍝 🍜 🍣 🍚 🍦 🍰 🎂 🍫 🍪 🍩
            🍿 ☕ 🍵 🥛 🍺 🍷 🥂""",
        ),
        (
            "⚽",
            N_("Activities"),
            """⚽ 🏀 🏈 ⚾ 🎾 🏐 🏉 🎱 🏓 🏸 🥅 🏒 🏑 🏏 ⛳ 🏹 🎣 🥊 🥋 🛹 ⛸️ 🎿 🏂 🏋️ 🤸
            🏊 🚴 🧗 🏆 🥇 🥈 🥉 🏅 🎖️ 🎫 🎭 🎨 🎬 🎤 🎧 🎼 🎹 🥁 🎷 🎺 🎸 🎻 🎲 ♟️ 🎯
            🎳 🎮 🧩 🎉 🎊 🎁 🎈""",
        ),
        (
            "🚗",
            N_("Travel & places"),
            """🚗 🚕 🚌 🚎 🏎️ 🚓 🚑 🚒 🚚 🚜 🛴 🚲 🛵 🏍️ 🚆 🚇 🚊 🚄 ✈️ 🛫 🛬 🚁 🚀 🛸 ⛵
            🚤 🛳️ ⚓ ⛽ 🚧 🚦 🗺️ 🗿 🗽 🗼 🏰 🏟️ 🎡 🎢 ⛲ 🏖️ 🏝️ 🏜️ 🌋 ⛰️ 🏔️ 🏕️
            ⛺ 🏠 🏢 🏭 🏥 🏦 🏨 🏫 ⛪ 🌁 🌃 🌅""",
        ),
        (
            "💡",
            N_("Objects"),
            """⌚ 📱 💻 ⌨️ 🖥️ 🖨️ 🖱️ 💾 💿 📷 🎥 📞 📺 📻 ⏰ ⏳ 🔋 🔌 💡 🔦 🕯️ 💸 💰 💳
            💎 ⚖️ 🔧 🔨 🛠️ ⛏️ 🔩 ⚙️ 🧲 💣 🔪 🛡️ 🔮 🔭 🔬 💊 💉 🧬 🧪 🧹 🧻 🚽 🔑 🚪
            🛏️ 🧸 🖼️ 🛒 📦 📫 📝 📅 📈 📉 📊 📋 📌 📎 📏 ✂️ 🗑️ 🔒 🔓 📚 📖 🔖 🏷️""",
        ),
        (
            "❤️",
            N_("Symbols"),
            """❤️ 🧡 💛 💚 💙 💜 🖤 🤍 🤎 💔 💕 💯 ✅ ❌ ⭕ ❗ ❓ ⚠️ 🚫 ⛔ 💤 💬 💭 ♻️
            ✔️ ☑️ ➕ ➖ ➗ ✖️ ♾️ 🔁 🔄 ▶️ ⏸️ ⏹️ ⏭️ ⏮️ 🔼 🔽 ➡️ ⬅️ ⬆️ ⬇️
            🔔 🔕 🎵 🎶 🆗 🆕 🆘 🔴 🟠 🟡 🟢 🔵 🟣 ⚫ ⚪ 🔺 🔸""",
        ),
        (
            "🏳️",
            N_("Flags"),
            """🏳️ 🏴 🏁 🚩 🏳️‍🌈 🏴‍☠️ 🇪🇺 🇺🇳 🇦🇷 🇦🇹 🇦🇺 🇧🇪 🇧🇬 🇧🇷 🇨🇦 🇨🇭 🇨🇱
            🇨🇳 🇨🇴 🇨🇿 🇩🇪 🇩🇰 🇪🇪 🇪🇬 🇪🇸 🇫🇮 🇫🇷 🇬🇧 🇬🇷 🇭🇷 🇭🇺 🇮🇪 🇮🇱 🇮🇳
            🇮🇸 🇮🇹 🇯🇵 🇰🇪 🇰🇷 🇱🇹 🇱🇺 🇱🇻 🇲🇽 🇳🇬 🇳🇱 🇳🇴 🇳🇿 🇵🇱 🇵🇹 🇷🇴 🇷🇸
            🇸🇪 🇸🇮 🇸🇰 🇹🇷 🇺🇦 🇺🇸 🇿🇦""",
        ),
    )
)


#: Skin tones from light to dark, as they stand behind the sign they colour.
TONES = tuple(map(chr, range(0x1F3FB, 0x1F400)))


@lru_cache(maxsize=4096)
def toned(emoji: str, tone: str) -> str:
    """The emoji in a skin tone; itself where it has none, or for the tone ""."""
    import emoji as data

    plain = without_tone(emoji)
    if not tone:
        return plain
    rest = plain[1:].removeprefix("\ufe0f")
    colored = f"{plain[:1]}{tone}{rest}"
    return colored if colored in data.EMOJI_DATA and has_picture(colored) else plain


def without_tone(emoji: str) -> str:
    """The emoji as it is offered, without a skin tone."""
    import emoji as data

    plain = "".join(char for char in emoji if char not in TONES)
    if plain == emoji:
        return emoji
    # Some want to be told that they are pictures, once no tone says so.
    as_picture = f"{plain[:1]}\ufe0f{plain[1:]}"
    return as_picture if as_picture in data.EMOJI_DATA else plain


def tones_of(emoji: str) -> tuple[str, ...]:
    """The emoji without a tone and in each one; nothing if it has none."""
    found = dict.fromkeys(toned(emoji, tone) for tone in ("", *TONES))
    return tuple(found) if len(found) > 1 else ()


def shortcode_of(emoji: str) -> str:
    """The name to type for it, as `:tada:`."""
    import emoji as data

    entry = data.EMOJI_DATA.get(emoji)
    if entry is None:
        return ""
    aliases = entry.get("alias") or [entry["en"]]
    # The shortest word: thumbs have names of one sign and one digit too.
    return str(min(aliases, key=lambda name: (not name[1].isalnum(), len(name))))


def search_emoji(typed: str, most: int) -> list[str]:
    """Emoji whose name or alias has what was typed, in English or the window's language: those
    whose name it is come first, then what starts with it, then those with it as a word."""
    wanted = folded(typed.strip().strip(":")).replace(" ", "_")
    if not wanted:
        return []
    ranked = ((_rank(wanted, names), emoji) for names, emoji in _index(language()))
    found = sorted((each for each in ranked if each[0] < _NOT_FOUND), key=lambda each: each[0])
    return [emoji for _place, emoji in found[:most]]


_NOT_FOUND = 5


def _rank(wanted: str, names: str) -> int:
    """How well it fits, 0 best; each name stands between blanks, its words between other signs."""
    if wanted not in names:
        return _NOT_FOUND
    if f" {wanted} " in names:
        return 0
    if f" {wanted}" in names:
        return 1
    start = rf"(?<![^\W_]){re.escape(wanted)}"
    if re.search(rf"{start}(?![^\W_])", names):
        return 2
    return 3 if re.search(start, names) else 4


@lru_cache(maxsize=1)
def _index(language: str) -> list[tuple[str, str]]:
    """Every emoji with a picture, behind its names between blanks; the categories first, skin tones
    left out."""
    import emoji as data

    if language in data.LANGUAGES:
        data.config.load_language(language)
    full = data.STATUS["fully_qualified"]
    offered = dict.fromkeys(member for _icon, _title, members in CATEGORIES for member in members)
    others = (
        emoji
        for emoji, entry in data.EMOJI_DATA.items()
        if entry["status"] == full and "skin_tone" not in entry["en"] and emoji not in offered
    )
    found = []
    for emoji in (*offered, *others):
        entry = data.EMOJI_DATA.get(emoji)
        if entry is not None and has_picture(emoji):
            names = (entry["en"], *entry.get("alias", ()), entry.get(language, ""))
            found.append((f" {' '.join(fold(name.strip(':')) for name in names)} ", emoji))
    return found
