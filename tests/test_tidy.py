"""What the team wants kept, as rules over the source whose messages teach.

Each rule is a function from one file to the lines that break it, and is itself tested on a
sentence that breaks it: a rule that cannot fail keeps nothing.
"""

from __future__ import annotations

import ast
import functools
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
THIS_FILE = "tests/test_tidy.py"
LINES_OF_CODE_MAX = 500
TEXT_SUFFIXES = {".py", ".md", ".toml", ".txt", ".yml", ".cfg", ".ini", ".sh", ""}


class Source(NamedTuple):
    """One file of the repository: its path from the root, and its text."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file."""
        return ast.parse(self.text, self.path)


Rule = Callable[[Source], Iterator[int]]
"""Gives the numbers of the lines that break the rule; its docstring is what the author reads."""


def is_short(source: Source) -> Iterator[int]:
    """A file has at most 500 lines of code: find the second idea in it and give it its own file."""
    code = [n for n, line in enumerate(source.text.splitlines(), 1) if is_code(line)]
    if len(code) > LINES_OF_CODE_MAX:
        yield code[LINES_OF_CODE_MAX]


def has_purpose(source: Source) -> Iterator[int]:
    """A module starts with one sentence that says what it is for."""
    if not ast.get_docstring(source.tree):
        yield 1


def does_not_print(source: Source) -> Iterator[int]:
    """A core returns values and logs; standard output belongs to the programs."""
    if Path(source.path).stem in PROGRAMS:
        return
    for call in calls(source):
        if isinstance(call.func, ast.Name) and call.func.id == "print":
            yield call.lineno


PROGRAMS = {"__main__", "server_main"}


