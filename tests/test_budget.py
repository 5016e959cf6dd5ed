"""What a profiler says of the server becomes a budget whose parts add up."""

from __future__ import annotations

import pytest

from benchmarks.budget import counted, shares

_BY_LIBRARY = [
    ["50.00", "[kernel.kallsyms]"],
    ["20.00", "libpython3.11.so.1.0"],
    ["12.00", "libcrypto.so.3"],
    ["8.00", "libc.so.6"],
    ["6.00", "libsqlite3.so.0.8.6"],
    ["4.00", "_sealing.cpython-311-x86_64-linux-gnu.so"],
]
_BY_FUNCTION = [
    ["49.00", "0.10", "[k] do_syscall_64"],
    ["30.00", "0.20", "[k] __x64_sys_sendmmsg"],
    ["30.00", "0.20", "[k] __sys_sendmmsg"],
    ["5.00", "0.00", "[k] __x64_sys_fdatasync"],
    ["2.00", "0.00", "[k] __x64_sys_pwrite64"],
    ["1.00", "0.00", "[k] __x64_sys_recvmmsg"],
    ["9.00", "9.00", "[.] sendmsg"],
]


def test_parts_add_up_and_each_has_its_name() -> None:
    found = shares(_BY_LIBRARY, _BY_FUNCTION)
    assert sum(found.values()) == pytest.approx(1.0)
    assert {name: round(share, 4) for name, share in found.items()} == {
        "kernel, sending": 0.3, "kernel, disk": 0.07, "kernel, all else": 0.13, "cipher": 0.12,
        "SQLite": 0.06, "our C": 0.04, "msgspec": 0.0, "Python": 0.28,
    }  # fmt: skip


def test_system_calls_are_counted_or_it_is_said() -> None:
    assert counted("# started on\n\n1234||raw_syscalls:sys_enter|1000|100.00||\n") == 1234
    with pytest.raises(ValueError, match="not counted"):
        counted("<not counted>||raw_syscalls:sys_enter|0|0.00||\n")
