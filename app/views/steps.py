"""Values of which one goes from step to step."""

from collections.abc import Sequence

#: Of the size of the messages.
TEXT_PERCENTS = (80, 90, 100, 110, 125, 150, 175, 200)


def stepped(value: int, steps: Sequence[int], by: int) -> int:
    """The next larger (+1) or smaller (-1) of the steps; the last one stays."""
    if by > 0:
        return next((step for step in steps if step > value), steps[-1])
    return next((step for step in reversed(steps) if step < value), steps[0])