def swallows_nothing(source: Source) -> Iterator[int]:
    """No `except …: pass`: name the one error in contextlib.suppress(…) and say why it is fine."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and all(map(is_empty, node.body)):
            yield node.lineno


def gives_tk_no_program(source: Source) -> Iterator[int]:
    """Tk runs strings as programs: bind functions, and never call tk.eval (people's text)."""
    for call in calls(source):
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        place = PLACE_OF_FUNCTION.get(method, len(call.args))
        commands = [k.value for k in call.keywords if k.arg in COMMAND_OPTIONS]
        if method == "eval" or any(map(is_text, [*call.args[place : place + 1], *commands])):
            yield call.lineno


PLACE_OF_FUNCTION = {"bind": 1, "bind_all": 1, "bind_class": 2, "tag_bind": 2}
COMMAND_OPTIONS = {"command", "func", "postcommand", "validatecommand", "invalidcommand"}


def takes_no_programs(source: Source) -> Iterator[int]:
    """Bytes from outside become frames, nothing else: no pickle, YAML, eval, and no compression."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            is_checksum = [alias.name for alias in node.names] == ["crc32"]
            modules = [] if is_checksum else [node.module or ""]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            modules = [node.func.id]
        else:
            continue
        if any(module.partition(".")[0] in NOT_FOR_STRANGERS for module in modules):
            yield node.lineno


NOT_FOR_STRANGERS = {
    *("pickle", "marshal", "shelve", "yaml", "eval", "exec", "compile"),
    *("zlib", "gzip", "bz2", "lzma", "zipfile", "tarfile"),
}


def makes_no_sql_of_text(source: Source) -> Iterator[int]:
    """SQL is written down, and values are parameters: only names of ours are put into it."""
    for call in calls(source):
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if method not in ("execute", "executemany", "executescript") or not call.args:
            continue
        sql = call.args[0]
        if isinstance(sql, ast.BinOp | ast.Call):
            yield call.lineno
        parts = sql.values if isinstance(sql, ast.JoinedStr) else []
        for part in parts:
            if isinstance(part, ast.FormattedValue) and not is_name_of_ours(part):
                yield call.lineno


def is_name_of_ours(part: ast.FormattedValue) -> bool:
    """A constant, a number by its format, or a name of a table that the code loops over."""
    if part.format_spec is not None:
        return ast.unparse(part.format_spec) == "f'd'"
    return isinstance(part.value, ast.Name) and (
        part.value.id.isupper() or part.value.id == "table"
    )


def keeps_text_out_of_keys(source: Source) -> Iterator[int]:
    """People's text is no key of a widget's row, and is not read back from one."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in ("Treeview", "Listbox"):
            yield node.lineno


def names_no_machine(source: Source) -> Iterator[int]:
    """No path of one machine and no host of a package registry: they are different elsewhere."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if MACHINE.search(line):
            yield number


MACHINE = re.compile(
    r"(?<![\w.~-])/(?:work|root|home/\w+|Users/\w+|opt/pypi)(?:/|\b)"
    r"|pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian\.org|archive\.ubuntu\.com"
)


class TestRules:
    @pytest.mark.parametrize(
        ("rule", "folders"),
        [
            (is_short, ("app", "server", "protocol", "tests", "tools", "benchmarks", "dev.py")),
            (has_purpose, ("app", "server", "protocol", "tests", "tools", "benchmarks", "dev.py")),
            (does_not_print, ("app/models", "app/controllers", "app/views", "server", "protocol")),
            (swallows_nothing, ("app", "server", "protocol", "tools", "dev.py")),
            (gives_tk_no_program, ("app", "tools")),
            (takes_no_programs, ("app", "server", "protocol")),
            (makes_no_sql_of_text, ("app", "server")),
            (keeps_text_out_of_keys, ("app",)),
        ],
    )
    def test_python_files_keep(self, rule: Rule, folders: tuple[str, ...]) -> None:
        sources = [s for s in repository() if s.path.endswith(".py") and lies_in(s.path, folders)]

        assert_kept(rule, sources)

    def test_all_files_name_no_machine(self) -> None:
        assert_kept(names_no_machine, [s for s in repository() if s.path != THIS_FILE])

    @pytest.mark.parametrize("name", ["run.txt", "develop.txt"])
    def test_lock_has_hashes_and_no_address(self, name: str) -> None:
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        requirements = re.split(r"\n(?=\w)", text.strip())

        assert "://" not in text
        assert "\n--" not in f"\n{text}", "an option of pip in a lock file: python3 dev.py lock"
        assert all("--hash=sha256:" in r for r in requirements if not r.startswith("#"))


class TestRulesCanFail:
    @pytest.mark.parametrize(
        ("rule", "text", "lines"),
        [
            (is_short, "x = 1\n" * 501, [501]),
            (is_short, "x = 1\n" * 500 + "# why\n\n", []),
            (has_purpose, "x = 1\n", [1]),
            (does_not_print, "print(1)\nlog.print(2)\n", [1]),
            (swallows_nothing, "try:\n    f()\nexcept OSError:\n    pass\n", [3]),
            (swallows_nothing, "try:\n    f()\nexcept:\n    ...\n", [3]),
            (swallows_nothing, "try:\n    f()\nexcept OSError:\n    g()\n", []),
            (gives_tk_no_program, "w.bind('<Key>', 'exit')\n", [1]),
            (gives_tk_no_program, "w.tag_bind('t', '<Key>', f'exit {x}')\n", [1]),
            (gives_tk_no_program, "w.tk.eval(text)\n", [1]),
            (gives_tk_no_program, "Button(root, command='exit')\n", [1]),
            (gives_tk_no_program, "w.bind('<Key>', f, '+')\ns.bind(('::1', 0))\n", []),
            (takes_no_programs, "import pickle\nfrom zlib import decompress\neval(x)\n", [1, 2, 3]),
            (takes_no_programs, "from zlib import crc32\nre.compile(x)\nimport zeroconf\n", []),
            (makes_no_sql_of_text, "c.execute(f'SELECT {name}')\nc.execute('a' + b)\n", [1, 2]),
            (makes_no_sql_of_text, "c.execute(f'{_SELECT} {n:d}', (name,))\n", []),
            (keeps_text_out_of_keys, "ttk.Treeview(w)\n", [1]),
            (names_no_machine, "see /home/alice/hubbub\n", [1]),
            (names_no_machine, "https://pypi.org/simple\n", [1]),
            (names_no_machine, "~/.local and room/root/\n", []),
        ],
    )
    def test_rule_finds_the_line(self, rule: Rule, text: str, lines: list[int]) -> None:
        assert list(rule(Source("example.py", text))) == lines


def assert_kept(rule: Rule, sources: list[Source]) -> None:
    """Fail with the rule's sentence and each place that breaks it."""
    assert sources, "the rule looked at no file"
    broken = [f"  {s.path}:{line}" for s in sources for line in rule(s)]
    assert not broken, "\n".join([str(rule.__doc__), *broken])


@functools.cache
def repository() -> tuple[Source, ...]:
    """All text files that are or would be committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [ROOT / name for name in done.stdout.split("\0") if name]
    return tuple(
        Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in paths
        if path.is_file() and path.suffix in TEXT_SUFFIXES
    )


def lies_in(path: str, folders: tuple[str, ...]) -> bool:
    """Whether a path is one of the folders (or files), or below one."""
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def is_code(line: str) -> bool:
    """Whether a line is more than space and comment."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


def is_empty(statement: ast.stmt) -> bool:
    """Whether a statement does nothing: pass, or a lone constant."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Pass)


def is_text(node: ast.expr) -> bool:
    """Whether an expression is text written down: 'x' or f'x'."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and node.value != ""
    return isinstance(node, ast.JoinedStr)


def calls(source: Source) -> Iterator[ast.Call]:
    """All calls in a file, in no order to rely on."""
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))
