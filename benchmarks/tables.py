"""The figures of a run as Markdown, put between two marks of a page."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import Any, Final

Row = dict[str, Any]
#: Rows by the name of their file, what failed, how often the machine stood still, and the machine.
Report = dict[str, Any]

BEGIN: Final = "<!-- figures: begin -->"
END: Final = "<!-- figures: end -->"
_COST: Final = "cpu_fine_s_per_million"
#: What a server does beside passing a message on, or does not do.
_NOTES: Final = {
    "ngircd": "nothing kept, no history, no receipts; collects what it writes for some ms",
    "mosquitto": "nothing kept, no order across senders; the author gets a copy",
    "inspircd": "nothing kept, no history, no receipts",
    "nats": "nothing kept, no members, no receipts; drops a slow reader",
    "nats-jetstream": "each message synced to a file (`sync_interval: always`), one by one, before"
    " anybody is told; numbered, no members, no receipts; the author gets a copy, no other answer",
    "hubbub-memory": "numbered entries, repair, receipts, kept in memory only",
    "hubbub": "the same, and on disk (FULL) before anybody is told",
}
#: Of which peer, and how much of what it takes, is the goal: quiet in memory, quiet durable.
_GOALS: Final = {
    "10": ("mosquitto", 0.6, 1.2),
    "100": ("ngircd", 0.65, 0.85),
    "1000": ("inspircd", 0.65, 0.7),
    "100x10": ("inspircd", 0.85, 1.2),
}
#: The same flat out, durable.
_GOALS_FLAT_OUT: Final = {
    "10": ("nats", 0.9), "100": ("nats", 0.9), "1000": ("nats", 0.6), "100x10": ("inspircd", 0.6),
}  # fmt: skip
#: In each room, quiet and flat out: the peer that has each message on its disk first, as we have.
_GOAL_DURABLE: Final = ("nats-jetstream", 0.7)
_GOALS_LOSSY_MS: Final = {0.0: 45, 0.01: 60, 0.05: 70, 0.1: 110, 0.2: 150}


def write(page: Path, report: Report) -> None:
    """Replace what stands between the marks of ``page`` by the report's tables."""
    old = page.read_text()
    before, _, rest = old.partition(BEGIN)
    _, _, after = rest.partition(END)
    pictures = [
        f"![{name}](pictures/bench-{name}.svg)\n\n"
        for name in ("quiet", "flat-out", "lossy")
        if (page.parent / "pictures" / f"bench-{name}.svg").exists()
    ]
    page.write_text(f"{before}{BEGIN}\n{''.join(pictures)}{text(report)}{END}{after}")


def read(path: Path) -> list[Row]:
    """A file of JSON lines; of what is not there, nothing."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


def short(rows: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Without each single run: the spread of them is in the rows already."""
    return {
        name: [{k: v for k, v in row.items() if not k.endswith("_runs")} for row in found]
        for name, found in rows.items()
    }


def as_json(report: Report) -> str:
    """The report as JSON, each row on a line of its own, so that two of them can be compared."""
    rows = ",\n".join(
        f"{json.dumps(name)}: [\n"
        + ",\n".join(json.dumps(row, sort_keys=True) for row in found)
        + "\n]"
        for name, found in sorted(report["rows"].items())
    )
    rest = ",\n".join(
        f"{json.dumps(name)}: {json.dumps(value, sort_keys=True)}"
        for name, value in sorted(report.items())
        if name != "rows"
    )
    return f'{{\n{rest},\n"rows": {{\n{rows}\n}}\n}}\n'


