"""Posts: put into their dense order, slowed down if need be, decided, committed, answered."""

from __future__ import annotations

from protocol import streams
from protocol.errors import Refusal
from protocol.frames import Frame, Post, PostFlag, Receipt, Refused, SlowDown
from server import post_rules
from server.client_session import ClientSession
from server.commit_gate import After, Write
from server.handler_context import HandlerContext
from server.people import Device, Person
from server.post_intake import StagedPost
from server.post_rules import Outcome, Posting
from server.room_log import LogDamaged, LogError, LogFull, PostResult

#: How long a post waits before it is sent again to a server that cannot write.
_FULL_RETRY_MS = 5000
#: A plain number: an operator of a flag costs more than all the rest of a look at it.
_WAITED = int(PostFlag.WAITED)
#: Looking for a post by its id costs as much as reading so many rows.
_SEARCHED_ROWS = 8


def handle_post(context: HandlerContext, client: ClientSession, frame: Post, now: float) -> None:
    """Stage the post, and hand on whatever is complete and next."""
    assert client.device is not None
    intake = client.device.intake
    if frame.client_seq < intake.next:
        if frame.client_seq <= intake.committed:
            context.read_soon(client, lambda: _answer_again(context, client, frame, now), now)
        return
    intake.stage(frame)
    _hand_on(context, client, frame, now)


def _hand_on(
    context: HandlerContext, client: ClientSession, frame: Post | None, now: float
) -> None:
    """To the disk with what is complete and next; ``frame`` is what has just come, if it did."""
    person, device = client.person, client.device
    assert person is not None
    assert device is not None
    intake = device.intake
    handed_on = False
    while (post := intake.ready()) is not None:
        if context.gate.is_full:  # asked first: what finds no place costs nothing of the rate
            if not intake.is_blocked:
                intake.is_blocked = True
                context.gate.when_free(lambda later: _go_on(context, device, later))
            return
        wait_s = context.rates.post_wait_s(person.person, client.source, post.bytes_held, now)
        if wait_s > 0:
            # Once for the post that has to wait, however many of those behind it come again.
            if frame is not None and not handed_on and frame.client_seq != post.client_seq:
                return
            slow_down = SlowDown(post.client_seq, int(wait_s * 1000) + 1)
            context.outbox.answer(client, slow_down)
            return
        context.gate.write_soon(_write(context, person, device, post))
        intake.hand_on(post)
        handed_on = True


def _go_on(context: HandlerContext, device: Device, now: float) -> None:
    """There is a place for the device's posts again."""
    device.intake.is_blocked = False
    client = context.sessions.table.of_device(device.device)
    if client is not None:
        _hand_on(context, client, None, now)


def _answer_again(context: HandlerContext, client: ClientSession, frame: Post, now: float) -> None:
    """The post came again: its first answer was lost, or is still on its way.

    Or under a number that is another's: then this folder was copied back. If the server's had been
    before, the very post may stand under the number that it got then.
    """
    assert client.device is not None and client.person is not None
    device = client.device.device
    result = context.log.post_result(device, frame.client_seq)
    if result is not None and result.post_id != frame.post_id:
        if not context.rates.may_ask(client.person.person, _SEARCHED_ROWS, now):
            return
        result = context.log.post_with_id(device, frame.post_id)
    answer: Frame
    if result is None:
        answer = Refused(frame.client_seq, Refusal.NUMBER_REUSED)
    elif result.refusal:
        answer = Refused(frame.client_seq, result.refusal)
    else:
        answer = Receipt(frame.client_seq, result.room, result.number)
    context.outbox.answer(client, answer)


def _write(context: HandlerContext, person: Person, device: Device, post: StagedPost) -> Write:
    size = post.bytes_held

    def run(time_ms: int) -> After:
        if post.client_seq != device.intake.committed_or_written + 1:
            return lambda: None  # a batch before was lost: the device sends it again
        earlier = None
        if post.flags & _WAITED:
            earlier = context.log.post_with_id(device.device, post.post_id)
        result = earlier or _decide(context, person, device, post, time_ms)
        context.log.record_post(device.device, post.client_seq, result)
        device.intake.committed_or_written = post.client_seq
        return lambda: _answer(context, device, post, result, is_new=earlier is None)

    def failed(error: LogError) -> None:
        device.intake.reset(device.intake.committed, device.intake.last_post_id)
        client = context.sessions.table.of_device(device.device)
        if client is not None and isinstance(error, (LogFull, LogDamaged)):
            slow_down = SlowDown(post.client_seq, _FULL_RETRY_MS, Refusal.SERVER_FULL)
            context.outbox.answer(client, slow_down)

    return Write(run, failed, size)


def _decide(
    context: HandlerContext, person: Person, device: Device, post: StagedPost, time_ms: int
) -> PostResult:
    """Do what the post asks for, in the open batch."""
    posting = Posting(
        context.log, context.rooms, context.config.limits, person, device.device, post, time_ms
    )
    code = 0
    try:
        outcome = post_rules.decide(posting)
    except post_rules.Refused as refused:
        outcome, code = Outcome(post.room, 0), int(refused.code)
    room = context.rooms.get(outcome.room)
    if room is not None and room.fresh:
        context.gate.touch(room)
    return PostResult(post.post_id, outcome.room, outcome.number, code)


def _answer(
    context: HandlerContext, device: Device, post: StagedPost, result: PostResult, *, is_new: bool
) -> None:
    device.intake.on_committed(post.client_seq, post.post_id)
    client = context.sessions.table.of_device(device.device)
    if client is None:
        return
    if result.refusal:
        answer: Frame = Refused(post.client_seq, result.refusal)
    elif is_new and result.number and streams.log_of(result.room) in client.refs:
        return  # the push that has just left is the receipt
    else:
        answer = Receipt(post.client_seq, result.room, result.number)
    context.outbox.answer(client, answer)
