"""The contract of the command line, kept by real processes over UDP on the loopback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.models.chat_room import ChatRoom
from app.models.local_store import LocalStore
from app.models.records import OutboxPost
from tests.system.conftest import MakePerson, MakeServer
from tests.system.processes import CommandLine, ServerProcess, free_port, read_line, run

BLOCKED = """
import runpy, sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("tkinter", "_tkinter", "ttkbootstrap"):
            raise ImportError(f"{name} is blocked here")

sys.meta_path.insert(0, Blocker())
runpy.run_module("app", run_name="__main__", alter_sys=True)
"""


def outbox(person: CommandLine) -> tuple[OutboxPost, ...]:
    """What waits in a person's folder."""
    store = LocalStore.open(person.folder / "hubbub.sqlite3")
    try:
        return store.restore(store.use_server(person.server)).outbox
    finally:
        store.close()


def unread(person: CommandLine) -> dict[str, int]:
    """What a window on a person's folder would say as it opens."""
    store = LocalStore.open(person.folder / "hubbub.sqlite3")
    try:
        stored = store.restore(store.use_server(person.server)).rooms
    finally:
        store.close()
    rooms = [ChatRoom(each.room) for each in stored]
    for room, each in zip(rooms, stored, strict=True):
        room.restore(each)
    return {room.name: room.unread for room in rooms}


def is_on_disk(person: CommandLine, words: bytes) -> bool:
    """Whether the write-ahead log of a person at work has the words in it."""
    try:
        return words in (person.folder / "hubbub.sqlite3-wal").read_bytes()
    except FileNotFoundError:
        return False


