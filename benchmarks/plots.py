"""Plots of a report as SVG, with nothing but text: bars for costs, lines for the lossy link."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Final

from benchmarks.tables import Report, Row

_COLOURS: Final = {
    "hubbub": "#3d5afe",
    "hubbub-memory": "#8c9eff",
    "ngircd": "#8d6e63",
    "mosquitto": "#f9a825",
    "inspircd": "#66bb6a",
    "nats": "#26a69a",
    "nats-jetstream": "#00695c",
}
_WIDTH: Final = 760
_BAR: Final = 14
_LEFT: Final = 150
_FONT: Final = 'font-family="DejaVu Sans, sans-serif" font-size="12"'


def write(report: Report, folder: Path) -> None:
    """``bench-quiet.svg``, ``bench-flat-out.svg`` and ``bench-lossy.svg``, of what was measured."""
    folder.mkdir(exist_ok=True)
    suite = [row for row in report["rows"].get("suite", []) if "error" not in row]
    for name, load, spin, title in (
        ("quiet", "fixed", True, "Server CPU, s per million deliveries, quiet (less is better)"),
        ("flat-out", "max", False, "Server CPU, s per million deliveries, flat out"),
    ):
        rows = [row for row in suite if row["spin"] == spin and load in row]
        if rows:
            (folder / f"bench-{name}.svg").write_text(_bars(rows, load, title))
    lossy = [row for row in report["rows"].get("lossy", []) if "error" not in row]
    if lossy:
        (folder / "bench-lossy.svg").write_text(_lines(lossy))


def _bars(rows: list[Row], load: str, title: str) -> str:
    values = [
        (row["shape"], row["peer"], row[load]["cpu_fine_s_per_million"]["median"]) for row in rows
    ]
    most = max(value for _, _, value in values)
    y, parts = 40, [_text(10, 22, title, bold=True)]
    for shape in dict.fromkeys(shape for shape, _, _ in values):
        parts.append(_text(10, y + 12, f"room of {shape}" if "x" not in shape else shape))
        for _, peer, value in (v for v in values if v[0] == shape):
            length = max(1.0, value / most * (_WIDTH - _LEFT - 180))
            colour = _COLOURS.get(peer, "#9e9e9e")
            parts.append(
                f'<rect x="{_LEFT}" y="{y + 2}" width="{length:.1f}" height="{_BAR - 3}"'
                f' fill="{colour}"/>'
            )
            parts.append(_text(_LEFT + length + 6, y + 12, f"{value:.2f}  {peer}"))
            y += _BAR
        y += 10
    return _svg(parts, y)


def _lines(rows: list[Row]) -> str:
    """p99 on a logarithmic scale: one step up is ten times as long."""
    height, top, bottom = 340, 50, 300
    parts = [_text(10, 22, "p99 from sending to showing, ms, 40 ms round trip", bold=True)]
    losses = sorted({row["loss"] for row in rows})
    at = {loss: 80 + place * 130 for place, loss in enumerate(losses)}

    def y_of(ms: float) -> float:
        return bottom - (math.log10(max(ms, 10.0)) - 1) / 3 * (bottom - top)

    for ms in (10.0, 100.0, 1000.0, 10000.0):
        y = y_of(ms)
        parts.append(f'<path d="M70 {y:.0f}H{_WIDTH - 40}" stroke="#ccc" fill="none"/>')
        parts.append(_text(10, y + 4, f"{ms:,.0f}"))
    parts += [_text(at[loss] - 10, bottom + 24, f"{loss:.0%}") for loss in losses]
    slowest = {
        loss: max(_p99_ms(row) for row in rows if row["loss"] == loss) for loss in losses
    }  # fmt: skip
    for peer in dict.fromkeys(row["peer"] for row in rows):
        colour = _COLOURS.get(peer, "#9e9e9e")
        points = sorted((row["loss"], _p99_ms(row)) for row in rows if row["peer"] == peer)
        line = " ".join(f"{at[loss]},{y_of(ms):.1f}" for loss, ms in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            _text(at[loss] - 10, y_of(ms) + (-8 if ms == slowest[loss] else 16), f"{ms:,.0f}")
            for loss, ms in points
        ]
        loss, ms = points[-1]
        parts.append(_text(at[loss] + 24, y_of(ms) + 4, peer))
    return _svg(parts, height)


def _p99_ms(row: Row) -> float:
    return float(row["summary"]["member_us"]["p99"]["median"]) / 1000


def _text(x: float, y: float, words: str, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.0f}" y="{y:.0f}"{weight}>{escape(words)}</text>'


def _svg(parts: Iterable[str], height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" {_FONT}>\n'
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )
