"""Collects what `app` says to people into the catalogues of app/locales, and compiles them.

Nothing here depends on the day, the machine or the order of a folder, so that the files change
only when a sentence does. A sentence that is new, or much like an old one, waits in each
language's file: empty, or marked "fuzzy"; the tests do not let either pass.
"""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.translation import DOMAIN, FOLDER

APP: Final = Path(__file__).parents[1] / "app"
TEMPLATE: Final = FOLDER / f"{DOMAIN}.pot"
WIDTH: Final = 96
#: A comment in front of a sentence that begins so goes to its translators.
COMMENT_TAG: Final = "Translators:"
_KEPT: Final = b"Language:|Plural-Forms|MIME-Version|Content-T"
_NEEDLESS: Final = re.compile(rb'^"(?!' + _KEPT + rb')[A-Z][\w-]+: .*\\n"\n', re.MULTILINE)
_NO_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)
_HEADER: Final = "# What Hubbub says. docs/translating.md says how to work on it."


def main() -> int:
    """Bring the template and every catalogue up to date."""
    template = extracted()
    TEMPLATE.write_bytes(as_po(template))
    for path in sorted(FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        catalogue = updated(path, template)
        path.write_bytes(as_po(catalogue))
        path.with_suffix(".mo").write_bytes(as_mo(catalogue))
        messages = [message for message in catalogue if message.id]
        todo = sum(not message.string or message.fuzzy for message in messages)
        name = path.relative_to(FOLDER).parts[0]
        print(f"{name}: {len(messages)} sentences, {todo} to translate")
    return 0


def extracted() -> Catalog:
    """All marked sentences of the source, in the order of its files."""
    template = Catalog(project="Hubbub", header_comment=_HEADER, fuzzy=False)
    found = extract_from_dir(
        APP,
        method_map=[("**.py", "python")],
        options_map={},
        keywords=DEFAULT_KEYWORDS,
        comment_tags=(COMMENT_TAG,),
        strip_comment_tags=True,
    )
    for name, line, text, comments, context in sorted(found, key=lambda each: each[:2]):
        place = [(f"app/{Path(name).as_posix()}", line)]
        template.add(text, None, place, auto_comments=comments, context=context)
    return template


def updated(path: Path, template: Catalog) -> Catalog:
    """A language's catalogue with exactly the template's sentences."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parts[-3], domain=DOMAIN)
    catalogue.header_comment = _HEADER
    catalogue.update(template)
    catalogue.obsolete.clear()
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    """The file that people edit."""
    file = io.BytesIO()
    write_po(file, catalogue, width=WIDTH, sort_by_file=True, include_lineno=False)
    header, blank, rest = file.getvalue().partition(b"\n\n")
    return _NEEDLESS.sub(b"", header + b"\n") + blank[1:] + rest


def as_mo(catalogue: Catalog) -> bytes:
    """The file that the program reads."""
    catalogue.creation_date = catalogue.revision_date = _NO_DAY
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())
