"""The figures of a run as Markdown, put between two marks of a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

Row = dict[str, Any]

BEGIN: Final = "<!-- figures: begin -->"
END: Final = "<!-- figures: end -->"
_COST: Final = "cpu_fine_s_per_million"


def write(page: Path, folder: Path) -> None:
    """Replace what stands between the marks of ``page`` by tables of the JSON lines in a folder."""
    text = page.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{_tables(folder)}{END}{after}")


def read(path: Path) -> list[Row]:
    """A file of JSON lines; of what is not there, nothing."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


def _tables(folder: Path) -> str:
    rows = [row for row in read(folder / "suite.jsonl") if "error" not in row]
    spun = [row for row in rows if row["spin"]]
    slept = [row for row in rows if not row["spin"]]
    parts = [
        _grid("Server CPU, seconds per million deliveries, quiet rooms", spun, _cost("fixed")),
        _grid("The same, flat out", slept, _cost("max")),
        _grid("Thousand deliveries a second, flat out", slept, _speed),
        _grid("Latency to each member, ms: p50 / p99 / p99.9", slept, _latency("member_us")),
        _grid("Latency to the last member, ms: p50 / p99 / p99.9", slept, _latency("last_us")),
        _grid("Datagrams down and up, per delivery, quiet", spun, _datagrams),
        _grid("Memory per 1,000 clients, MiB", slept, _memory),
        _grid("Connecting, server CPU ms each", slept, _connecting),
        _lossy(read(folder / "lossy.jsonl")),
        _limit(read(folder / "limit.jsonl")),
        _stages(read(folder / "stages.jsonl")),
    ]
    return "\n".join(part for part in parts if part)


def _table(title: str, head: list[str], body: list[list[str]]) -> str:
    if not body:
        return ""
    lines = [f"### {title}", "", "| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(cells) + " |" for cells in body]
    return "\n".join(lines) + "\n"


def _grid(title: str, rows: list[Row], cell: Any) -> str:
    shapes = list(dict.fromkeys(row["shape"] for row in rows))
    body = []
    for peer in dict.fromkeys(row["peer"] for row in rows):
        found = {row["shape"]: cell(row) for row in rows if row["peer"] == peer}
        if any(found.values()):
            body.append([peer, *(found.get(shape, "") for shape in shapes)])
    return _table(title, ["server", *(f"room of {s}" if "x" not in s else s for s in shapes)], body)


def _cost(load: str) -> Any:
    return lambda row: f"{row[load][_COST]['median']:.2f}" if load in row else ""


def _speed(row: Row) -> str:
    return f"{row['max']['deliveries_per_s']['median'] / 1000:.0f}" if "max" in row else ""


def _latency(group: str) -> Any:
    def cell(row: Row) -> str:
        times = row.get("fixed", {}).get(group)
        if not times:
            return ""
        return " / ".join(f"{times[q]['median'] / 1000:.2f}" for q in ("p50", "p99", "p999"))

    return cell


def _datagrams(row: Row) -> str:
    load = row["fixed"]
    if "datagrams_in" not in load:
        return ""
    count = load["delivered"]["median"]
    down, up = (load[key]["median"] / count for key in ("datagrams_in", "datagrams_out"))
    return f"{down:.3f} + {up:.3f}"


def _memory(row: Row) -> str:
    return f"{row['rss_per_1000_clients'] / 2**20:.1f}" if row["clients"] >= 1000 else ""


def _connecting(row: Row) -> str:
    return f"{row['connect_cpu_s'] * 1000 / row['clients']:.2f}"


def _lossy(rows: list[Row]) -> str:
    body = []
    for row in rows:
        if "error" in row:
            continue
        groups = [row["summary"].get(group) for group in ("member_us", "ordered_us")]
        cells = [f"{group['p99']['median'] / 1000:.0f}" if group else "" for group in groups]
        body.append([row["runs"] and row.get("peer", ""), f"{row['loss']:.0%}", *cells])
    head = ["server", "loss each way", "p99 ms", "in strict order"]
    return _table("A link with 20 ms each way that loses datagrams, room of 10", head, body)


def _limit(rows: list[Row]) -> str:
    body = []
    for row in rows:
        if row["seal"] == "chacha" and row["call"] == "sendmmsg" and row["size"] == 150:
            cost = sorted(run["cpu_s_per_million"] for run in row["runs"])
            body.append(
                [
                    row["language"],
                    row["load"],
                    str(row["recipients"]),
                    f"{cost[len(cost) // 2]:.2f}",
                ]
            )
    head = ["language", "load", "members", "CPU s per million"]
    return _table("The floor: sealed datagrams with `sendmmsg` and nothing else", head, body)


def _stages(rows: list[Row]) -> str:
    if not rows:
        return ""
    body = [[stage, f"{us:.2f}"] for stage, us in rows[-1].items()]
    return _table("Stages, warm caches", ["stage", "CPU µs"], body)