def text(report: Report) -> str:
    """All tables that the report has figures for."""
    found: dict[str, list[Row]] = report["rows"]
    rows = [row for row in found.get("suite", []) if "error" not in row]
    spun = [row for row in rows if row["spin"]]
    slept = [row for row in rows if not row["spin"]]
    parts = [
        _about(report),
        _notes(rows),
        _grid("Server CPU, seconds per million deliveries, quiet rooms", spun, _cost("fixed")),
        _grid("The same, flat out", slept, _cost("max")),
        _ratios(spun, slept, found.get("floor", [])),
        _grid("Thousand deliveries a second, flat out", slept, _speed),
        _grid("Latency to each member, ms: p50 / p99 / p99.9", slept, _latency("member_us")),
        _grid("Latency to the last member, ms: p50 / p99 / p99.9", slept, _latency("last_us")),
        _grid("Datagrams down and up, per delivery, quiet", spun, _datagrams),
        _grid("Memory per 1,000 clients, MiB", slept, _memory),
        _grid("Connecting, server CPU ms each", slept, _connecting),
        _joining(found.get("joining", [])),
        _lossy(found.get("lossy", [])),
        _limit(found.get("limit", [])),
        _floor(found.get("floor", [])),
        _budget(found.get("budget", [])),
        _stages(found.get("stages", [])),
        _client(found.get("client", [])),
        _history(found.get("history", [])),
        _failed(report),
    ]
    return "\n".join(part for part in parts if part)


def _about(report: Report) -> str:
    machine = report["machine"]
    stood_still = sum(seen["count"] for seen in report["stalls"].values())
    longest = max((seen["longest_ms"] for seen in report["stalls"].values()), default=0)
    return (
        f"Measured {machine['at']} at commit {machine['commit']}: {machine['cores']} cores, Linux"
        f" {machine['kernel']}, Python {machine['python']}, load before {machine['load_before']}."
        f" The machine itself stood still for more than 20 ms {stood_still} times, at most"
        f" {longest:.0f} ms (a virtual machine waits for its host): such a moment is in every"
        f" latency that it met, ours and theirs.\n"
    )


def _notes(rows: list[Row]) -> str:
    peers = dict.fromkeys(row["peer"] for row in rows)
    body = [[peer, _NOTES.get(peer, "")] for peer in peers]
    return _table(
        "Who is compared", ["server", "what it does beside delivering, or does not"], body
    )


def _ratios(spun: list[Row], slept: list[Row], floor: list[Row]) -> str:
    """Where we stand, and where a server of nothing but C would (``post_floor``)."""

    def cost(rows: list[Row], peer: str, shape: str, load: str) -> float:
        found = [r for r in rows if r["peer"] == peer and r["shape"] == shape and load in r]
        return found[0][load][_COST]["median"] if found else 0.0

    def of_c(shape: str, load: str, durable: bool, theirs: float) -> str:
        for row in floor:
            if (row["shape"], row["flat_out"], row["durable"]) == (shape, load == "max", durable):
                return f"{median(row['us_per_delivery']) / theirs:.2f}"
        return ""

    body = []
    for shape, (peer, memory_goal, durable_goal) in _GOALS.items():
        fast_peer, fast_goal = _GOALS_FLAT_OUT[shape]
        kept_peer, kept_goal = _GOAL_DURABLE
        wanted = (
            ("quiet, in memory", "hubbub-memory", spun, "fixed", peer, memory_goal, False),
            ("quiet, durable", "hubbub", spun, "fixed", peer, durable_goal, True),
            ("quiet, durable", "hubbub", spun, "fixed", kept_peer, kept_goal, True),
            ("flat out, durable", "hubbub", slept, "max", fast_peer, fast_goal, True),
            ("flat out, durable", "hubbub", slept, "max", kept_peer, kept_goal, True),
        )
        for what, ours, rows, load, other, goal, durable in wanted:
            mine, theirs = cost(rows, ours, shape, load), cost(rows, other, shape, load)
            if mine and theirs:
                ratio = mine / theirs
                verdict = "met" if ratio <= goal else "missed"
                bare = of_c(shape, load, durable, theirs)
                body.append([shape, what, other, f"{ratio:.2f}", f"{goal:g}", verdict, bare])
    head = ["room", "load", "of which peer", "our share of its CPU", "goal", "", "bare C's share"]
    return _table("Against the goals", head, body)


