"""Announcements reach every receiver, in order, whatever one of them does."""

from __future__ import annotations

import gc

import pytest

from app.models.signals import Announcement, ChatSignals, LinkStatus, Told


def test_receivers_are_called_in_the_order_in_which_they_came() -> None:
    heard: list[tuple[str, str]] = []
    announcement = Announcement(Told)
    announcement.connect(lambda told: heard.append(("first", told.text)))
    announcement.connect(lambda told: heard.append(("second", told.text)))
    announcement.emit(Told("a"))
    announcement.emit(Told("b"))
    assert heard == [("first", "a"), ("second", "a"), ("first", "b"), ("second", "b")]


def test_one_that_raises_is_logged_and_hinders_no_other(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[Told] = []
    announcement = Announcement(Told)

    def broken(told: Told) -> None:
        raise KeyError(told.text)

    announcement.connect(broken)
    announcement.connect(heard.append)
    announcement.emit(Told("a"))
    assert heard == [Told("a")]
    assert "receiver of Told failed" in caplog.text


def test_receivers_are_kept_alive() -> None:
    heard: list[Told] = []

    class Receiver:
        def hear(self, told: Told) -> None:
            heard.append(told)

    announcement = Announcement(Told)
    announcement.connect(Receiver().hear)
    gc.collect()
    announcement.emit(Told("a"))
    assert heard == [Told("a")]


def test_every_signal_is_its_own() -> None:
    signals = ChatSignals()
    heard: list[object] = []
    for announcement in vars(signals).values():
        announcement.connect(heard.append)
    signals.link_changed.emit(LinkStatus())
    assert heard == [LinkStatus()]
