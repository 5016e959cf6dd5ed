"""Signing in, presence, names, goodbye: frames about who is there."""

from __future__ import annotations

from protocol import limits
from protocol.errors import Refusal
from protocol.frame_codec import encode_frame
from protocol.frames import (
    Close,
    CloseReason,
    Frame,
    Pad,
    Persons,
    Presence,
    Report,
    SetPresence,
    SignIn,
    SignInRefused,
    Welcome,
    Who,
)
from protocol.stateless_reset import reset_token
from protocol.streams import is_log, room_of
from protocol.text_rules import canonical_name, is_status
from server.client_session import ClientSession
from server.commit_gate import After, Write
from server.handler_context import HandlerContext
from server.people import Device, Person
from server.room_log import DeviceRecord, LogError

#: A welcome that was asked for so often may not fit the path: it then goes without padding.
_PADDED_WELCOMES_MAX = 3
#: What signing in once more costs, as rows of the log.
_SIGN_IN_ROWS = 20
#: Names tried for whoever wants one that is taken.
_SUGGESTIONS_MAX = 20


def handle_sign_in(
    context: HandlerContext, client: ClientSession, frame: SignIn, now: float
) -> None:
    """Who is there? The answer waits for the log: a name belongs to whoever took it first."""
    client.sign_in_tries += 1
    if client.signing_in:
        return  # the answer is on its way
    person = client.person
    if person is not None and not context.rates.may_ask(person.person, _SIGN_IN_ROWS, now):
        return

    def run(time_ms: int) -> After:
        client.signing_in = False
        if client.closed:
            return _nothing
        record = context.log.device(client.key)
        known = record is not None
        canonical = canonical_name(frame.name)
        if record is None:
            answer = _refusal_for_new(context, client, frame.name, canonical, now)
            if answer is not None:
                return _sender(context, client, answer)
            assert canonical is not None
            record = context.log.add_device(client.key, frame.name, canonical)
            name = frame.name
        else:
            name = context.log.people([record.person])[0].name
            if frame.name and frame.name != name:
                if not context.rates.may_change(record.person, now):
                    return _nothing  # he asks again
                answer = _rename(context, record, frame.name, canonical)
                if answer is not None:
                    return _sender(context, client, answer)
                name = frame.name
        rooms = set(context.log.rooms_of(record.person)) if known else set[int]()
        version = context.log.names_version()  # later the log may have the next batch in hand
        return lambda: _welcome(context, client, record, name, rooms, version, known, time_ms, now)

    def failed(error: LogError) -> None:
        client.signing_in = False
        if not client.closed:
            context.outbox.answer(client, SignInRefused(Refusal.SERVER_FULL))

    client.signing_in = context.gate.write_soon(Write(run, failed))


def _nothing() -> None:
    """No answer."""


def _sender(context: HandlerContext, client: ClientSession, answer: Frame) -> After:
    def after() -> None:
        if not client.closed:
            context.outbox.answer(client, answer)

    return after


def _refusal_for_new(
    context: HandlerContext, client: ClientSession, name: str, canonical: str | None, now: float
) -> SignInRefused | None:
    if canonical is None:
        return SignInRefused(Refusal.NAME_NOT_ALLOWED)
    if _is_taken(context, name, canonical):
        return SignInRefused(Refusal.NAME_TAKEN, _suggestion(context, name))
    if context.log.people_count() >= context.config.limits.people_max:
        return SignInRefused(Refusal.TOO_MANY_PEOPLE)
    if not context.rates.may_come(client.source, now):
        return SignInRefused(Refusal.TOO_MANY_PEOPLE)
    return None


def _rename(
    context: HandlerContext, record: DeviceRecord, name: str, canonical: str | None
) -> SignInRefused | None:
    if canonical is None:
        return SignInRefused(Refusal.NAME_NOT_ALLOWED)
    if _is_taken(context, name, canonical, by_other_than=record.person):
        return SignInRefused(Refusal.NAME_TAKEN, _suggestion(context, name))
    context.log.rename_person(record.person, name, canonical)
    return None


def _is_taken(
    context: HandlerContext, name: str, canonical: str, *, by_other_than: int = 0
) -> bool:
    """Whether somebody else has the name, or one that looks like it."""
    return any(holder != by_other_than for holder in context.log.people_called(name, canonical))


def _suggestion(context: HandlerContext, name: str) -> str:
    for ending in ["_", *(str(number) for number in range(2, _SUGGESTIONS_MAX))]:
        candidate = name[: limits.NICK_CODE_POINTS_MAX - len(ending)] + ending
        canonical = canonical_name(candidate)
        if canonical is not None and not _is_taken(context, candidate, canonical):
            return candidate
    return ""


