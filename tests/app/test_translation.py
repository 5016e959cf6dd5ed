"""The seam of the window's language: which one is taken, and what it gives back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app import translation
from app.translation import FOLDER, LANGUAGES, N_, _, ngettext, pgettext, use_language


@pytest.fixture(autouse=True)
def _source_afterwards() -> Iterator[None]:
    yield
    use_language(["en"])


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ([], "en"),
        (["de"], "de"),
        (["de_AT.UTF-8"], "de"),
        (["DE-at"], "de"),
        (["de_DE@euro"], "de"),
        (["iw_IL"], "he"),
        (["xx", "de"], "de"),
        (["en_GB", "de"], "en"),
        (["C.UTF-8", "de"], "en"),
        (["../../etc", ""], "en"),
    ],
)
def test_the_first_language_that_is_known_is_taken(wanted: list[str], code: str) -> None:
    assert use_language(wanted) == code
    assert translation.language() == code


def test_the_source_speaks_for_itself() -> None:
    use_language(["en"])

    assert _("Settings") == N_("Settings") == "Settings"
    assert [ngettext("1 hour", "{n} hours", n) for n in (1, 2)] == ["1 hour", "{n} hours"]
    assert pgettext("a verb", "Open") == "Open"


def test_a_chosen_language_speaks_with_its_plurals_and_contexts() -> None:
    use_language(["de"])

    many = ("{count} message is still on its way", "{count} messages are still on their way")
    assert _("Settings") == "Einstellungen"
    assert ngettext(*many, 1) == "{count} Nachricht ist noch unterwegs"
    assert ngettext(*many, 2) == "{count} Nachrichten sind noch unterwegs"
    assert pgettext("key", "Ctrl") == "Strg"
    assert N_("Settings") == "Settings"


def test_nothing_is_nothing_in_each_language() -> None:
    # gettext answers an empty text with the head of the catalogue.
    for code in LANGUAGES:
        use_language([code])
        assert _("") == ""


def test_what_nobody_translated_stays_as_it_is_written() -> None:
    use_language(["de"])

    assert _("No catalogue has this.") == "No catalogue has this."
    assert ngettext("one of these", "many of these", 2) == "many of these"


def test_only_some_languages_run_from_the_right() -> None:
    assert not translation.is_right_to_left()
    use_language(["he"])
    assert translation.is_right_to_left()


def test_each_language_has_a_catalogue() -> None:
    folders = {path.parts[-3] for path in FOLDER.glob("*/LC_MESSAGES/hubbub.mo")}
    assert folders == set(LANGUAGES) - {"en"}


def test_people_are_called_the_same_wherever_they_are_listed_in_german() -> None:
    use_language(["de"])
    assert _("People — {count}").startswith(_("People"))