def _joining(rows: list[Row]) -> str:
    body = []
    for row in rows:
        if "error" in row:
            body.append([row["peer"], "failed", ""])
            continue
        each_ms = row["connect_cpu_s"] * 1000 / row["members"]
        body.append([row["peer"], f"{each_ms:.2f}", f"{row['connect_s']:.1f}"])
    head = ["server", "server CPU ms each (goal 2)", "all of them in, s"]
    return _table("1,000 joining one room at once", head, body)


def _client(rows: list[Row]) -> str:
    body = [
        [what, f"{value:.2f}", f"{budget:g}"]
        for row in rows[-1:]
        for what, (value, budget) in row.items()
    ]
    return _table("A client with its database", ["what", "measured", "budget"], body)


def _history(rows: list[Row]) -> str:
    body = [[what, f"{s * 1000:.2f}"] for row in rows[-1:] for what, s in row["s"].items()]
    title = f"A room of {rows[-1]['entries']:,} entries" if rows else ""
    return _table(title, ["what", "ms"], body)


def _failed(report: Report) -> str:
    rows = [row for row in report["rows"].get("suite", []) if "error" in row]
    reasons = [f"{row['peer']}, {row['shape']}: {_one_line(row['error'])}" for row in rows]
    reasons += [f"{row['peer']}, {row['loss']:.0%} loss: {_one_line(row['error']) or 'no answer'}"
                for row in report["rows"].get("lossy", []) if "error" in row]  # fmt: skip
    listed = "\n".join(f"- {reason}" for reason in [*report["failed"], *reasons])
    return f"### Not measured, or over its bound\n\n{listed}\n" if listed else ""


def _one_line(reason: str) -> str:
    return " ".join(reason.split())[-200:]


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
            body.append([row.get("peer", ""), f"{row['loss']:.0%}", "failed", "", "", ""])
            continue
        groups = [row["summary"].get(group) for group in ("member_us", "ordered_us")]
        cells = [f"{groups[0]['p50']['median'] / 1000:.0f}"]
        cells += [f"{group['p99']['median'] / 1000:.0f}" if group else "" for group in groups]
        goal = str(_GOALS_LOSSY_MS.get(row["loss"], "")) if "hubbub" in row["peer"] else ""
        body.append([row["peer"], f"{row['loss']:.0%}", *cells, goal])
    head = ["server", "loss each way", "p50 ms", "p99 ms", "p99 in strict order", "goal, p99"]
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


def _floor(rows: list[Row]) -> str:
    body = [
        [row["shape"], "flat out" if row["flat_out"] else "quiet",
         "on disk" if row["durable"] else "in memory", f"{median(row['us_per_delivery']):.2f}"]
        for row in rows
    ]  # fmt: skip
    head = ["room", "load", "log", "CPU s per million deliveries"]
    return _table(
        "The floor of a post: nothing but C that opens, keeps, seals and sends", head, body
    )


def _budget(rows: list[Row]) -> str:
    body = []
    for row in rows:
        parts = [f"{us:.2f}" for us in row["parts_us"].values()]
        calls = f"{row['system_calls_per_delivery']:.3f}"
        body.append([row["shape"], row["load"], f"{row['us_per_delivery']:.2f}", *parts, calls])
    parts = list(rows[0]["parts_us"]) if rows else []
    title = "Where the time goes, on disk: CPU µs a delivery by library (`benchmarks.budget`)"
    return _table(title, ["room", "load", "all", *parts, "system calls"], body)


def _stages(rows: list[Row]) -> str:
    if not rows:
        return ""
    body = [[stage, f"{us:.2f}"] for stage, us in rows[-1].items()]
    return _table("Stages, warm caches", ["stage", "CPU µs"], body)