def _welcome(
    context: HandlerContext,
    client: ClientSession,
    record: DeviceRecord,
    name: str,
    rooms: set[int],
    names_version: int,
    known: bool,
    time_ms: int,
    now: float,
) -> None:
    if client.closed:
        return
    other = context.sessions.table.of_device(record.device)
    if other is not None and other.begun_at > client.begun_at:
        # A sign-in that came late, from a session the device gave up for the newer one.
        context.sessions.forget(client, now)
        return
    person = context.people.get(record.person)
    if person is None:
        person = Person(record.person, name, rooms)
        context.people[record.person] = person
    device = _device_for(context, record)
    if client.person is None:
        client.person, client.device = person, device
        device.intake.forget_staged()
        person.sessions += 1
        before = context.sessions.table.signed_in(client, known=known)
        if before is not None:
            context.sessions.close(before, CloseReason.SIGNED_IN_ELSEWHERE, now)
        person.away, person.status = False, ""
        context.sessions.remember(client, now)
        context.sessions.wake(client, now + context.config.limits.idle_timeout_s, now)
    if person.name != name:
        person.name = name
        context.rooms.renamed_person(person.person, name)
        context.presence.person_changed(person, person.rooms)
    context.sessions.show_presence(person)
    context.counters["signed_in"] += 1
    _send_welcome(context, client, person, device, names_version, time_ms)


def _device_for(context: HandlerContext, record: DeviceRecord) -> Device:
    """The device, as it was left by an earlier session whose posts may still wait for the disk."""
    devices = context.devices
    device = devices.get(record.device)
    if device is None:
        if len(devices) >= 2 * context.config.limits.sessions_max:
            _forget_idle(context)
        device = devices[record.device] = Device(
            record, context.config.limits.staged_bytes_max, context.staging
        )
    return device


def _forget_idle(context: HandlerContext) -> None:
    """Devices without a session of which everything is on disk: the log knows them as well."""
    for number, device in list(context.devices.items()):
        if context.sessions.table.of_device(number) is None and device.intake.is_idle:
            del context.devices[number]


def _send_welcome(
    context: HandlerContext,
    client: ClientSession,
    person: Person,
    device: Device,
    names_version: int,
    time_ms: int,
) -> None:
    index = client.session.channel.local_index
    frames: list[Frame] = [
        Welcome(
            person=person.person,
            device=device.device,
            name=person.name,
            last_client_seq=device.intake.committed,
            last_post_id=device.intake.last_post_id,
            server_name=context.config.name,
            rooms=sorted(person.rooms),
            reset_token=reset_token(context.reset_secret, index),
            time_ms=time_ms,
            names_version=names_version,
            next_key=context.next_key,
        )
    ]
    if client.sign_in_tries <= _PADDED_WELCOMES_MAX:
        size = len(encode_frame(frames[0]))
        # One byte of array head, and at most five around the padding.
        frames.append(Pad(bytes(limits.PLAINTEXT_BYTES_MAX - size - 6)))
    else:
        if len(context.narrow_paths) >= context.config.limits.sessions_max:
            context.narrow_paths.clear()
        context.narrow_paths.add(client.session.address)
    context.outbox.answer(client, *frames)


def handle_presence(
    context: HandlerContext, client: ClientSession, frame: SetPresence, now: float
) -> None:
    """The person went away from the keyboard, or came back; what may not be said of it is as if
    nothing was said. It is said again until it is heard, so an older word may come late."""
    assert client.person is not None
    if client.counter < client.presence_at:
        return
    client.presence_at = client.counter
    client.person.away = frame.presence == Presence.AWAY
    client.person.status = frame.status if is_status(frame.status) else ""
    context.sessions.show_presence_soon(client.person, now)


def handle_who(context: HandlerContext, client: ClientSession, frame: Who, now: float) -> None:
    """Names of people, from the log."""
    if not frame.people:
        return

    def read() -> None:
        known = {record.person: record.name for record in context.log.people(frame.people)}
        # Whom nobody knows has no name: an answer too, or he would be asked for without end.
        names = [(person, known.get(person, "")) for person in frame.people]
        # Fifty names of 64 bytes do not fit one datagram.
        for start in range(0, len(names), _NAMES_IN_A_FRAME):
            part = names[start : start + _NAMES_IN_A_FRAME]
            context.outbox.answer(client, Persons(part))

    context.read_soon(client, read, now, rows=len(frame.people))


_NAMES_IN_A_FRAME = 15


def handle_report(
    context: HandlerContext, client: ClientSession, frame: Report, now: float
) -> None:
    """How far the person's device holds the logs it follows."""
    person = client.person
    assert person is not None
    for ref, number in frame.complete:
        room = context.rooms.get(room_of(ref))
        if room is None or not is_log(ref) or ref not in client.refs:
            continue
        if room.room in person.rooms:  # who only reads along is nobody's "held by"
            context.presence.holds(room, person.person, number)


def handle_close(context: HandlerContext, client: ClientSession, frame: Close, now: float) -> None:
    """Goodbye."""
    context.sessions.forget(client, now, goodbye=frame.reason == CloseReason.GOODBYE)
