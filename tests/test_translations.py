"""Everything people read is marked for translation.

The rule over the source is tested on sentences that break it, like those of test_tidy.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

import pytest

from tests.test_tidy import Source, assert_kept, lies_in, repository


def marks_what_people_read(source: Source) -> Iterator[int]:
    """What people read goes through `_`, `ngettext` or `pgettext` of app.translation, in a table
    through `N_`: whole sentences, never f-strings, as nobody can translate those."""
    tree = source.tree
    spared = _spared(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.JoinedStr | ast.Constant) or id(node) in spared:
            continue
        if _is_for_people(_written(node)):
            yield node.lineno


def keeps_the_mark(source: Source) -> Iterator[int]:
    """`_` is the translation where it is imported: give what you throw away another name."""
    imported = any(
        isinstance(node, ast.ImportFrom)
        and node.module == "app.translation"
        and any(name.name == "_" for name in node.names)
        for node in source.tree.body
    )
    for node in ast.walk(source.tree):
        if imported and isinstance(node, ast.Name) and node.id == "_":
            if isinstance(node.ctx, ast.Store):
                yield node.lineno
        elif imported and isinstance(node, ast.arg) and node.arg == "_":
            yield node.lineno


MARKS = {"_", "N_", "ngettext", "pgettext"}
#: Calls whose words go to a log, to Tk or to a developer.
SPARED_CALLS = {
    "debug", "info", "warning", "error", "exception", "index", "TypeVar", "compile", "key_text",
    "call",
}  # fmt: skip
TWO_WORDS = re.compile(r"[^\W\d_]{2,}[,.:;…’'\"]*\s+[’'\"#/(]*[^\W\d_]{2,}|% \w{2,}")
ONE_WORD = re.compile(r"[A-Z][a-z]{2,}( \d.*|[….:]*| [a-z])?")
TK_INDEX = re.compile(r"\b(linestart|lineend|wordstart|wordend|chars|lines|indices)\b|^tk_|\.first")
#: Names of keys, types and states of widgets, which are no words for people.
NAMES = {
    "Hubbub", "Alt", "Control", "Down", "End", "Home", "Left", "Next", "Prior", "Return", "Right",
    "Shift", "Tab", "Enter", "Hashable", "Key", "Text", "active focus",
}  # fmt: skip
#: Tables of names: font families, files of fonts, keys.
TABLES = {"app/views/fonts.py", "app/views/picture_fonts.py", "app/views/key_words.py"}


def _is_for_people(text: str) -> bool:
    if TK_INDEX.search(text) or text in NAMES:
        return False
    return bool(TWO_WORDS.search(text) or ONE_WORD.fullmatch(text))


def _written(node: ast.JoinedStr | ast.Constant) -> str:
    """The text of a constant; of an f-string, with a digit for each place."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(_written(v) if isinstance(v, ast.Constant) else "0" for v in node.values)


def _spared(tree: ast.Module) -> set[int]:
    """The nodes that are marked, or that nobody but a developer reads."""
    spared: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            # Looked at as a whole.
            spared.update(id(value) for value in node.values if isinstance(value, ast.Constant))
        for inner in _words_for_developers(node):
            spared.update(id(child) for child in ast.walk(inner))
    return spared


def _words_for_developers(node: ast.AST) -> Sequence[ast.AST]:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args):
            if name in MARKS:
                return [arg for arg in args if isinstance(arg, ast.Constant)]
            # Of a binding, what it does is for people; keys have names of their own.
            places = {"with_keys": slice(1, None), "KeyBinding": slice(0, 3)}
            return args if name in SPARED_CALLS else args[places.get(name, slice(0, 0))]
        case ast.Expr(value=ast.Constant()) | ast.Assert() | ast.Raise() | ast.MatchValue():
            return [node]
        case ast.ClassDef(bases=bases) if any("Enum" in ast.unparse(base) for base in bases):
            return [node]
        case ast.AnnAssign(annotation=annotation) | ast.arg(annotation=ast.expr() as annotation):
            return [annotation]
        case ast.FunctionDef(returns=ast.expr() as returns):
            return [returns]
    return []


class TestMarks:
    def test_views_and_controllers_mark_what_people_read(self) -> None:
        assert_kept(marks_what_people_read, [s for s in _sources() if s.path not in TABLES])

    def test_no_file_uses_the_mark_for_something_else(self) -> None:
        assert_kept(keeps_the_mark, [s for s in repository() if _is_python_of_app(s)])

    @pytest.mark.parametrize(
        ("text", "lines"),
        [
            ("show('Leave room')", [1]),
            ("show(_('Leave room'))", []),
            ("show('Today')", [1]),
            ("show(f'{count} new messages')", [1]),
            ("show(f'{n} % lost')", [1]),
            ("show(_(f'{name} is typing…'))", [1]),
            ("show(_('{name} is typing…').format(name='nobody here'))", [1]),
            ("WORDS = {1: 'Not sent'}", [1]),
            ("WORDS = {1: N_('Not sent')}", []),
            ("ngettext('{n} new line', '{n} new lines', n)", []),
            ("def f():\n    'What it does.'\n    log.error('! it failed at %s', 1)", []),
            ("text.index('insert linestart'); bind('<Return>', f); raise E('no such thing')", []),
            ("open_if(key == 'Tab'); image('shield-exclamation'); tag = f'{tone}_surface'", []),
        ],
    )
    def test_rule_finds_the_line(self, text: str, lines: list[int]) -> None:
        assert list(marks_what_people_read(Source("app/views/x.py", text))) == lines

    @pytest.mark.parametrize(
        ("text", "lines"),
        [
            ("from app.translation import _\nfor _ in x:\n    pass", [2]),
            ("from app.translation import N_, _\na, _ = x", [2]),
            ("from app.translation import _\nf = lambda _: 1", [2]),
            ("from app.translation import N_\nfor _ in x:\n    pass", []),
            ("from app.translation import _\nshow(_('Today'))", []),
        ],
    )
    def test_rule_finds_a_mark_used_up(self, text: str, lines: list[int]) -> None:
        assert list(keeps_the_mark(Source("app/views/x.py", text))) == lines


def _sources() -> list[Source]:
    shown = ("app/views", "app/controllers")
    return [s for s in repository() if _is_python_of_app(s) and lies_in(s.path, shown)]


def _is_python_of_app(source: Source) -> bool:
    return source.path.startswith("app/") and source.path.endswith(".py")
