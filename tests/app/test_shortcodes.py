"""What the field takes for code while it is typed is what the message makes of it."""

from __future__ import annotations

import pytest

from app.markup import parts_of
from app.markup_parts import CodeBlock
from app.shortcodes import is_in_block, shortcodes_in


@pytest.mark.parametrize(
    "start", ["```", "``` ", "```py", "```py\t", "```\u00a0", "```py\u2003", "```two words", " ```"]
)
def test_a_block_begins_where_the_message_will_have_one(start: str) -> None:
    has_block = any(isinstance(part, CodeBlock) for part in parts_of(f"{start}\n:tada:\n```"))
    assert is_in_block(start) is has_block
    assert [each[2] for each in shortcodes_in(":tada:", start)] == ([] if has_block else ["🎉"])


@pytest.mark.parametrize("end", ["```", "```  ", "```\u00a0", "```py"])
def test_it_ends_where_the_one_of_the_message_does(end: str) -> None:
    parts = parts_of(f"```\nx\n{end}\n:tada:\n```")
    assert is_in_block(f"```\nx\n{end}") is (len(parts) == 1)
