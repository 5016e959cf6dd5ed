"""What the command line reads: history, live messages and rooms, from real servers."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.system.processes import PATIENT, CommandLine, ServerProcess, read_line, run


class TestReading:
    def test_tail_prints_only_what_is_new(self, anna: CommandLine, ben: CommandLine) -> None:
        anna.run("send", "general", "old")
        tail = ben.start("tail", "general", "--count", 1)
        sender = anna.start("send", "general")
        assert sender.stdin

        # When the tail has begun is not to be seen: so it is given something to see.
        deadline = time.monotonic() + 20
        while tail.poll() is None and time.monotonic() < deadline:
            sender.stdin.write("new\n")
            read_line(sender)
        out, _ = tail.communicate(timeout=10)

        assert tail.returncode == 0
        assert out.count("\n") == 1
        assert '"text": "new"' in out

    def test_tail_ends_when_the_time_that_it_was_given_is_over(self, anna: CommandLine) -> None:
        anna.run("send", "general", "hello")

        tailed = anna.run("tail", "general", "--since", 1, "--timeout", 5)

        assert (tailed.code, tailed.errors) == (0, [])
        assert [item["seq"] for item in tailed.objects] == [1, 2]

    def test_tail_fails_when_fewer_came_than_it_was_to_count(self, anna: CommandLine) -> None:
        anna.run("send", "general", "hello")

        tailed = anna.run("tail", "general", "--since", 1, "--count", 3, "--timeout", 5)

        assert (tailed.code, len(tailed.objects)) == (1, 2)
        assert tailed.errors == ["hubbub: not done within 5 s"]

    def test_tail_goes_on_over_a_restart_and_repeats_nothing(
        self, server: ServerProcess, anna: CommandLine, ben: CommandLine
    ) -> None:
        anna.run("send", "general", "one")
        tail = ben.start("tail", "general", "--since", 2, "--count", 2)
        assert '"one"' in read_line(tail)

        server.kill()
        server.start()
        anna.run("send", "general", "two")

        out, _ = tail.communicate(timeout=20)
        assert (tail.returncode, out.count("\n")) == (0, 1)
        assert '"two"' in out

    def test_entries_have_the_fields_that_scripts_rely_on(
        self, anna: CommandLine, ben: CommandLine
    ) -> None:
        anna.run("send", "general", "hi \u2028 there\u202e")

        join, message = ben.run("history", "#general").objects

        assert list(join) == ["room", "seq", "time", "author", "kind", "text"]
        assert (join["kind"], join["text"], join["author"]) == ("join", "", "anna")
        assert message["room"] == "general"
        assert message["seq"] == 2
        assert message["kind"] == "message"
        assert message["text"] == "hi \u2028 there\u202e"
        moment = datetime.fromisoformat(message["time"])
        assert message["time"].endswith("Z")
        assert abs(datetime.now(UTC) - moment) < timedelta(minutes=5)

    def test_history_is_the_newest_first_read_from_the_network_then_from_disk(
        self, anna: CommandLine, ben: CommandLine
    ) -> None:
        anna.run("send", "general", stdin="\n".join(map(str, range(30))))

        few = ben.run("history", "general", "--last", 3)
        more = ben.run("history", "general", "--last", 20)
        all_of_it = ben.run("history", "general", "--last", 1000)

        assert few.texts == ["27", "28", "29"]
        assert more.texts == [str(n) for n in range(10, 30)]
        assert all_of_it.texts == [str(n) for n in range(30)]
        assert len(all_of_it.objects) == 31

    def test_reading_does_not_join(self, anna: CommandLine, ben: CommandLine) -> None:
        anna.run("send", "general", "hello")
        ben.run("history", "general")
        ben.run("tail", "general", "--since", 1, "--count", 1)

        rooms = ben.run("rooms")

        assert rooms.objects == [{"room": "general", "topic": "", "people": 1}]

    @pytest.mark.parametrize("command", ["tail", "history"])
    def test_missing_room(self, anna: CommandLine, command: str) -> None:
        ended = anna.run(command, "nowhere")

        assert (ended.code, ended.out) == (1, "")
        (said,) = ended.errors
        assert said.startswith("hubbub: there is no room nowhere: the command rooms lists")

    def test_history_without_the_server_is_what_is_here_and_says_how_old(
        self, server: ServerProcess, anna: CommandLine
    ) -> None:
        anna.run("send", "general", stdin="one\ntwo\nthree")
        anna.run("history", "general")
        server.kill()

        command = anna.command("history", "#General", "--last", 2)
        read = run(command[: -len(PATIENT)])
        unknown = run(anna.command("history", "nowhere")[: -len(PATIENT)])

        assert (read.code, read.texts) == (0, ["two", "three"])
        assert [item["author"] for item in read.objects] == ["anna", "anna"]
        (said,) = read.errors
        assert f"{server.address} does not answer" in said
        assert re.search(r"newest entry is \d+ s old \(20\d\d-", said)
        assert (unknown.code, unknown.out) == (1, "")
        assert "nothing of nowhere is on this computer" in unknown.errors[0]

    def test_history_waits_for_a_server_as_long_as_one_says(
        self, server: ServerProcess, anna: CommandLine
    ) -> None:
        anna.run("send", "general", "one")
        anna.run("history", "general")
        server.kill()

        read = anna.run("history", "general", "--timeout", "0.5")

        assert (read.code, read.texts) == (0, ["one"])

    def test_people_see_escapes_for_control_characters(
        self, anna: CommandLine, ben: CommandLine
    ) -> None:
        anna.run("send", "general", "two\nlines \u202e")
        ben.options = ()

        lines = ben.run("history", "general").out.splitlines()

        assert re.fullmatch(r"1 \S+Z anna joined", lines[0])
        assert re.fullmatch(r"2 \S+Z anna: two", lines[1])
        assert lines[2] == "    lines \\u202e"
