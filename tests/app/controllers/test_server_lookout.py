"""Servers on this network are looked for while the own one is away: it says when it is back."""

from __future__ import annotations

import pytest

from app.models.events import LinkState
from app.models.server_lists import FoundServer
from tests.app.controllers.window_world import HOST, SERVER, Program, WindowWorld

SOON_S = 1.2


def leave_alone(world: WindowWorld, anna: Program) -> None:
    """The server is away for so long that it has forgotten her, and she tries seldom."""
    world.dead_hosts = {HOST}
    anna.until(lambda: anna.model.link.retry_in_s > 12.0, 400.0)
    world.dead_hosts = set()


def found(anna: Program, *, address: str = "10.0.0.77:1", fingerprint: str = "") -> FoundServer:
    return FoundServer("k", "Harbour", address, 3, fingerprint=fingerprint)


def is_back(world: WindowWorld, anna: Program) -> bool:
    return world.run(SOON_S, lambda: anna.model.link.state is LinkState.ONLINE)


class TestWhileTheServerIsAway:
    @pytest.mark.parametrize("by", ["its key", "its address", "an answer"])
    def test_its_announcement_brings_us_back_at_once(
        self, world: WindowWorld, anna: Program, by: str
    ) -> None:
        leave_alone(world, anna)
        assert anna.is_looking
        match by:
            case "its key":
                anna.find(found(anna, fingerprint=anna.model.fingerprint))
            case "its address":
                anna.find(found(anna, address=SERVER))
            case _:
                anna.find(FoundServer("k", "Harbour", SERVER, 3, 0.01))

        assert is_back(world, anna)
        assert not anna.is_looking

    def test_another_server_is_no_reason_to_try(self, world: WindowWorld, anna: Program) -> None:
        leave_alone(world, anna)
        anna.find(found(anna, fingerprint="e" * 32))
        assert not is_back(world, anna)

    def test_what_was_known_already_is_no_news(self, world: WindowWorld, anna: Program) -> None:
        world.dead_hosts = {HOST}
        anna.until(lambda: anna.model.link.state is LinkState.OFFLINE, 400.0)
        harbour = found(anna, fingerprint=anna.model.fingerprint)
        anna.find(harbour)
        leave_alone(world, anna)
        anna.find(harbour)
        assert not is_back(world, anna)

    def test_whoever_looks_at_the_window_is_not_kept_waiting(
        self, world: WindowWorld, anna: Program
    ) -> None:
        leave_alone(world, anna)
        anna.model.reading.look(True)
        assert is_back(world, anna)

    def test_who_does_not_want_it_asks_nobody(self, world: WindowWorld, anna: Program) -> None:
        leave_alone(world, anna)
        anna.calls.on_discovery(False)
        assert not anna.is_looking
        anna.calls.on_discovery(True)
        assert anna.is_looking

    def test_closing_ends_the_search(self, world: WindowWorld, anna: Program) -> None:
        leave_alone(world, anna)
        anna.end()
        assert not anna.is_looking
