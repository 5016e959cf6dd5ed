"""A plug-in of pytest, ``-p tests.without_native``: the tests run as if nothing was compiled."""

from __future__ import annotations

import sys
from typing import Any

for name in ("protocol._sealing", "server._sending"):
    # ``None`` is how Python itself remembers that there is no such module.
    modules: dict[str, Any] = sys.modules
    modules[name] = None
