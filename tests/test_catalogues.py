"""The catalogues of all languages have every sentence of the source, translated whole."""

from __future__ import annotations

import ast
import functools
import re
import string
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog, Message

from app.translation import FOLDER, LANGUAGES
from tools.messages import APP, TEMPLATE, as_mo, as_po, extracted, updated

TRANSLATED = sorted(set(LANGUAGES) - {"en"})
UPDATE = "say `make messages`, then translate what is new (docs/translating.md)"


def _marked(path: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of all that a file gives to gettext as it stands there."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("_", "N_", "ngettext"):
            given = (arg.value for arg in node.args if isinstance(arg, ast.Constant))
            yield from ((node.lineno, text) for text in given if isinstance(text, str))


def _forms(text: str | Iterable[str]) -> Iterable[str]:
    return (text,) if isinstance(text, str) else text


class TestCatalogues:
    def test_template_has_what_the_source_says(self) -> None:
        assert TEMPLATE.read_bytes() == as_po(_template()), UPDATE

    def test_no_marked_sentence_is_where_the_collector_does_not_look(self) -> None:
        found = {str(text) for message in _template() for text in _forms(message.id)}
        missed = [
            f"{path.relative_to(APP)}:{line}: {text}"
            for path in APP.rglob("*.py")
            for line, text in _marked(path)
            if text not in found
        ]
        assert not missed, "inside another string a sentence is not collected"

    def test_no_sentence_is_in_the_words_of_the_protocol(self) -> None:
        """Only the test of the network names its own steps."""
        said = [
            text
            for path in APP.rglob("*.py")
            if not path.name.startswith("network_test")
            for _line, text in _marked(path)
            if re.search("datagram|session|protocol|handshake|multicast|repaired", text, re.I)
        ]
        assert not said, "people understand packets and connections"

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

    def test_hebrew_sentences_are_hebrew(self) -> None:
        catalogue = updated(_po("he"), _template())
        wrong = [
            message.string
            for message in catalogue
            if message.context != "key" and _has_words("".join(message.id))
            if not re.search("[\u05d0-\u05ea]", "".join(message.string or ""))
        ]
        assert not wrong

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
        # "One message" needs no number, and may name the one thing instead.
        without_number = [place for place in places if place not in ("n", "count")]
        of_one = (without_number, _places(sources[0])) if len(forms) > 1 and number == 0 else ()
        if _places(form) in (places, *of_one):
            continue
        return f"{where} {form!r} has other places"
    if any("..." in form or "!" in form for form in forms):
        return f"{where} write one character …, and no exclamation mark"
    return ""


def _has_words(source: str) -> bool:
    """Units and times are written the same everywhere."""
    return bool(re.search("[A-Za-z]{3}", re.sub("{[^}]*}", "", source)))


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
