"""That rooms wait is said of this server's rooms alone."""

from __future__ import annotations

from pytest_mock import MockerFixture

from app.controllers.room_waits import RoomWaits
from app.models.events import LinkChanged, LinkState
from app.models.store_answers import Restored
from app.views.main_window import MainWindow
from tests.app.models.chat_fixtures import ME, Bench


def test_at_another_server_nothing_of_it_is_left(mocker: MockerFixture) -> None:
    bench, window = Bench(), mocker.create_autospec(MainWindow, instance=True)
    waits = RoomWaits(bench.model, window)
    bench.model.apply(LinkChanged(LinkState.CONNECTING))
    bench.model.desk.join_room("alpha")
    waits.refresh()
    assert "#general" in window.show_writing_hint.call_args.args[0]

    bench.model.apply(Restored(77, b"k" * 32, ME, "anna", "Quay", 0, (), (), (), 1, "e" * 32))

    window.show_writing_hint.assert_called_with("")
