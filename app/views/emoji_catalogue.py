"""Which emoji the picker offers, by category, and how they are found by name. No Tk."""

from functools import lru_cache

from app.translation import N_
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


def shortcode_of(emoji: str) -> str:
    """The name to type for it, as `:tada:`."""
    import emoji as data

    entry = data.EMOJI_DATA.get(emoji)
    if entry is None:
        return ""
    aliases = entry.get("alias") or [entry["en"]]
    return str(min(aliases, key=len))


def search_emoji(typed: str, most: int) -> list[str]:
    """Emoji whose name or alias has what was typed, those that start with it first."""
    wanted = folded(typed.strip().strip(":")).replace(" ", "_")
    if not wanted:
        return []
    started: list[str] = []
    held: list[str] = []
    for names, emoji in _index():
        if any(name.startswith(wanted) for name in names):
            started.append(emoji)
        elif any(wanted in name for name in names):
            held.append(emoji)
    return [*started, *held][:most]


@lru_cache(maxsize=1)
def _index() -> list[tuple[tuple[str, ...], str]]:
    """Every emoji with a picture, and its names; the categories first, skin tones left out."""
    import emoji as data

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
            names = (entry["en"], *entry.get("alias", ()))
            found.append((tuple(name.strip(":").lower() for name in names), emoji))
    return found
