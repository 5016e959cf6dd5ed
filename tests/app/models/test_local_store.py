"""The store as a whole: one commit a batch, all or nothing, and clear words for a bad disk."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from app.models.commands import LoadHistory, SaveSetting, StorePost
from app.models.events import LinkChanged, LinkState, PersonNamed, PostAccepted, RoomsComplete
from app.models.local_store import LocalStore
from app.models.store_answers import PostStored
from app.models.store_errors import StoreError
from app.models.store_settings import SETTING_BYTES_MAX
from protocol.limits import MESSAGE_BYTES_MAX
from tests.app.models.store_fixtures import (
    ADDRESS,
    FILE,
    copied_folder,
    followed,
    listed,
    open_store,
    received,
    signed_in,
    started_store,
    wish,
)


def statements(store: LocalStore) -> list[str]:
    seen: list[str] = []
    store._connection.set_trace_callback(seen.append)
    return seen


class TestBatch:
    def test_is_one_commit(self, store: LocalStore) -> None:
        seen = statements(store)

        store.apply(wish(), listed(), followed(3), received(1, 3), PostAccepted(1, 3, 3), wish())

        assert [s for s in seen if s.split()[0] in ("BEGIN", "COMMIT", "ROLLBACK")] == [
            "BEGIN IMMEDIATE",
            "COMMIT",
        ]

    def test_is_undone_as_a_whole(self, store: LocalStore) -> None:
        with pytest.raises(ValueError, match="lone surrogates"):
            store.apply(wish("good"), listed(), wish("bad \ud800"))

        restored = store.restore(store.use_server(ADDRESS))
        assert (restored.outbox, restored.rooms, restored.next_client_seq) == ((), (), 1)

    def test_without_news_writes_nothing(self, tmp_path: Path, store: LocalStore) -> None:
        news = (listed(), followed(3), signed_in(rooms=(3,)), PersonNamed(9, "bob"))
        store.apply(*news)
        size = (tmp_path / f"{FILE}-wal").stat().st_size

        for _ in range(50):
            store.apply(listed(), signed_in(rooms=(3,)), PersonNamed(9, "bob"))

        assert (tmp_path / f"{FILE}-wal").stat().st_size == size

    def test_ignores_what_is_of_the_moment(self, store: LocalStore) -> None:
        assert store.apply(LinkChanged(LinkState.ONLINE), RoomsComplete()) == []

    def test_answers_in_order(self, store: LocalStore) -> None:
        answers = store.apply(wish(token=5), LoadHistory(3, 9, 9), wish(token=6))

        assert [type(answer).__name__ for answer in answers] == [
            "PostStored",
            "HistoryLoaded",
            "PostStored",
        ]
        assert [a.token for a in answers if isinstance(a, PostStored)] == [5, 6]

    def test_is_on_disk_when_it_is_answered(self, tmp_path: Path) -> None:
        home = tmp_path / "home"
        home.mkdir()
        store = started_store(home)
        store.apply(wish(), received(1, 3), followed(3), signed_in(4, rooms=(3,)))

        copy = open_store(copied_folder(home, tmp_path / "copy"))

        server = store.use_server(ADDRESS)
        assert copy.restore(server) == store.restore(server)
        assert copy.restore(server).name == "ada"
        copy.close()
        store.close()


class TestNames:
    def test_are_kept_until_the_server_says_they_are_old(self, store: LocalStore) -> None:
        server = store.use_server(ADDRESS)
        store.apply(signed_in(names_version=1), PersonNamed(9, "bob"), PersonNamed(9, "rob"))

        store.apply(signed_in(names_version=1))
        assert store.restore(server).names == ((9, "rob"),)

        store.apply(signed_in(names_version=2))
        assert store.restore(server).names == ()
        assert store.restore(server).names_version == 2


class TestSettings:
    def test_are_kept(self, store: LocalStore) -> None:
        store.apply(
            SaveSetting("theme", "dark"), SaveSetting("draft", "a"), SaveSetting("draft", "")
        )

        assert store.settings() == {"theme": "dark", "draft": ""}

    def test_are_bounded(self, store: LocalStore) -> None:
        store.apply(SaveSetting("key", "x" * SETTING_BYTES_MAX))

        with pytest.raises(ValueError, match="more than"):
            store.apply(SaveSetting("key", "x" * (SETTING_BYTES_MAX + 1)))


class TestText:
    @pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
    def test_that_is_none_is_refused(self, store: LocalStore, text: str) -> None:
        for item in (wish(text), SaveSetting("draft", text), SaveSetting(text, "")):
            with pytest.raises(ValueError, match="lone surrogates"):
                store.apply(item)

    def test_is_bounded_in_bytes(self, store: LocalStore) -> None:
        longest = "é" * (MESSAGE_BYTES_MAX // 2)
        store.apply(wish(longest))

        with pytest.raises(ValueError, match="16386 bytes, more than 16384"):
            store.apply(wish(longest + "é"))

    def test_of_a_room_name_is_checked(self, store: LocalStore) -> None:
        with pytest.raises(ValueError, match="lone surrogates"):
            store.apply(StorePost(0, b"", "\ud800", 1, "", 0))


class TestOpen:
    def test_keeps_it_for_the_owner(self, tmp_path: Path, store: LocalStore) -> None:
        if os.name == "posix":
            for file in tmp_path.glob(f"{FILE}*"):
                assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_is_durable_and_alone(self, tmp_path: Path, store: LocalStore) -> None:
        with pytest.raises(StoreError, match="in use by another program"):
            open_store(tmp_path)

    def test_names_a_damaged_file_and_the_way_out(self, tmp_path: Path) -> None:
        (tmp_path / FILE).write_bytes(b"garbage, and more than a header of it" * 100)

        with pytest.raises(StoreError, match=f"{FILE} is damaged: move it away"):
            open_store(tmp_path)
        assert (tmp_path / FILE).read_bytes().startswith(b"garbage")

    def test_names_a_file_that_is_damaged_inside(self, tmp_path: Path) -> None:
        store = started_store(tmp_path)
        store.apply(listed(), followed(999), *(received(n, n + 99) for n in range(1, 1000, 100)))
        ((page,),) = store._connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'entries'"
        )
        store.close()
        with (tmp_path / FILE).open("r+b") as file:
            file.seek((page - 1) * 4096)
            file.write(b"\xff" * 4096)

        store = started_store(tmp_path)
        with pytest.raises(StoreError, match="is damaged: move it away"):
            store.apply(LoadHistory(3, 999, 9))
        store.close()

    def test_names_a_newer_file(self, tmp_path: Path) -> None:
        with sqlite3.connect(tmp_path / FILE) as connection:
            connection.execute("PRAGMA user_version = 99")
        connection.close()

        with pytest.raises(StoreError, match="use a newer Hubbub"):
            open_store(tmp_path)

    def test_names_a_folder_that_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="cannot be opened"):
            open_store(tmp_path / "missing")

    @pytest.mark.skipif(
        not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
    )
    def test_names_a_folder_that_is_read_only(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o500)
        try:
            with pytest.raises(StoreError, match="cannot be opened: Permission denied"):
                open_store(tmp_path)
        finally:
            tmp_path.chmod(0o700)

    def test_can_be_closed_twice(self, tmp_path: Path) -> None:
        store = open_store(tmp_path)

        store.close()
        store.close()
