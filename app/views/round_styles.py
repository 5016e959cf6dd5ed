"""Round corners for the widgets of ttk, which knows none: pictures that it stretches to any size.

A style is made of one picture for each state; their corners are clear, so that the ground of the
widget is seen behind them.
"""

from __future__ import annotations

from collections.abc import Mapping
from tkinter import ttk
from typing import TYPE_CHECKING, Any

from app.structs import Struct
from app.views.images import Rounded

if TYPE_CHECKING:
    from app.views.theme import Look

#: What lies on the picture, in the words of ttk: names of elements with their options.
Parts = list[tuple[str, dict[str, Any]]]


class Face(Struct, frozen=True):
    """What is drawn in one state: roles of tokens; `line` is the border's width."""

    fill: str
    border: str = ""
    line: float = 1


def round_style(
    look: Look, name: str, parts: Parts, faces: Mapping[str, Face], radius: float = 6
) -> None:
    """Have the style `name` in the theme of now; `faces` are those of states, "" of none of them.

    The first one counts whose states, with blanks between them, a widget has all of. A style is
    made once for each theme: its pictures follow the tokens.
    """
    if not look.remember_style(name):
        return
    style, element = ttk.Style(), f"{name}.face"
    side = 2 * look.px(radius) + 2

    def picture(face: Face) -> str:
        return look.images.get(
            Rounded(side, side, radius, face.fill, face.border or face.fill, face.line)
        )

    in_states: list[Any] = [
        (*states.split(), picture(face)) for states, face in faces.items() if states
    ]
    options: dict[str, Any] = {"border": look.px(radius), "padding": 0, "sticky": "nswe"}
    style.element_create(element, "image", picture(faces[""]), *in_states, **options)
    layout: Any = [(element, {"sticky": "nswe", "children": parts})]
    style.layout(name, layout)
