"""Everything people read is marked, translated whole, and up to date in every language.

The rule over the source is tested on sentences that break it, like those of test_tidy.
"""

from __future__ import annotations

import ast
import functools
import re
import string
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from babel.messages import Catalog, Message

from app.translation import FOLDER, LANGUAGES
from tests.test_tidy import Source, assert_kept, lies_in, repository
from tools.messages import TEMPLATE, as_mo, as_po, extracted, updated

TRANSLATED = sorted(set(LANGUAGES) - {"en"})
UPDATE = "say `make messages`, then translate what is new (docs/translating.md)"


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
}  # fmt: skip
TWO_WORDS = re.compile(r"[^\W\d_]{2,}[,.:;…’'\"]*\s+[’'\"#/(]*[^\W\d_]{2,}|% \w{2,}")
ONE_WORD = re.compile(r"[A-Z][a-z]{2,}( \d.*|[….:]*| [a-z])?")
TK_INDEX = re.compile(r"\b(linestart|lineend|wordstart|wordend|chars|lines|indices)\b|^tk_|\.first")
#: Names in the field's words that are no words for people.
NAMES = {
    "Hubbub", "Alt", "Control", "Down", "Left", "Next", "Prior", "Return", "Right", "Shift", "Tab",
    "Enter", "Hashable", "Key",
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


class TestCatalogues:
    def test_template_has_what_the_source_says(self) -> None:
        assert TEMPLATE.read_bytes() == as_po(_template()), UPDATE

    @pytest.mark.parametrize("language", TRANSLATED)
    def test_catalogue_has_the_sentences_of_the_template(self, language: str) -> None:
        catalogue = updated(_po(language), _template())
        assert _po(language).read_bytes() == as_po(catalogue), UPDATE
        assert _po(language).with_suffix(".mo").read_bytes() == as_mo(catalogue), UPDATE

    @pytest.mark.parametrize("language", TRANSLATED)
    def test_each_sentence_is_translated_with_the_same_places(self, language: str) -> None:
        catalogue = updated(_po(language), _template())
        wrong = [words for message in catalogue if (words := trouble(message, catalogue))]
        assert not wrong, "\n".join([UPDATE, *wrong])

    @pytest.mark.parametrize(
        ("source", "translation", "is_right"),
        [
            ("{name} left", "{name} ist gegangen", True),
            ("{name} left", "", False),
            ("{name} left", "ist gegangen", False),
            ("{name} left", "{nam} ist gegangen", False),
            ("{name} left", "{name.real} ist gegangen", False),
            ("{name} left", "{name!r} ist gegangen", False),
            ("{name} left", "{name ist gegangen", False),
            ("{name} left", "{name} {name} ist gegangen", False),
            (("{n} day", "{n} days"), ("{n} Tag", "{n} Tage"), True),
            (("{n} day", "{n} days"), ("ein Tag", "{n} Tage"), True),
            (("{n} day", "{n} days"), ("{n} Tag", "Tage"), False),
            (("{n} day", "{n} days"), ("{n} Tag", ""), False),
            (("{n} day of {m}", "{n} days of {m}"), ("ein Tag", "{n} Tage von {m}"), False),
            ("Waiting…", "Warten…", True),
            ("Waiting…", "Warten...", False),
        ],
    )
    def test_trouble_is_found(
        self, source: str | tuple[str, str], translation: str | tuple[str, str], is_right: bool
    ) -> None:
        catalogue = Catalog("de")
        catalogue.add(source, translation)
        (message,) = (message for message in catalogue if message.id)
        assert (not trouble(message, catalogue)) == is_right

    def test_a_guess_is_trouble(self) -> None:
        catalogue = Catalog("de")
        catalogue.add("Waiting…", "Warten…", flags=["fuzzy"])
        (message,) = (message for message in catalogue if message.id)
        assert "fuzzy" in trouble(message, catalogue)


def trouble(message: Message, catalogue: Catalog) -> str:
    """What is wrong with a translation, in words for its translator; "" if nothing is."""
    if not message.id:
        return ""
    sources = message.id if isinstance(message.id, list | tuple) else (message.id,)
    forms = message.string if isinstance(message.string, list | tuple) else (message.string,)
    forms = tuple(form or "" for form in forms)
    where = f"  {sources[0]!r}:"
    if message.fuzzy:
        return f"{where} fuzzy: look at the guess, then take the mark away"
    if len(forms) != (catalogue.num_plurals if len(sources) > 1 else 1) or not all(forms):
        return f"{where} not translated, or not in each form"
    places = _places(sources[-1])
    for number, form in enumerate(forms):
        # "One message" needs no number.
        without_number = [place for place in places if place not in ("n", "count")]
        if _places(form) == places or (
            len(forms) > 1 and number == 0 and _places(form) == without_number
        ):
            continue
        return f"{where} {form!r} has other places"
    if any("..." in form or "!" in form for form in forms):
        return f"{where} write one character …, and no exclamation mark"
    return ""


def _places(text: str) -> list[str]:
    """The named places of a sentence, sorted; what `format` could not take is one of its own."""
    try:
        parsed = list(string.Formatter().parse(text))
    except ValueError:
        return ["not a format"]
    return sorted(
        f"{name}{spec and ':'}{spec}{conversion or ''}"
        for _text, name, spec, conversion in parsed
        if name is not None
    )


@functools.cache
def _template() -> Catalog:
    return extracted()


def _po(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "hubbub.po"
