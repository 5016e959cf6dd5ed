"""What ``_sending.c`` offers."""

INTERFACE: int

def send_from(
    descriptor: int,
    datagrams: list[tuple[bytes, tuple[str, int]]],
    start: int,
    names: dict[tuple[str, int], bytes],
    sources: dict[bytes, bytes] | None,
    in_runs: bool,
    /,
) -> int:
    """Hand datagrams from ``start`` on to the kernel, in one call; returns how many it took.

    ``names`` has addresses in the kernel's form, ``sources`` the ancillary message of some names.
    0 means that the address of the first one is not among the names. ``in_runs``: neighbours of
    one length with the very same address leave as one message, which the kernel cuts apart.

    Raises:
        OSError: the first one, or the run that it begins, cannot be sent.
    """
