"""The countdown while the server slows somebody down: seen from a flood that is really too fast."""

from __future__ import annotations

from pathlib import Path

from pytest_mock import MockerFixture

from app.models.events import LinkChanged, LinkState, PostDelayed
from server.server_config import ServerConfig
from tests.app.controllers.window_world import Program, WindowWorld


def waits(anna: Program) -> list[str]:
    return [call.args[0] for call in anna.window.set_wait.call_args_list]


class TestPace:
    def test_counts_down_and_goes(self, world: WindowWorld, anna: Program) -> None:
        world.kill_server()
        anna.say("x")
        world.run(0.01)
        anna.model.apply(PostDelayed(1, 2.4))
        world.run(5.0)

        assert [text[-4:-1] for text in waits(anna) if text] == ["3\u00a0s", "2\u00a0s", "1\u00a0s"]
        assert waits(anna)[-1] == ""
        world.revive_server()  # while it does not answer, that is counted
        world.run(5.0)
        assert anna.scheduler.waiting == 0

    def test_goes_as_soon_as_everything_was_taken(self, world: WindowWorld, anna: Program) -> None:
        anna.say("x")
        anna.model.apply(PostDelayed(1, 9.0))
        assert waits(anna)[-1].endswith("9\u00a0s.")

        anna.until(lambda: not anna.model.unsent)

        assert waits(anna)[-1] == ""

    def test_goes_with_the_connection(self, world: WindowWorld, anna: Program) -> None:
        anna.model.apply(PostDelayed(1, 9.0))
        anna.model.apply(LinkChanged(LinkState.OFFLINE, 1.0, "Lost."))

        assert waits(anna)[-1] == ""

    def test_flood_is_told_and_ends(self, mocker: MockerFixture, tmp_path: Path) -> None:
        world = WindowWorld(mocker, seed=5, config=ServerConfig(rate_limits=True))
        anna = world.start_program(tmp_path / "anna")
        anna.until(lambda: anna.model.link.state is LinkState.ONLINE)
        anna.calls.on_join_room("general")
        anna.in_room()
        for number in range(60):
            anna.say(f"line {number}")
        anna.until(lambda: any("Slow down" in text for text in waits(anna)), 30.0)
        anna.until(lambda: not anna.model.unsent, 120.0)

        assert waits(anna)[-1] == ""
        assert len(anna.texts) == 60