class TestSend:
    def test_prints_a_receipt_and_pins_the_key_at_first_contact(
        self, server: ServerProcess, anna: CommandLine
    ) -> None:
        first = anna.run("send", "general", "hello", "world")
        second = anna.run("send", "#general", "again")

        assert (first.code, second.code) == (0, 0)
        assert first.out == '{"room": "general", "seq": 2}\n'  # after her joining
        assert second.out == '{"room": "general", "seq": 3}\n'
        assert first.err.count("\n") == 1
        assert server.fingerprint in first.err and server.address in first.err
        assert "trusted from now on" in first.err
        assert second.err == ""
        assert anna.folder.stat().st_mode & 0o777 == 0o700

    def test_reads_lines_and_skips_blank_ones(self, anna: CommandLine, ben: CommandLine) -> None:
        lines = [f"line {number}" for number in range(200)]

        sent = anna.run("send", "general", stdin="\n \n".join(lines))
        tailed = ben.run("tail", "general", "--since", 1, "--count", 201)

        assert (sent.code, sent.err.count("\n")) == (0, 1)
        assert [item["seq"] for item in sent.objects] == list(range(2, 202))
        assert tailed.code == 0
        assert [item["seq"] for item in tailed.objects] == list(range(1, 202))
        assert tailed.texts == lines
        assert outbox(anna) == ()

    def test_sends_a_line_before_the_next_one_comes(self, anna: CommandLine) -> None:
        sender = anna.start("send", "general")
        assert sender.stdin

        for number in (2, 3):
            sender.stdin.write("something\n")
            assert read_line(sender) == f'{{"room": "general", "seq": {number}}}\n'
        sender.stdin.close()

        assert sender.wait(timeout=10) == 0

    def test_waits_where_it_is_too_fast(
        self, make_server: MakeServer, make_person: MakePerson
    ) -> None:
        anna = make_person("anna", make_server(rate_limits=True).start().address)

        sent = anna.run("send", "general", stdin="\n".join(map(str, range(12))))

        assert sent.code == 0
        assert [item["seq"] for item in sent.objects] == list(range(2, 14))

    def test_of_a_long_text_is_one_message_with_the_last_number(
        self, anna: CommandLine, ben: CommandLine
    ) -> None:
        text = "ü" * 8000 + "\n" + "x" * 300

        sent = anna.run("send", "general", text)
        read = ben.run("history", "general", "--last", 1)
        tailed = ben.run("tail", "general", "--since", 10, "--count", 1)

        assert sent.objects == [{"room": "general", "seq": 18}]
        assert [item["seq"] for item in read.objects] == [18]
        assert read.texts == [text]
        assert tailed.objects == read.objects

    def test_names_lines_that_cannot_be_sent(self, anna: CommandLine) -> None:
        bad = [b"a\x1b[31mb", b"\xff\xfe", b"x" * (16 * 1024 + 1)]

        sent = anna.run("send", "general", stdin=b"\n".join([*bad, b"tab\tis fine", b"y" * 16384]))

        assert sent.code == 1
        assert [item["seq"] for item in sent.objects] == [2, 19]
        assert len(sent.errors) == 3
        assert all(f"line {n} " in line for n, line in enumerate(sent.errors, 1))

    def test_to_a_missing_room_fails_and_leaves_nothing(self, anna: CommandLine) -> None:
        sent = anna.run("send", "nowhere", stdin="one\ntwo\n")

        assert (sent.code, sent.out) == (1, "")
        (said,) = sent.errors
        assert said.startswith("hubbub: there is no room nowhere: the command rooms lists")
        assert "send --create makes a new one" in said
        assert outbox(anna) == ()
        assert anna.run("send", "general", "works").objects == [{"room": "general", "seq": 2}]

    def test_makes_a_missing_room_if_that_is_wished(
        self, anna: CommandLine, ben: CommandLine
    ) -> None:
        made = anna.run("send", "--create", "#builds", stdin="one\ntwo\n")
        joined = ben.run("send", "builds", "three", "--create")
        again = anna.run("send", "BUILDS", "four", "--create")

        assert (made.code, made.errors) == (0, [])
        assert [item["room"] for item in made.objects] == ["builds"] * 2
        assert (joined.code, again.code) == (0, 0)
        history = ben.run("history", "builds")
        assert history.texts == ["one", "two", "three", "four"]
        assert [item["kind"] for item in history.objects][:1] == ["created"]
        assert outbox(anna) == ()

    def test_a_name_that_no_room_may_have_is_refused_once(self, anna: CommandLine) -> None:
        sent = anna.run("send", "a\u200bb", "--create", stdin="one\ntwo\n")

        assert (sent.code, sent.out) == (1, "")
        assert sent.errors == [
            "hubbub: A name cannot begin with #, @ or /, mix alphabets or have hidden signs."
        ]
        assert outbox(anna) == ()

    def test_nothing_of_it_is_unread_in_the_window_of_the_same_folder(
        self, anna: CommandLine, ben: CommandLine
    ) -> None:
        ben.run("send", "general", stdin="old\nnews\n")
        anna.run("send", "general", "hello")
        anna.run("history", "general")
        ben.run("send", "general", "something new")
        anna.run("send", "general", "again")
        anna.run("history", "general")

        assert unread(anna) == {"general": 1}

    def test_keeps_what_no_server_took_and_sends_it_once_later(
        self, make_server: MakeServer, make_person: MakePerson
    ) -> None:
        port = free_port()
        anna = make_person("anna", f"127.0.0.1:{port}")

        offline = anna.run("send", "general", "--timeout", 0.5, stdin="one\ntwo\n")

        assert (offline.code, offline.out) == (1, "")
        assert len(offline.err.splitlines()) == 1
        assert "2 messages wait in the outbox" in offline.err
        make_server(port=port).start()
        online = anna.run("send", "general", "three")
        assert online.code == 0
        assert len(online.objects) == 1  # the older ones go first, silently
        assert anna.run("history", "general").texts == ["one", "two", "three"]
        assert outbox(anna) == ()

    def test_survives_the_death_of_its_process(
        self, make_server: MakeServer, make_person: MakePerson
    ) -> None:
        port = free_port()
        anna = make_person("anna", f"127.0.0.1:{port}")
        sender = anna.start("send", "general")
        assert sender.stdin
        sender.stdin.write("typed before the crash\n")
        deadline = time.monotonic() + 20
        while not is_on_disk(anna, b"before the crash"):
            assert time.monotonic() < deadline
        sender.kill()
        sender.wait(timeout=10)

        make_server(port=port).start()

        assert anna.run("send", "general", "and after").code == 0
        assert anna.run("history", "general").texts == ["typed before the crash", "and after"]

    def test_goes_on_when_the_server_comes_back(
        self, server: ServerProcess, anna: CommandLine
    ) -> None:
        sender = anna.start("send", "general")
        assert sender.stdin
        sender.stdin.write("before\n")
        assert '"seq": 2' in read_line(sender)

        server.kill()
        sender.stdin.write("meanwhile\n")
        server.start()

        assert '"seq": 3' in read_line(sender)
        sender.stdin.close()
        assert sender.wait(timeout=10) == 0
        assert anna.run("history", "general").texts == ["before", "meanwhile"]


class TestRefusals:
    def test_folder_in_use(self, anna: CommandLine) -> None:
        anna.run("send", "general", "hello")
        tail = anna.start("tail", "general", "--since", 1)
        read_line(tail)

        second = anna.run("rooms")

        assert (second.code, second.out) == (1, "")
        assert "in use" in second.err and second.err.count("\n") == 1

    def test_changed_key_shows_both(
        self, server: ServerProcess, make_server: MakeServer, anna: CommandLine
    ) -> None:
        anna.run("rooms")
        server.kill()
        other = make_server("other", port=server.port).start()

        ended = anna.run("send", "general", "secret")

        assert (ended.code, ended.out, ended.err.count("\n")) == (1, "", 1)
        assert server.fingerprint in ended.err
        assert other.fingerprint in ended.err

    def test_fingerprint_of_a_link_must_match(
        self, server: ServerProcess, anna: CommandLine
    ) -> None:
        plain = anna.server
        anna.server = f"{plain}#{'a' * 32}"
        wrong = anna.run("rooms")
        anna.server = f"{plain}#{server.fingerprint}"
        right = anna.run("rooms")

        assert (wrong.code, wrong.err.count("\n")) == (1, 1)
        assert "a" * 32 in wrong.err and server.fingerprint in wrong.err
        assert right.code == 0
        assert "the one that the invite link names" in right.err

    def test_name_that_another_person_has(self, anna: CommandLine, ben: CommandLine) -> None:
        anna.run("rooms")
        ben.name = "Anna"

        ended = ben.run("rooms")

        assert (ended.code, ended.out) == (1, "")
        assert ended.errors == ["hubbub: Anna is taken. Use Anna_? Choose with --name NICK."]

    def test_unknown_host(self, anna: CommandLine) -> None:
        anna.server = "no-such-host.invalid:1"

        ended = anna.run("rooms", "--timeout", 1)

        assert (ended.code, ended.err.count("\n")) == (1, 1)
        assert "no-such-host.invalid:1 could not be reached within 1 s" in ended.err


class TestProgram:
    def test_remembers_server_and_name(self, anna: CommandLine) -> None:
        anna.run("send", "general", "hello")

        again = run([sys.executable, "-m", "app", "--data", str(anna.folder), "send", "general",
                     "--json", "bye"])  # fmt: skip

        assert again.objects == [{"room": "general", "seq": 3}]

    def test_finds_a_server_by_name_that_listens_on_one_family(
        self, server: ServerProcess, anna: CommandLine
    ) -> None:
        anna.server = f"localhost:{server.port}"

        assert anna.run("rooms").code == 0

    @pytest.mark.skipif(os.name != "posix", reason="processes are ended in another way there")
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_ends_when_told(self, anna: CommandLine, number: signal.Signals) -> None:
        anna.run("send", "general", "hello")
        tail = anna.start("tail", "general", "--since", 1)
        read_line(tail)

        tail.send_signal(number)
        _, err = tail.communicate(timeout=5)

        assert tail.returncode == 1
        assert err == "hubbub: stopped by a signal\n"

    def test_ends_when_told_while_nobody_reads_its_output(
        self, anna: CommandLine, ben: CommandLine
    ) -> None:
        anna.run("send", "general", stdin="\n".join(["x" * 1000] * 200))
        tail = ben.start("tail", "general", "--since", 1)
        read_line(tail)

        tail.terminate()

        assert tail.wait(timeout=5) == 1

    def test_ends_quietly_when_its_reader_went_away(
        self, anna: CommandLine, ben: CommandLine
    ) -> None:
        anna.run("send", "general", stdin="\n".join(["x" * 1000] * 200))
        tail = ben.start("tail", "general", "--since", 1, "--count", 201)
        read_line(tail)
        assert tail.stdout and tail.stderr
        tail.stdout.close()

        assert tail.wait(timeout=10) == 1
        assert "first contact" in tail.stderr.readline()
        assert tail.stderr.read() == ""

    def test_works_without_tk(self, anna: CommandLine) -> None:
        words = anna.command("send", "general", "no window here")[3:]

        sent = run([sys.executable, "-c", BLOCKED, *words])

        assert sent.objects == [{"room": "general", "seq": 2}]

    def test_window_without_tk_or_display_says_what_to_do(self, tmp_path: Path) -> None:
        program = [sys.executable, "-c", BLOCKED, "--data", str(tmp_path)]

        without_tk = run(program, variables={"DISPLAY": ":0"})
        without_display = run(
            [sys.executable, "-m", "app", "--data", str(tmp_path)], variables={"DISPLAY": ""}
        )

        assert (without_tk.code, without_tk.err.count("\n")) == (1, 1)
        assert "python3-tk" in without_tk.err
        assert (without_display.code, without_display.err.count("\n")) == (1, 1)
        assert "needs a display" in without_display.err

    def test_wrong_usage(self, tmp_path: Path) -> None:
        ended = run([sys.executable, "-m", "app", "sned", "general"])

        assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
        assert "'sned'" in ended.err
        assert subprocess.call(  # nobody has said yet which server
            [sys.executable, "-m", "app", "rooms", "--data", str(tmp_path)],
            stderr=subprocess.DEVNULL,
        ) == 2  # fmt: skip
