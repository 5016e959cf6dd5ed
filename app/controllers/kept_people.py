"""What the window remembers of people at one server: who is hidden there, and the own former names.

Both lie in tables of texts whose keys begin with the server's fingerprint: what is kept for the
other servers stays.
"""

from __future__ import annotations

from dataclasses import replace

from app.controllers.window_state import WindowState
from app.models.calling import FORMER_NAMES_MAX, FormerName
from app.models.chat_model import ChatModel
from app.structs import replace as struct_replace


def bring_back_people(model: ChatModel, state: WindowState) -> None:
    """Tell the model what was kept for its server."""
    hidden = _own(state.ignored, model.fingerprint)
    model.ignored = frozenset(int(person) for person in hidden if person.isdecimal())
    names = _own(state.former_names, model.fingerprint)
    former = [FormerName(name, int(until)) for until, name in names.items() if until.isdecimal()]
    former.sort(key=lambda one: one.until_ms)
    model.calling = struct_replace(model.calling, former=tuple(former[-FORMER_NAMES_MAX:]))


def with_people(state: WindowState, model: ChatModel) -> WindowState:
    """The state, with what the model knows now of its server."""
    hidden = {str(person): model.names.of(person) for person in sorted(model.ignored)}
    names = {str(one.until_ms): one.name for one in model.calling.former}
    return replace(
        state,
        ignored=_with_own(state.ignored, model.fingerprint, hidden),
        former_names=_with_own(state.former_names, model.fingerprint, names),
    )


def _own(table: dict[str, str], fingerprint: str) -> dict[str, str]:
    start = f"{fingerprint}/"
    return {key.removeprefix(start): text for key, text in table.items() if key.startswith(start)}


def _with_own(table: dict[str, str], fingerprint: str, own: dict[str, str]) -> dict[str, str]:
    start = f"{fingerprint}/"
    others = {key: text for key, text in table.items() if not key.startswith(start)}
    return others | {f"{start}{key}": text for key, text in own.items()}
