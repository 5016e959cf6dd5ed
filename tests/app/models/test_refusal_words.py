"""Every code that a server may refuse with has its sentence."""

from __future__ import annotations

import pytest

from app.models.refusal_words import post_refused, sign_in_refused
from protocol.errors import Refusal

_NEVER_SHOWN = {Refusal.NUMBER_REUSED, Refusal.TOO_MANY_SESSIONS, Refusal.TOO_MANY_PEOPLE}


class TestWords:
    @pytest.mark.parametrize("code", sorted(set(Refusal) - _NEVER_SHOWN))
    def test_each_code_of_a_post_has_a_sentence(self, code: Refusal) -> None:
        words = post_refused(code)

        assert words.endswith(".") and "code" not in words

    def test_unknown_code_is_shown_as_a_number(self) -> None:
        assert post_refused(999) == "The server refused it (code 999)."
        assert sign_in_refused(999, "anna", "") == "The server did not let you in (code 999)."

    def test_taken_name_comes_with_a_free_one(self) -> None:
        code = Refusal.NAME_TAKEN

        assert sign_in_refused(code, "anna", "anna_") == "anna is taken. Use anna_?"
        assert sign_in_refused(code, "anna", "") == "anna is taken."
