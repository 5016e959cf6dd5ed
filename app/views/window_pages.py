"""The pages that lie over the whole chat: the connect page, and the red one of a changed key."""

import tkinter as tk
from collections.abc import Callable

from app.views.callbacks import MainWindowCallbacks
from app.views.connect_dialog import ConnectPage
from app.views.key_page import KeyPage
from app.views.late import Late
from app.views.server_rows import ConnectRow, KeyChangedRow
from app.views.theme import Look


class WindowPages:
    """At most one of them is shown."""

    def __init__(
        self,
        root: tk.Misc,
        look: Look,
        callbacks: MainWindowCallbacks,
        *,
        on_test_network: Callable[[str | None], None],
        on_cover: Callable[[], None],
    ) -> None:
        """`on_cover` is called before a page covers the chat."""
        self._on_cover = on_cover
        self.connect = Late(
            lambda: ConnectPage(
                root,
                look,
                on_connect=callbacks.on_connect,
                on_cancel=callbacks.on_cancel_connect,
                on_try_now=callbacks.on_try_now,
                on_test_network=on_test_network,
                on_forget=callbacks.on_forget_server,
            )
        )
        self.key_changed = Late(lambda: KeyPage(root, look, on_leave=callbacks.on_disconnect))

    @property
    def current(self) -> ConnectPage | KeyPage | None:
        """The page that is shown."""
        pages = (self.connect.made, self.key_changed.made)
        return next((page for page in pages if page is not None and page.winfo_manager()), None)

    def show_connect(self, row: ConnectRow) -> None:
        """The connect page, or what is news in it."""
        before, page = self.current, self.connect()
        page.show(row)
        if before is not page:
            self._cover(page)

    def show_key_changed(self, row: KeyChangedRow) -> None:
        """Both fingerprints and one way out."""
        self.key_changed().show(row)
        self._cover(self.key_changed())

    def leave(self) -> bool:
        """Uncover the chat; False if it was not covered."""
        page = self.current
        if page is None:
            return False
        page.place_forget()
        return True

    def _cover(self, page: ConnectPage | KeyPage) -> None:
        before = self.current
        if before is not None and before is not page:
            before.place_forget()
        self._on_cover()
        page.place(x=0, y=0, relwidth=1.0, relheight=1.0)
        page.lift()
        page.take_focus()
