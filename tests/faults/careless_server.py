"""The server with ``synchronous=OFF``: what the power-cut test must be able to catch."""

from __future__ import annotations

import sys

from server import connection_settings
from server.__main__ import main

if __name__ == "__main__":
    careless = [
        ("PRAGMA synchronous = OFF", query, 0)
        if "synchronous" in query
        else (change, query, wanted)
        for change, query, wanted in connection_settings.SETTINGS
    ]
    vars(connection_settings)["SETTINGS"] = careless
    sys.exit(main())
