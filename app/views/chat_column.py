"""The middle of the window: a room's header, banner, messages, composer and status line."""

import tkinter as tk
from collections.abc import Callable
from datetime import date
from typing import Protocol

from app.views import fonts
from app.views.banner_view import BannerView
from app.views.callbacks import MainWindowCallbacks
from app.views.composer_view import ComposerView
from app.views.find_bar import FindBar
from app.views.header_view import HeaderView
from app.views.no_room import NoRoom
from app.views.quoting import Quoting
from app.views.room_drafts import RoomDrafts
from app.views.rows import BannerRow, HeaderRow, Key, TimelineRows
from app.views.status_line_view import StatusLineView
from app.views.surface import Surface, Words
from app.views.theme import Look
from app.views.timeline_panes import TimelinePanes
from app.views.window_popups import WindowPopups
from app.views.writing_hint import WritingHint


class ChatColumnHost(Protocol):
    """What its buttons do elsewhere in the window."""

    popups: WindowPopups

    @property
    def is_chat_seen(self) -> bool: ...
    def toggle_rooms_overlay(self) -> None: ...
    def toggle_people(self) -> None: ...
    def toggle_link_details(self) -> None: ...
    def toggle_emoji_picker(self) -> None: ...
    def open_join_dialog(self) -> None: ...


class ChatColumn(Surface):
    """One room at a time."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        callbacks: MainWindowCallbacks,
        host: ChatColumnHost,
        today: Callable[[], date],
    ) -> None:
        super().__init__(master, look)
        self._callbacks = callbacks
        self._room_name = ""
        self.header = HeaderView(
            self,
            look,
            on_menu=host.toggle_rooms_overlay,
            on_toggle_people=host.toggle_people,
            on_pill=host.toggle_link_details,
            on_topic=lambda: host.popups.toggle_topic(self.header),
            on_find=self._toggle_find_bar,
        )
        self.header.pack(fill="x")
        self.banner = BannerView(
            self,
            look,
            on_action=callbacks.on_banner_action,
            on_test_network=lambda: host.popups.open_network_test(None),
        )
        self.status_line = StatusLineView(self, look)
        self.status_line.pack(side="bottom", fill="x")
        self.composer = ComposerView(
            self,
            look,
            on_submit=self._submit,
            on_change=lambda text: self.drafts.typed(text),
            on_counter=self.status_line.set_counter,
            on_block=self.status_line.set_in_block,
            on_emoji=host.toggle_emoji_picker,
        )
        self.drafts = RoomDrafts(self.composer, callbacks.on_draft_change)
        self.composer.pack(side="bottom", fill="x", pady=(look.px(8), 0))
        self.writing_hint = WritingHint(self, look)
        self.panes = TimelinePanes(
            self,
            look,
            callbacks,
            today,
            quoting=Quoting(self.composer),
            is_looked_at=lambda: host.is_chat_seen,
            on_author=lambda row, spot: host.popups.cards.open_of_author(row, spot),
            on_person_name=lambda name, spot: host.popups.cards.open_of_name(name, spot),
            on_done=lambda: self.composer.text.focus_set(),
        )
        self.panes.pack(fill="both", expand=True)
        self.waiting = Words(self, look, font=fonts.BODY, role="muted")
        self.no_room = NoRoom(self, look, on_join=host.open_join_dialog)
        self.find_bar = FindBar(
            self,
            look,
            pane=lambda: self.panes.current,
            on_find=callbacks.on_find,
            on_go_to=callbacks.on_go_to,
            on_everywhere=lambda: host.popups.search.toggle(),
            on_close=self.close_find_bar,
        )

    def show_header(self, row: HeaderRow) -> None:
        """Name and topic of the room; the composer says the same name."""
        self.header.show(row)
        self._room_name = row.room_name
        if row.room_name and self.composer.is_enabled:
            self.composer.set_room(row.room_name)
        self.waiting.configure(text=row.waiting)
        self._place_instead(self.waiting, bool(row.waiting))
        self._place_instead(self.no_room, not (row.room_name or row.waiting))

    def show_timeline(self, rows: TimelineRows) -> None:
        """The messages of a room, and its draft in the composer when it is another one."""
        if rows.room_key != self.drafts.room_key:
            self.drafts.switch(rows.room_key)
            self.composer.set_room(rows.room_name)
        self.panes.show(rows)
        if self.find_bar.winfo_manager():
            self.find_bar.refresh()

    def set_banner(self, row: BannerRow | None) -> None:
        """The one line under the header, None takes it away."""
        if row is None:
            self.banner.pack_forget()
            return
        self.banner.show(row)
        self.banner.pack(fill="x", after=self.header)

    def set_composer_enabled(self, is_enabled: bool, reason: str) -> None:
        """Off with words in its place."""
        self.composer.set_enabled(is_enabled, reason)
        self.status_line.set_writable(is_enabled)
        if is_enabled and self._room_name:
            self.composer.set_room(self._room_name)

    def show_writing_hint(self, text: str) -> None:
        """Words right above the composer, "" takes them away."""
        self.writing_hint.say(text)
        if text:
            pad = self.look.px(16), (self.look.px(8), 0)
            self.writing_hint.pack(
                side="bottom", fill="x", padx=pad[0], pady=pad[1], after=self.composer
            )
        else:
            self.writing_hint.pack_forget()

    def open_find_bar(self) -> None:
        """The bar above the messages that finds words in them."""
        self.find_bar.pack(fill="x", before=self.panes)
        self.find_bar.begin()

    def show_hit(self, room_key: Key, key: Key, words: str) -> None:
        """Go to a message of the room in which the words are; without any, to the message. Nothing
        if the room is not shown: it may be gone, and another one has messages of these keys."""
        pane = self.panes.current
        if pane is None or pane.room_key != room_key:
            return
        if words:
            self.find_bar.pack(fill="x", before=self.panes)
            self.find_bar.begin_at(words, key)
        else:
            self.close_find_bar()
            self.panes.go_to(key)

    def close_find_bar(self) -> None:
        """Away with it; the keys belong to the composer again."""
        if self.find_bar.winfo_manager():
            self.find_bar.pack_forget()
            self.find_bar.close()
            self.composer.text.focus_set()

    def _place_instead(self, widget: tk.Widget, is_shown: bool) -> None:
        """In the middle of where there are no messages."""
        if is_shown:
            widget.place(in_=self.panes, relx=0.5, rely=0.5, anchor="center")
            widget.lift()
        else:
            widget.place_forget()

    def _toggle_find_bar(self) -> None:
        if self.find_bar.winfo_manager():
            self.close_find_bar()
        else:
            self.open_find_bar()

    def _submit(self, text: str) -> None:
        if self.drafts.room_key is not None:
            self.panes.current_scroll_to_newest()
            self.status_line.end_mishap()
            self._callbacks.on_send(self.drafts.room_key, text)
