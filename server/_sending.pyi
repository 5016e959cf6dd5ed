"""What ``_sending.c`` offers."""

def send_from(
    descriptor: int,
    datagrams: list[tuple[bytes, tuple[str, int]]],
    start: int,
    names: dict[tuple[str, int], bytes],
    sources: dict[bytes, bytes] | None,
    /,
) -> int:
    """Hand datagrams from ``start`` on to the kernel, in one call; returns how many it took.

    ``names`` has addresses in the kernel's form, ``sources`` the ancillary message of some names.
    0 means that the address of the first one is not among the names.

    Raises:
        OSError: the first one cannot be sent.
    """
