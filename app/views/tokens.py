"""Every colour of the window, computed from four colours of the theme; no view holds its own.

Theory: a token is a role ("muted text on the side column"), never a hue. Text tokens are mixed
first and then raised: mixed towards black or white until they reach 4.5:1 on each surface they
stand on (WCAG 2.2, 1.4.3; icons and borders of fields need 3:1, 1.4.11). So any theme is
readable, and a test can prove it.
"""

from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

from app.structs import Struct, replace

CONTRAST_TEXT_MIN = 4.5
CONTRAST_ICON_MIN = 3.0
CONTRAST_HIGH_MIN = 7.0

_NICK_HUES = (
    "#8b5cf6",  # violet
    "#43a047",  # green
    "#f59332",  # orange
    "#3dbb92",  # teal
    "#e5531f",  # red-orange
    "#3b82f6",  # blue
    "#d946a6",  # pink
    "#b08d00",  # gold
    "#0e9ab8",  # cyan
    "#c2364f",  # crimson
    "#7a9a12",  # olive
    "#a8703a",  # brown
)
NICK_COLOR_COUNT = len(_NICK_HUES)


def mix(over: str, under: str, weight: float) -> str:
    """`weight` parts of `over` in `under`; colours are "#rrggbb"."""
    channels = (
        round(a * weight + b * (1 - weight))
        for a, b in zip(_channels(over), _channels(under), strict=True)
    )
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1.0 to 21.0 (WCAG 2.2, 1.4.3)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def raised(color: str, surfaces: Sequence[str], ratio_min: float = CONTRAST_TEXT_MIN) -> str:
    """`color`, moved towards black or white just until it is readable on all `surfaces`.

    On surfaces no colour can serve at once, the better of black and white.
    """
    extremes = sorted(
        ("#000000", "#ffffff"), key=lambda end: -min(contrast(end, s) for s in surfaces)
    )
    for step in range(51):
        candidate = mix(extremes[0], color, step / 50)
        if all(contrast(candidate, surface) >= ratio_min for surface in surfaces):
            return candidate
    return extremes[0]


def text_on(surface: str) -> str:
    """White or nearly black, whichever reads better on `surface`."""
    better = max(("#ffffff", "#14161c"), key=lambda color: contrast(color, surface))
    return raised(better, (surface,))


def nick_index(person_id: str) -> int:
    """Which of the nick colours a person has, the same everywhere."""
    return crc32(person_id.encode("utf-8", "replace")) % NICK_COLOR_COUNT


class Tokens(Struct, frozen=True):
    """The colours of one theme by role, each "#rrggbb"."""

    is_dark: bool
    bg: str
    fg: str
    side: str
    own_card: str
    field: str
    field_border: str
    hovered: str
    selected: str
    selected_fg: str
    row_hovered: str
    row_text: str
    line: str
    muted: str
    muted_side: str
    side_field: str
    muted_side_field: str
    icon: str
    icon_side: str
    scroll_thumb: str
    link: str
    accent: str
    accent_hovered: str
    accent_text: str
    badge: str
    badge_text: str
    alert: str
    alert_hovered: str
    alert_text: str
    new_line: str
    success: str
    warning: str
    danger: str
    good_surface: str
    good_text: str
    warn_surface: str
    warn_text: str
    info_surface: str
    info_text: str
    neutral_surface: str
    neutral_text: str
    danger_surface: str
    danger_text: str
    selection: str
    band: str
    band_hovered: str
    chip: str
    chip_text: str
    code: str
    code_text: str
    code_keyword: str
    code_string: str
    code_number: str
    code_comment: str
    spoiler: str
    lit: str
    lit_text: str
    lit_current: str
    lit_current_text: str
    popup: str
    popup_border: str
    popup_field: str
    button_border: str
    popup_fg: str
    popup_muted: str
    selected_popup: str
    online: str
    away: str
    offline: str
    nicks: tuple[str, ...]
    nicks_side: tuple[str, ...]
    avatars: tuple[str, ...]

    def named(self, role: str) -> str:
        """The colour of a role by its name, for pictures that follow the theme."""
        color = getattr(self, role)
        assert isinstance(color, str)
        return color


class ThemeColors(Struct, frozen=True):
    """What is taken from the theme."""

    bg: str
    fg: str
    primary: str
    success: str
    info: str
    warning: str
    danger: str
    is_dark: bool
    is_contrast: bool = False


