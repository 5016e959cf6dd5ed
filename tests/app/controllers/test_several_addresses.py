"""A server at several addresses: when one does not answer, the others are tried."""

from __future__ import annotations

from pathlib import Path

from app.models.events import LinkState
from app.views.rows import BannerKind, BannerRow
from tests.app.controllers.window_world import HOST, SERVER, Program, WindowWorld

OTHER = "10.0.0.98"
NO_BANNER = BannerRow(BannerKind.ERROR, "")


def met_at_both(world: WindowWorld, tmp_path: Path) -> Program:
    """Somebody who was let in at both addresses before, and is at the first of them."""
    for server in (f"{OTHER}:48228", SERVER):
        before = world.start_program(tmp_path / "anna", server=server, room="general")
        world.end_program(before.in_room())
    return world.start_program(tmp_path / "anna", room="general").in_room()


class TestSeveralAddresses:
    def test_a_start_where_nobody_answers_leads_to_the_other_address(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        world.end_program(met_at_both(world, tmp_path))
        world.dead_hosts = {HOST}

        anna = world.start_program(tmp_path / "anna", room="general")
        world.run(1.0)
        anna.until(lambda: "10.0.0.98" in (anna.last("set_banner") or NO_BANNER).text)
        assert anna.last("set_banner").text.endswith("Trying 10.0.0.98…")
        anna.in_room()
        assert anna.model.link.address == f"{OTHER}:48228"
        assert anna.last("set_status").tooltip.startswith(f"{OTHER}:48228")
        anna.say("hello")
        anna.until(lambda: bool(anna.messages) and anna.marks[-1].value != "pending")

    def test_a_session_that_is_lost_goes_on_at_the_other_address(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        anna = met_at_both(world, tmp_path)
        assert anna.model.link.address == ""
        world.dead_hosts = {HOST}
        anna.say("waits")
        anna.until(lambda: anna.model.link.state is not LinkState.ONLINE, 60)
        anna.until(lambda: anna.marks[-1].value != "pending", 60)

        assert anna.model.link.address == f"{OTHER}:48228"
        world.dead_hosts = {OTHER}
        anna.say("and back")
        anna.until(lambda: len(anna.marks) == 2 and anna.marks[-1].value != "pending", 90)
        assert anna.model.link.address == ""
