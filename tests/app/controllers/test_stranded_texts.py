"""Messages that wait for another server, from the disk to the list and away."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.commands import StorePost
from app.models.events import ServerKeySeen, SignedIn
from app.models.local_store import LocalStore
from app.models.store_answers import EarlierServerFound
from app.views.rows import BannerKind
from protocol import noise
from tests.app.controllers.window_world import Program, WindowWorld

KEY = b"f" * 32


@pytest.fixture
def folder(tmp_path: Path, world: WindowWorld) -> Path:
    """A data folder with two messages for a server that was met before, and a wish."""
    folder = tmp_path / "anna"
    folder.mkdir()
    store = LocalStore.open(folder / "store", random_bytes=world.random.randbytes)
    store.restore(store.use_server("far:1"))
    store.apply(
        ServerKeySeen(KEY, noise.fingerprint(KEY)),
        SignedIn(1, 1, "anna", "Harbour", (), 0, 1),
        StorePost(1, b"stream", "dev", 1, "the *first*\ntext", world.time_ms),
        StorePost(2, b"stream", "dev", 3, "", world.time_ms),
        StorePost(3, b"stream", "ops", 1, "second", world.time_ms + 86_400_000),
    )
    store.close()
    return folder


class TestStrandedTexts:
    def test_they_are_listed_with_room_server_and_time(
        self, world: WindowWorld, folder: Path
    ) -> None:
        anna = world.start_program(folder, room="general").in_room()

        assert [(row.head, row.text) for row in anna.last("show_stranded")] == [
            ("#dev · Harbour · Today, 12:13", "the *first*\ntext"),
            ("#ops · Harbour · Monday, 24 November, 12:13", "second"),
        ]

    def test_one_is_given_up_for_good(self, world: WindowWorld, folder: Path) -> None:
        anna = world.start_program(folder, room="general").in_room()

        anna.calls.on_drop_stranded(anna.last("show_stranded")[0].key)
        anna.until(lambda: [row.text for row in anna.last("show_stranded")] == ["second"])
        world.end_program(anna)

        again = world.start_program(folder, room="general").in_room()
        assert [row.text for row in again.last("show_stranded")] == ["second"]

    def test_what_is_for_this_server_is_not_among_them(
        self, world: WindowWorld, anna: Program
    ) -> None:
        world.network.loss = 1.0
        anna.say("waits here")
        world.run(1.0)
        anna.calls.on_drop_stranded((anna.model.server, 1))
        world.run(1.0)

        assert anna.last("show_stranded") == []
        assert anna.texts == ["waits here"]

    def test_the_line_about_them_leads_to_them(self, world: WindowWorld, folder: Path) -> None:
        anna = world.start_program(folder, room="general").in_room()
        anna.model.apply(EarlierServerFound(is_same=False, messages=2))
        anna.until(lambda: anna.last("set_banner") is not None)
        assert anna.last("set_banner").kind is BannerKind.KEPT_TEXTS

        anna.calls.on_banner_action(BannerKind.KEPT_TEXTS)
        anna.window.open_stranded.assert_called_once_with()
        anna.until(lambda: anna.last("set_banner") is None)
