"""Asks for rows beyond an edge of those given: once for each place that was reached.

What comes may show nothing, as people who joined and left are hidden: then it is asked on, but not
for ever. Whoever scrolls there once more begins anew.
"""

from collections.abc import Callable

from app.views.rows import Key

#: Answers in a row that brought nothing to see.
FRUITLESS_MAX = 40


class MoreRows:
    """One edge of one pane."""

    def __init__(self, ask: Callable[[], None]) -> None:
        self._ask = ask
        self._asked_at: tuple[Key | None, Key | None] | None = None
        self._fruitless = 0

    def want(self, edge: Key | None, reached: Key | None) -> None:
        """Ask, if not from here already: `edge` is the outermost row, `reached` what is known."""
        if self._asked_at is not None:
            if (edge, reached) == self._asked_at:
                return
            self._fruitless = self._fruitless + 1 if edge == self._asked_at[0] else 0
            if self._fruitless >= FRUITLESS_MAX:
                return
        self._asked_at = (edge, reached)
        self._ask()

    def insist(self) -> None:
        """The person wants to see what is there."""
        self._fruitless = 0

    def begin_anew(self) -> None:
        """The rows are of another place."""
        self._asked_at, self._fruitless = None, 0
