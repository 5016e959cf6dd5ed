"""Walls of lines are drawn as one, and look and read as their lines do."""

from __future__ import annotations

import pytest

from app.markup import parts_of
from app.markup_parts import CodeBlock, TextLine
from app.views.line_runs import RUN_MIN, LineRun, gathered
from app.views.piece_writer import INSETS_MAX, PIECES_MAX
from app.views.timeline_pen import TimelinePen
from tests.app.views.conftest import Stage, message
from tests.app.views.timeline_sight import view_of

MANY = PIECES_MAX + 2
#: What a message may have of the shortest lines.
MOST = 8_000


def texts(text: str) -> list[str]:
    """What is drawn in one go, runs between brackets."""
    found = list[str]()
    for part in gathered(parts_of(text)):
        if isinstance(part, LineRun):
            found.append(f"[{part.text}]")
        elif isinstance(part, TextLine):
            found.append("".join(each.text for each in part.segments))
        else:
            assert isinstance(part, CodeBlock)
            found.append(f"```\n{part.code}\n```")
    return found


@pytest.mark.parametrize(
    ("line", "count", "is_run"),
    [
        ("a", RUN_MIN, True),
        ("a", RUN_MIN - 1, False),
        ("", RUN_MIN, True),
        ("**a**", MANY, False),
        ("- a", MANY, False),
        ("see https://a.example", MANY, False),
        ("a 😀", MANY, False),
        ("שלום", MANY, False),
        ("||a||", PIECES_MAX, True),
        ("||a||", PIECES_MAX - 1, False),
        ("> a", PIECES_MAX, True),
        ("> a", PIECES_MAX - 1, False),
        ("a ||b||", MANY, False),
    ],
)
def test_which_lines_are_one(line: str, count: int, is_run: bool) -> None:
    lines = [line] * count
    drawn = texts("\n".join(["begin", *lines, "end"]))
    assert drawn == ["begin", *(["[" + "\n".join(lines) + "]"] if is_run else lines), "end"]


def test_what_is_covered_is_another_run() -> None:
    lines = "\n".join(["word"] * RUN_MIN)
    drawn = list(gathered(parts_of(f"a\n{lines}\n||b\n{lines}\nc||\n{lines}\nd")))
    runs = [(part.is_spoiler, part.text) for part in drawn if isinstance(part, LineRun)]
    assert runs == [(False, lines), (True, lines), (False, lines)]


def opened(stage: Stage, text: str) -> None:
    """One message alone, all of it shown."""
    stage.show_rows((message(1, text),))
    sheet = view_of(stage).sheet
    if sheet.is_folded(sheet.drawn[-1]):
        sheet.turn_whole(sheet.drawn[-1])
        stage.settle()


WALLS = {
    "words": "a\n" * MOST + "end",
    "code": "```\n" + "a\n" * MOST + "```",
    "covered": "||" + "a\n" * MOST + "end||",
    "covered code": "||\n```\n" + "a\n" * MOST + "```\nend||",
    "covered one by one": "||a||\n" * (MOST // 3) + "end",
    "quotes": "> a\n" * (MOST // 2) + "end",
}


@pytest.mark.parametrize("name", WALLS)
def test_a_wall_is_not_drawn_line_by_line(
    stage: Stage, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn, end_line = [0], TimelinePen.end_line

    def counted(self: TimelinePen, *line_tags: str, behind_first: str = "") -> None:
        drawn[0] += 1
        end_line(self, *line_tags, behind_first=behind_first)

    monkeypatch.setattr(TimelinePen, "end_line", counted)
    opened(stage, WALLS[name])
    text = view_of(stage).text
    assert int(str(text.index("end")).split(".")[0]) > MOST // 3  # all of it is there
    assert drawn[0] <= INSETS_MAX + 100


@pytest.mark.parametrize("name", [name for name in WALLS if name.startswith("covered")])
def test_a_covered_wall_can_be_uncovered(stage: Stage, name: str) -> None:
    opened(stage, WALLS[name])
    view = view_of(stage)
    text, sheet = view.text, view.sheet

    def uncovered() -> str:
        """What is written below the name, is not hidden and stands on no bar."""
        ranges = text.tag_ranges("hidden"), text.tag_ranges("spoiler")
        pieces, at = list[str](), f"{sheet.drawn[-1].tag}.first + 1 lines"
        places = sorted(
            (tuple(map(int, str(each).split("."))) for found in ranges for each in found),
        )
        ends = [f"{line}.{column}" for line, column in places]
        for start, end in zip(ends[::2], ends[1::2], strict=True):
            if text.compare(start, ">=", at):
                pieces.append(text.get(at, start))
                at = end
        return "".join(pieces)

    assert "a" not in uncovered().replace("avatar", "")
    sheet.turn(sheet.drawn[-1])
    stage.settle()
    assert not text.tag_ranges("spoiler")
    assert text.get("1.0", "end").count("a\n") + text.get("1.0", "end").count("a||\n") > MOST // 4


def test_what_is_copied_of_a_wall_is_what_was_written(stage: Stage) -> None:
    lines = "\n".join(f"line {number}" for number in range(RUN_MIN * 3))
    opened(stage, f"begin\n{lines}\nend")
    view = view_of(stage)
    view.text.tag_add("sel", "1.0", "end")
    assert f"begin\n{lines}\nend" in view._pointer.selected_text()
