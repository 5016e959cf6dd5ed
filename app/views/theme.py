"""The theme of Hubbub and the one place where views learn of its colours, sizes and fonts."""

import tkinter as tk
from collections.abc import Callable
from typing import Literal

import ttkbootstrap as ttk

from app.views import fonts
from app.views.fonts import create_fonts
from app.views.images import Images
from app.views.tokens import ThemeColors, Tokens, tokens_of

ThemeMode = Literal["light", "dark"]

_FAMILY = "hubbub"
_CONTRAST = "contrast"


def register_themes() -> None:
    """Make our themes known, each in light and dark."""
    ttk.Theme(
        _FAMILY,
        primary="#4f6bed",
        success="#1fa463",
        info="#0ea5e9",
        warning="#f0b132",
        danger="#e5484d",
        light={"background": "#ffffff", "foreground": "#1f2430"},
        dark={"background": "#272a33", "foreground": "#e3e6ee"},
    ).register()  # type: ignore[no-untyped-call]
    ttk.Theme(
        _CONTRAST,
        primary="#1a5fff",
        success="#00a000",
        info="#0080c0",
        warning="#ffd000",
        danger="#ff4040",
        light={"background": "#ffffff", "foreground": "#000000"},
        dark={"background": "#000000", "foreground": "#ffffff"},
    ).register()  # type: ignore[no-untyped-call]


def registered_name(theme: str) -> str:
    """What the theme engine calls "light", "dark" and "contrast"; others keep their name."""
    if theme == _CONTRAST:
        return f"{_CONTRAST}-dark"
    return f"{_FAMILY}-{theme}" if theme in ("light", "dark") else theme


class Look:
    """Colours, sizes, fonts and pictures of one window; every view is given it.

    `tokens` is replaced at each theme change, then every watcher repaints. Sizes are logical
    pixels; `px` turns them into real ones.
    """

    def __init__(self, root: ttk.App) -> None:
        self._root = root
        self._real_sizes: dict[float, int] = {}  # the scale of a window never changes
        self._styles: set[tuple[str, str]] = set()
        root.set_theme_modes(light=f"{_FAMILY}-light", dark=f"{_FAMILY}-dark")
        create_fonts(root, self.px)
        self.text_scale = 1.0
        self._watchers: dict[str, Callable[[], None]] = {}
        #: Those of them that the size of the messages matters to.
        self._sized: dict[str, Callable[[], None]] = {}
        self.tokens = self._computed()
        self.images = Images(self.tokens, self.px)
        ttk.on_theme_change(self._on_theme_change, call_now=False)

    @property
    def mode(self) -> ThemeMode:
        return "dark" if self.tokens.is_dark else "light"

    def use(self, theme: str) -> None:
        """Switch to "light", "dark", "contrast" or any registered theme by its name."""
        self._root.theme_use(registered_name(theme))

    def px(self, logical: float) -> int:
        """Real pixels for a logical size, at least 1 for anything above 0."""
        real = self._real_sizes.get(logical)
        if real is None:
            real = int(ttk.scale_size(self._root, logical))  # type: ignore[no-untyped-call]
            real = self._real_sizes[logical] = max(1, real) if logical > 0 else real
        return real

    def remember_style(self, name: str) -> bool:
        """Whether the theme of now has no style of this name yet; from now on it has."""
        known = (str(self._root.style.theme_use()), name)  # type: ignore[no-untyped-call]
        is_new = known not in self._styles
        self._styles.add(known)
        return is_new

    def scale_messages(self, percent: int) -> None:
        """Set the size of the messages in percent; those repaint that have something to do with
        it."""
        if percent != round(self.text_scale * 100):
            self.text_scale = percent / 100
            fonts.scale_messages(self._root, self.px, self.text_scale)
            for repaint in list(self._sized.values()):
                repaint()

    def watch(
        self, widget: tk.Misc, repaint: Callable[[], None], *, has_messages: bool = False
    ) -> None:
        """Call `repaint` now and after each theme change, as long as `widget` lives; with
        `has_messages` also when their size changes."""
        name = f"{widget}/{len(self._watchers)}/{id(repaint)}"
        self._watchers[name] = repaint
        if has_messages:
            self._sized[name] = repaint

        def forget(event: "tk.Event[tk.Misc]") -> None:
            if event.widget is widget:
                self._watchers.pop(name, None)
                self._sized.pop(name, None)

        widget.bind("<Destroy>", forget, add="+")
        repaint()

    def close(self) -> None:
        """Stop following the theme; call it before the root is destroyed."""
        ttk.remove_theme_change_callback(self._on_theme_change)
        self._watchers.clear()
        self._sized.clear()

    def _on_theme_change(self, _style: object) -> None:
        self.tokens = self._computed()
        self.images.repaint(self.tokens)
        for repaint in list(self._watchers.values()):
            repaint()

    def _computed(self) -> Tokens:
        style = self._root.style
        name = str(style.theme_use())  # type: ignore[no-untyped-call]
        colors = style.colors
        return tokens_of(
            ThemeColors(
                bg=str(colors.bg),
                fg=str(colors.fg),
                primary=str(colors.primary),
                success=str(colors.success),
                info=str(colors.info),
                warning=str(colors.warning),
                danger=str(colors.danger),
                is_dark=style.theme_mode == "dark",
                is_contrast=name.startswith(_CONTRAST),
            )
        )
