"""A message is quick where much is lost, and costs little where nothing is."""

from __future__ import annotations

import pytest

from tests.simulation import lossy_link


@pytest.mark.parametrize(
    ("loss", "shown_ms", "ordered_ms"),
    [(0.0, 43, 43), (0.05, 62, 75), (0.2, 200, 300)],
)
def test_nineteen_of_twenty_messages_are_shown_in_time(
    loss: float, shown_ms: float, ordered_ms: float
) -> None:
    measured = lossy_link.measure(loss, (0,), messages=200)
    assert measured.quantile_s(0.95) * 1000 <= shown_ms
    assert measured.quantile_s(0.95, ordered=True) * 1000 <= ordered_ms


def test_the_slowest_hundredth_waits_for_no_timer_of_seconds() -> None:
    measured = lossy_link.measure(0.2, (2,))
    assert measured.quantile_s(0.99) * 1000 <= 250
    assert measured.quantile_s(0.99, ordered=True) * 1000 <= 500


@pytest.mark.parametrize("members", [3, 10, 30])
def test_without_loss_a_delivery_is_one_datagram(members: int) -> None:
    conversation = lossy_link.Conversation(1, 0.0, members=members, delay_s=0.001)
    measured = conversation.talk(100)
    assert measured.down_per_delivery <= 1.1