@lru_cache(maxsize=8)  # a person goes to and fro between two
def tokens_of(theme: ThemeColors) -> Tokens:
    """Compute every role; the weights are the design of the window."""
    bg, fg, dark = theme.bg, theme.fg, theme.is_dark
    side = mix("#000000", bg, 0.26) if dark else mix(fg, bg, 0.045)
    own_card = mix("#000000", bg, 0.36) if dark else mix(fg, bg, 0.085)
    hovered = mix(fg, bg, 0.05 if dark else 0.04)
    field = mix(fg, bg, 0.075 if dark else 0.04)
    selected = mix(theme.primary, side, 0.34 if dark else 0.16)
    row_hovered = mix(fg, side, 0.06)
    muted = mix(fg, bg, 0.56 if dark else 0.62)
    band, band_hovered = mix(theme.warning, bg, 0.13), mix(theme.warning, bg, 0.18)
    chip = mix(theme.primary, bg, 0.26 if dark else 0.13)
    side_field = mix(fg, side, 0.075)
    popup = mix(fg, bg, 0.04) if dark else bg
    lit = mix(theme.warning, bg, 0.35)
    popup_field = mix(fg, popup, 0.06)
    selected_popup = mix(theme.primary, popup, 0.34 if dark else 0.16)
    popups = (popup, popup_field, selected_popup)
    code = mix("#000000", bg, 0.25) if dark else mix(fg, bg, 0.045)
    pane, sides = (bg, hovered, field, band, band_hovered), (side, own_card, selected, row_hovered)
    link = mix("#ffffff", theme.primary, 0.28) if dark else theme.primary
    accent = theme.primary
    badge = mix(fg, side, 0.62)
    alert = theme.danger

    def tinted(color: str) -> tuple[str, str]:
        surface = mix(color, bg, 0.20 if dark else 0.15)
        return surface, raised(color, (surface,))

    good, warn = tinted(theme.success), tinted(theme.warning)
    info, danger = tinted(theme.info), tinted(theme.danger)
    neutral = mix(fg, bg, 0.09)
    tokens = Tokens(
        is_dark=dark,
        bg=bg,
        fg=raised(fg, pane),
        side=side,
        own_card=own_card,
        field=field,
        field_border=mix(fg, bg, 0.14),
        hovered=hovered,
        selected=selected,
        selected_fg=raised("#ffffff" if dark else mix(theme.primary, fg, 0.55), (selected,)),
        row_hovered=row_hovered,
        row_text=raised(fg, sides),
        line=mix(fg, bg, 0.12),
        muted=raised(muted, pane),
        muted_side=raised(muted, sides),
        side_field=side_field,
        muted_side_field=raised(muted, (side_field,)),
        icon=raised(mix(fg, bg, 0.68), pane, CONTRAST_ICON_MIN),
        icon_side=raised(mix(fg, bg, 0.68), sides, CONTRAST_ICON_MIN),
        scroll_thumb=mix(fg, bg, 0.22),
        link=raised(link, pane),
        accent=accent,
        accent_hovered=_hovered(accent),
        accent_text=text_on(accent),
        badge=badge,
        badge_text=text_on(badge),
        alert=alert,
        alert_hovered=_hovered(alert),
        alert_text=text_on(alert),
        new_line=raised(alert, (bg,), CONTRAST_ICON_MIN),
        success=theme.success,
        warning=theme.warning,
        danger=raised(theme.danger, pane),
        good_surface=good[0],
        good_text=good[1],
        warn_surface=warn[0],
        warn_text=warn[1],
        info_surface=info[0],
        info_text=info[1],
        neutral_surface=neutral,
        neutral_text=raised(mix(fg, bg, 0.75), (neutral,)),
        danger_surface=danger[0],
        danger_text=danger[1],
        selection=mix(theme.primary, bg, 0.45 if dark else 0.28),
        band=band,
        band_hovered=band_hovered,
        chip=chip,
        chip_text=raised(link, (chip,)),
        code=code,
        code_text=raised(fg, (code,)),
        code_keyword=raised(_tuned("#8b5cf6", dark), (code,)),
        code_string=raised(_tuned("#1f8a4c", dark), (code,)),
        code_number=raised(_tuned("#c2600c", dark), (code,)),
        code_comment=raised(muted, (code,)),
        spoiler=mix(fg, bg, 0.30),
        lit=lit,
        lit_text=raised(fg, (lit,)),
        lit_current=theme.warning,
        lit_current_text=text_on(theme.warning),
        popup=popup,
        popup_border=mix(fg, bg, 0.22),
        popup_field=popup_field,
        button_border=popup_field,
        popup_fg=raised(fg, popups),
        popup_muted=raised(muted, popups),
        selected_popup=selected_popup,
        online=theme.success,
        away=theme.warning,
        offline=mix(fg, bg, 0.55),
        nicks=tuple(raised(_tuned(hue, dark), (*pane, popup)) for hue in _NICK_HUES),
        nicks_side=tuple(raised(_tuned(hue, dark), sides) for hue in _NICK_HUES),
        avatars=_NICK_HUES,
    )
    return _in_contrast(tokens) if theme.is_contrast else tokens


def _in_contrast(tokens: Tokens) -> Tokens:
    """One ground for all but code, borders in the colour of the text, and no quiet text."""
    bg, fg, code = tokens.bg, tokens.fg, mix(tokens.fg, tokens.bg, 0.13)
    grounds = ("side", "own_card", "popup")
    quiet = ("muted", "muted_side", "popup_muted", "muted_side_field", "icon", "icon_side")
    borders = ("line", "field_border", "popup_border", "button_border", "scroll_thumb")
    nicks = tuple(
        raised(color, (bg, tokens.band_hovered), CONTRAST_HIGH_MIN) for color in tokens.nicks
    )
    colors = {**dict.fromkeys(grounds, bg), **dict.fromkeys((*quiet, *borders), fg)}
    for role in ("code_text", "code_keyword", "code_string", "code_number", "code_comment"):
        colors[role] = raised(tokens.named(role), (code,), CONTRAST_HIGH_MIN)
    return replace(tokens, nicks=nicks, nicks_side=nicks, code=code, **colors)


def _hovered(color: str) -> str:
    """A ground under the pointer, on which the text of `text_on` reads still better."""
    has_pale_text = text_on(color) == "#ffffff"
    return mix("#000000" if has_pale_text else "#ffffff", color, 0.14)


def _tuned(hue: str, is_dark: bool) -> str:
    return mix("#ffffff", hue, 0.18) if is_dark else mix("#000000", hue, 0.14)


def _channels(color: str) -> tuple[int, int, int]:
    assert len(color) == 7 and color[0] == "#", color
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _luminance(color: str) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(channel) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
