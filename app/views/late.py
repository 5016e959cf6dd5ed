"""Parts that are made when they are first needed."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Late(Generic[T]):
    """Called, it gives the one it makes; what happens before is told to it then."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._untold: dict[str, Callable[[T], None]] = {}
        #: None as long as nobody needed it.
        self.made: T | None = None

    def __call__(self) -> T:
        if self.made is None:
            self.made = self._make()
            untold, self._untold = self._untold, {}
            for do in untold.values():
                do(self.made)
        return self.made

    def tell(self, what: str, do: Callable[[T], None]) -> None:
        """Do this to it now, or once it is made: then of each `what` only what came last."""
        if self.made is not None:
            do(self.made)
        else:
            self._untold.pop(what, None)
            self._untold[what] = do
