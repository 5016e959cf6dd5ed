"""What the window remembers of people at one server: who is hidden there, the own former names, and
whom it saw take another name.

The first two lie in tables of texts whose keys begin with the server's fingerprint. What is kept
for other servers stays.
"""

from __future__ import annotations

from dataclasses import replace

from app import structs
from app.controllers.window_state import WindowState
from app.models.calling import FORMER_NAMES_MAX, FormerName
from app.models.chat_model import ChatModel


class KeptPeople:
    """Brings it back to the model, and takes it from there."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        #: Of the server to which it was brought back: each restored one has a table of its own.
        self._rooms: object = None

    def bring_back(self, state: WindowState) -> None:
        """Another server's rooms are there: tell the model what was kept of it."""
        model = self._model
        hidden = _own(state.ignored, model.fingerprint)
        model.ignored = frozenset(int(person) for person in hidden if person.isdecimal())
        names = _own(state.former_names, model.fingerprint)
        kept = {FormerName(name, int(until)) for until, name in names.items() if until.isdecimal()}
        # The model may have one already: the server said another name before this was told.
        former = sorted(kept.union(model.calling.former), key=lambda one: one.until_ms)
        model.calling = structs.replace(model.calling, former=tuple(former[-FORMER_NAMES_MAX:]))
        model.renames.restore(state.renames)
        self._rooms = model.rooms

    def put_into(self, state: WindowState) -> WindowState:
        """The state, with what the model knows now of its server."""
        model = self._model
        if model.rooms is not self._rooms:
            return state  # what was kept of this server is not with the model yet
        hidden = {str(person): model.names.of(person) for person in sorted(model.ignored)}
        names = {str(one.until_ms): one.name for one in model.calling.former}
        return replace(
            state,
            ignored=_with_own(state.ignored, model.fingerprint, hidden),
            former_names=_with_own(state.former_names, model.fingerprint, names),
            renames=model.renames.with_own(state.renames),
        )


def _own(table: dict[str, str], fingerprint: str) -> dict[str, str]:
    start = f"{fingerprint}/"
    return {key.removeprefix(start): text for key, text in table.items() if key.startswith(start)}


def _with_own(table: dict[str, str], fingerprint: str, own: dict[str, str]) -> dict[str, str]:
    start = f"{fingerprint}/"
    others = {key: text for key, text in table.items() if not key.startswith(start)}
    return others | {f"{start}{key}": text for key, text in own.items()}
