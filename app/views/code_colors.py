"""Colours for code between triple backticks, by Pygments where it is there.

It is loaded with the first block that names a language; without it code is shown in one colour.
"""

from collections.abc import Mapping

#: Tag of the Text -> name of the token.
CODE_TAGS: Mapping[str, str] = {
    "code_keyword": "code_keyword",
    "code_string": "code_string",
    "code_number": "code_number",
    "code_comment": "code_comment",
}

Line = list[tuple[str, str]]


def colored(code: str, language: str) -> list[Line]:
    """The lines of `code`, each in pieces with the tag of their colour, "" for none."""
    lines: list[Line] = [[]]
    for words, tag in _pieces(code, language):
        for number, piece in enumerate(words.split("\n")):
            if number:
                lines.append([])
            if piece:
                lines[-1].append((piece, tag))
    return lines


def _pieces(code: str, language: str) -> list[tuple[str, str]]:
    if not language:
        return [(code, "")]
    try:
        from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
        from pygments.token import Token  # type: ignore[import-untyped]
        from pygments.util import ClassNotFound  # type: ignore[import-untyped]
    except ImportError:
        return [(code, "")]
    try:
        lexer = get_lexer_by_name(language, ensurenl=False, stripnl=False)
    except ClassNotFound:
        return [(code, "")]
    kinds = (
        (Token.Keyword, "code_keyword"),
        (Token.Operator.Word, "code_keyword"),
        (Token.Literal.String, "code_string"),
        (Token.Literal.Number, "code_number"),
        (Token.Comment, "code_comment"),
    )
    return [
        (words, next((tag for kind, tag in kinds if token in kind), ""))
        for token, words in lexer.get_tokens(code)
    ]
