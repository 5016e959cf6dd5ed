"""The table that says which goals are met."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks import tables

DURABLE = "nats-jetstream"


def report(**cost: float) -> tables.Report:
    """What a room of 100 costs each peer, quiet and flat out alike; no other room was measured."""
    rows: list[tables.Row] = []
    for peer, seconds in cost.items():
        load: dict[str, Any] = {"cpu_fine_s_per_million": {"median": seconds}}
        load |= {"delivered": {"median": 1}, "deliveries_per_s": {"median": 1}}
        row = {"peer": peer.replace("_", "-"), "shape": "100", "clients": 100}
        row |= {"rss_per_1000_clients": 1, "connect_cpu_s": 1.0}
        rows += [{**row, "spin": True, "fixed": load}, {**row, "spin": False, "max": load}]
    words = ("at", "commit", "kernel", "python")
    machine = {**dict.fromkeys(words, ""), "cores": 2, "load_before": 0.0}
    return {"machine": machine, "failed": [], "stalls": {}, "rows": {"suite": rows}}


def goals(found: tables.Report, peer: str) -> list[list[str]]:
    text = tables.text(found)
    _, _, table = text.partition("### Against the goals")
    rows = [line.strip("| ").split(" | ") for line in table.partition("###")[0].splitlines()]
    return [row[1:] for row in rows if len(row) > 2 and row[2] == peer]


@pytest.mark.parametrize(("ours", "verdict"), [(7.0, "met"), (7.1, "missed")])
def test_durable_peer_has_a_goal_quiet_and_flat_out(ours: float, verdict: str) -> None:
    rows = goals(report(hubbub=ours, nats_jetstream=10.0), DURABLE)

    share = f"{ours / 10:.2f}"
    assert [row[:5] for row in rows] == [
        ["quiet, durable", DURABLE, share, "0.7", verdict],
        ["flat out, durable", DURABLE, share, "0.7", verdict],
    ]


def test_durable_peer_that_is_not_there_has_no_row() -> None:
    found = report(hubbub=7.0, nats=10.0)

    assert goals(found, DURABLE) == []
    assert goals(found, "nats") != []


def test_what_is_compared_says_when_the_durable_peer_syncs() -> None:
    text = tables.text(report(nats_jetstream=10.0))

    assert f"| {DURABLE} | each message synced to a file" in text
