"""A window as the system knows it: its size and look, whether it is looked at, and its end."""

import tkinter as tk
from types import TracebackType

import ttkbootstrap as ttk

from app.translation import _, language
from app.views import clipboard
from app.views.attention import Attention
from app.views.callbacks import MainWindowCallbacks
from app.views.event_source import Drain, EventSource, watch_readable
from app.views.hint import hint_of
from app.views.menu_look import menu_look_of
from app.views.screen_place import place_on_screen
from app.views.theme import Look, register_themes, registered_name
from app.views.widgets import Button
from app.views.window_events import begin_window_events
from app.views.window_icon import show_window_icon

SIZE = (1100, 720)
SIZE_MIN = (480, 480)
#: Languages that ttkbootstrap knows by another name than ours.
_TTK_LOCALES = {"de": "de_de"}


def _press_button(event: "tk.Event[tk.Misc]") -> None:
    if isinstance(event.widget, Button):
        event.widget.invoke()


class ProgramWindow:
    """What a window of this program is before anything is in it; it is not shown yet."""

    def __init__(
        self,
        callbacks: MainWindowCallbacks,
        *,
        theme_mode: str,
        scaling: float | None,
        size: tuple[int, int],
    ) -> None:
        """`scaling` is Tk's own factor (4/3 is 100 % at 96 dpi), None leaves what Tk found."""
        self._callbacks = callbacks
        # For the few words that ttkbootstrap says itself.
        ttk.set_locale(_TTK_LOCALES.get(language(), language()))
        # Known before the window is made, else another theme is built first, and for nothing.
        register_themes()
        # The class is what a task bar puts windows of one program together by.
        self.root = ttk.App(
            "Hubbub", registered_name(theme_mode), iconphoto=None, scaling=scaling, high_dpi=True,
            className="Hubbub",
        )  # fmt: skip
        self.root.withdraw()
        begin_window_events(self.root)
        self.root.report_callback_exception = self._report
        # ttkbootstrap takes Space from buttons; people press buttons with it.
        self.root.bind_class("TButton", "<Key-space>", _press_button)
        self.root.protocol("WM_DELETE_WINDOW", self.close)
        self.look = hint_of(self.root).look = Look(self.root)
        show_window_icon(self.root, self.look.tokens)
        self._event_sources: list[EventSource] = []
        self._is_closed = False
        self._attention = Attention(self.root, lambda is_in_front: self._looked(is_in_front))
        width, height = self._real_size(size)
        self.root.geometry(f"{width}x{height}")
        self.root.minsize(*self._real_size(SIZE_MIN))
        self.look.watch(self.root, self._repaint)

    def _real_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """In real pixels; no more than the screen has, however large everything is drawn."""
        width, height = map(self.look.px, size)
        return min(width, self.root.winfo_screenwidth()), min(
            height, self.root.winfo_screenheight()
        )

    def put_at(self, geometry: str) -> None:
        """Where it was before, as far as that is on the screen; what is no geometry of Tk's is
        left."""
        root = self.root
        screen = (root.winfo_screenwidth(), root.winfo_screenheight())
        place = place_on_screen(geometry, screen, root.minsize())
        if place:
            root.geometry(place)

    # its person

    @property
    def is_in_front(self) -> bool:
        """Whether the window is on the screen and has the keyboard: its person sees it."""
        return self._attention.is_in_front

    def come_to_front(self) -> None:
        """Before other programs' windows, also when it was an icon."""
        self._attention.come_to_front()

    def demand_attention(self) -> None:
        """Mark the window in the task bar until its person looks at it."""
        if not self.is_in_front:
            self._attention.demand()

    def ring(self) -> None:
        """The bell, as the system has it."""
        self.root.bell()

    def copy_text(self, text: str) -> None:
        """Put a text on the clipboard."""
        clipboard.copy(self.root, text)

    # life

    def watch_readable(self, descriptor: int, drain: Drain) -> EventSource:
        """Call `drain` whenever `descriptor` can be read, until the window closes."""
        source = watch_readable(self.root, descriptor, drain)
        self._event_sources.append(source)
        return source

    def run(self) -> None:
        """The main loop; returns when the window is closed."""
        self.root.mainloop()

    def close(self) -> None:
        """Tell `on_close`, stop all sources and destroy the window; a second call does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        self._attention.close()
        self._finish()
        self._callbacks.on_close()
        for source in self._event_sources:
            source.close()
        hint_of(self.root).hide()
        self.look.close()
        self.root.destroy()

    # for what is in it

    def set_notice(self, text: str) -> None:
        """One quiet line about a mishap."""
        raise NotImplementedError

    def _looked(self, is_in_front: bool) -> None:
        """Its person came to it, or turned to something else."""
        raise NotImplementedError

    def _finish(self) -> None:
        """The last moment to tell of something."""
        raise NotImplementedError

    def _repaint(self) -> None:
        tokens = self.look.tokens
        self.root.configure(background=tokens.bg)
        menu_look_of(self.root).follow(self.root, self.look)

    def _report(
        self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        """Tk would only print it; the window goes on, somebody logs it."""
        self._callbacks.on_callback_error(error)
        if not self._is_closed:
            self.set_notice(_("Something went wrong in the window. It was noted in the log."))
