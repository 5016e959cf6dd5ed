"""``check``, ``backup`` and ``restore`` beside a server that people talk on."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from app.models.events import (
    HistoryForked,
    RoomFollowed,
    ServerKeyChanged,
    ServerKeySeen,
    SignedIn,
)
from tests.system.headless import Headless
from tests.system.processes import CommandLine, Ended, ServerProcess, run


def maintain(*words: object) -> Ended:
    return run([sys.executable, "-m", "server", *map(str, words)])


def test_backup_while_people_talk_is_restored_and_they_notice_the_fork(
    server: ServerProcess, tmp_path: Path
) -> None:
    copy, data = tmp_path / "copy", tmp_path / "restored"
    with (
        Headless(tmp_path / "anna", server.address, "anna") as anna,
        Headless(tmp_path / "ben", server.address, "ben") as ben,
    ):
        anna.join()
        ben.join()
        for number in range(200):
            anna.say(f"anna {number}")
            if number == 100:
                anna.until(lambda: len(anna.receipts) > 50)
                done = maintain("backup", "--data", server.folder, "--to", copy)
                assert done.code == 0, done.err
        anna.until(lambda: len(anna.receipts) == 201)
        ben.until(lambda: len(ben.texts()) == 200)

        in_use = maintain("check", "--data", server.folder)
        assert (in_use.code, in_use.err.count("a server is using")) == (1, 1)
        assert not (server.folder / "left-open").exists(), "it is at work"
        server.kill()
        whole = maintain("check", "--data", server.folder)
        assert (whole.code, "is whole" in whole.out) == (0, True), whole.err

        refused = maintain("restore", "--from", copy, "--data", server.folder)
        assert (refused.code, "is not empty" in refused.err) == (1, True)
        done = maintain("restore", "--from", copy, "--data", data)
        assert done.code == 0, done.err
        followed = {p.name: len(p.happened(RoomFollowed)) for p in (anna, ben)}
        with ServerProcess(data, "--no-rate-limits", port=server.port) as again:
            assert again.fingerprint == server.fingerprint
            anna.say("anna goes on")
            for person in (anna, ben):
                person.until(lambda p=person: bool(p.happened(HistoryForked)))  # type: ignore[misc]
                person.until(lambda p=person: p.texts()[-1:] == ["anna goes on"])  # type: ignore[misc]
            ben.say("ben, too")
            for person in (anna, ben):
                person.until(lambda p=person: p.texts()[-1] == "ben, too")  # type: ignore[misc]
            forks = {p.happened(HistoryForked)[0].agreed_to for p in (anna, ben)}
            assert len(forks) == 1 and forks.pop() >= 50
            assert anna.entries()[-50:] == ben.entries()[-50:]
            for person in (anna, ben):
                old, new = (e.incarnation for e in (
                    person.happened(RoomFollowed)[followed[person.name] - 1],
                    person.happened(RoomFollowed)[-1],
                ))  # fmt: skip
                assert new > old
    whole = maintain("check", "--data", data)
    assert whole.code == 0, whole.err


def test_check_says_exactly_what_is_wrong(server: ServerProcess) -> None:
    server.stop()
    (server.folder / "server.key").write_bytes(b"")
    done = maintain("check", "--data", server.folder)
    assert done.code == 1
    key = server.folder / "server.key"
    assert done.err == (f"hubbub-server: check: {key} is no key: it has 0 bytes instead of 32\n")


def test_a_key_that_was_announced_goes_on_and_another_does_not(
    server: ServerProcess, tmp_path: Path
) -> None:
    with (
        Headless(tmp_path / "anna", server.address, "anna") as anna,
        Headless(tmp_path / "ben", server.address, "ben") as ben,
    ):
        anna.join()
        ben.stop()  # and never hears of the next key
        made = maintain("next-key", "--data", server.folder)
        assert made.code == 0, made.err
        in_use = maintain("switch-key", "--data", server.folder)
        assert (in_use.code, in_use.err.count("a server is using")) == (1, 1)
        server.stop()
        with ServerProcess(server.folder, port=server.port) as announcing:
            assert announcing.fingerprint == server.fingerprint
            anna.until(lambda: bool(anna.happened(SignedIn)[-1].next_key))
        done = maintain("switch-key", "--data", server.folder)
        assert done.code == 0, done.err
        with ServerProcess(server.folder, port=server.port) as switched:
            assert switched.fingerprint in made.out and switched.fingerprint != server.fingerprint
            anna.say("goes on")
            anna.until(lambda: "goes on" in anna.texts())
            assert [seen.was_announced for seen in anna.happened(ServerKeySeen)] == [False, True]
            again = Headless(tmp_path / "ben", server.address, "ben")
            again.begin()
            try:
                again.until(lambda: bool(again.happened(ServerKeyChanged)))
            finally:
                again.stop()


def test_what_waited_when_the_key_changed_arrives_after_a_new_link(
    server: ServerProcess, anna: CommandLine
) -> None:
    assert anna.run("send", "general", "before").code == 0
    server.stop()
    for command in ("next-key", "switch-key"):
        done = maintain(command, "--data", server.folder)
        assert done.code == 0, done.err
    with ServerProcess(server.folder, port=server.port) as switched:
        stopped = anna.run("send", "general", "waits")
        assert stopped.code == 1
        assert "has changed" in stopped.err and "1 message waits in the outbox" in stopped.err
        assert f"--server {server.address}#" in stopped.err, "what to do is not said"

        anna.server = f"{server.address}#{switched.fingerprint}"
        met = anna.run("rooms")
        assert met.code == 0 and "this is the server that was here before" in met.err
        anna.server = server.address
        texts: list[str] = []
        deadline = time.monotonic() + 30
        while "waits" not in texts and time.monotonic() < deadline:
            texts = anna.run("history", "general").texts

        assert [text for text in texts if text] == ["before", "waits"]


def test_wrong_usage_is_one_line() -> None:
    done = maintain("backup", "--data", "x")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "--to" in done.err
