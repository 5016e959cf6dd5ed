"""Small values that the next start wants, each under its key."""

from __future__ import annotations

from typing import Final

from app.models.store_schema import Connection

#: Of a key and of a value.
SETTING_BYTES_MAX: Final = 64 * 1024
#: Where the next start goes when nobody says otherwise.
SERVER_SETTING: Final = "server"


class SettingTable:
    """All settings, on an open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> dict[str, str]:
        """By key."""
        return dict(self._connection.execute("SELECT key, value FROM settings"))

    def save(self, key: str, value: str) -> None:
        """Keep the value; nothing is written if it is that already."""
        self._connection.execute(
            "INSERT INTO settings VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
            " WHERE value != excluded.value",
            (key, value),
        )

    def forget_server(self, address: str) -> None:
        """The next start does not go to this address by itself."""
        self._connection.execute(
            "DELETE FROM settings WHERE key = ? AND value = ?", (SERVER_SETTING, address)
        )
