"""Following streams and asking for ranges of them."""

from __future__ import annotations

from protocol import streams
from protocol.errors import Refusal
from protocol.frames import Range, Subscribe, Subscribed, SubscribeRefused, Unsubscribe
from server.client_session import ClientSession, SubscribeInHand
from server.handler_context import HandlerContext
from server.live_stream import LiveStream
from server.room import Room


def handle_subscribe(
    context: HandlerContext, client: ClientSession, frame: Subscribe, now: float
) -> None:
    """Answered when the log is free: positions speak of committed entries, and where histories
    part only the log knows. Public rooms are open to whoever has signed in."""
    if client.is_in_hand(frame.ref, frame.question):
        return
    in_hand = SubscribeInHand(frame.ref, client.counter, frame.question)

    def is_wanted() -> bool:
        """Not if he has left the stream meanwhile, or asked anew; it is in hand no more."""
        if client.subscribing.get(frame.ref) is not in_hand:
            return False
        del client.subscribing[frame.ref]
        return True

    def read() -> None:
        if not is_wanted():
            return
        most = context.config.limits.subscriptions_max
        if len(client.refs) >= most and frame.ref not in client.refs:
            refusal = SubscribeRefused(frame.ref, Refusal.TOO_MANY_ROOMS, frame.question)
            context.outbox.answer(client, refusal)
            return
        if frame.ref == streams.ROOMS:
            context.rooms.followers.add(client)
            _note(client, in_hand)
            context.outbox.answer(client, _live(context.rooms.listing, frame))
            return
        room = context.rooms.get(streams.room_of(frame.ref))
        if room is None:
            refusal = SubscribeRefused(frame.ref, Refusal.NO_SUCH_ROOM, frame.question)
            context.outbox.answer(client, refusal)
            return
        _note(client, in_hand)
        if streams.is_log(frame.ref):
            room.followers.add(client)
            answer = _log(context, room, frame)
        else:
            room.people_followers.add(client)
            answer = _live(context.presence.watch(room), frame)
        context.outbox.answer(client, answer)

    rows = 1 + len(frame.checkpoints)
    if context.read_soon(client, read, now, rows, dropped=is_wanted):
        client.take_in_hand(in_hand)


def _note(client: ClientSession, carried_out: SubscribeInHand) -> None:
    ref, counter = carried_out.ref, carried_out.counter
    client.refs.add(ref)
    client.subscribed_at[ref] = max(counter, client.subscribed_at.get(ref, -1))


def _live(stream: LiveStream, frame: Subscribe) -> Subscribed:
    same = (frame.stream_id, frame.incarnation) == (stream.stream_id, stream.incarnation)
    held = frame.checkpoints[0][0] if frame.checkpoints and same else 0
    return Subscribed(
        ref=frame.ref,
        stream_id=stream.stream_id,
        incarnation=stream.incarnation,
        first=1,
        head=stream.head,
        visible=0,
        chain=b"",
        agreed_to=min(held, stream.head),
        question=frame.question,
    )


def _log(context: HandlerContext, room: Room, frame: Subscribe) -> Subscribed:
    return Subscribed(
        ref=frame.ref,
        stream_id=room.stream_id,
        incarnation=room.incarnation,
        first=1,
        head=room.head,
        visible=room.visible,
        chain=room.chain,
        agreed_to=_agreed_to(context, room, frame) if frame.stream_id == room.stream_id else 0,
        question=frame.question,
    )


def _agreed_to(context: HandlerContext, room: Room, frame: Subscribe) -> int:
    """The newest of the client's checkpoints that this history holds as well."""
    for number, chain in sorted(frame.checkpoints, reverse=True):
        if not 0 < number <= room.head:
            continue
        ours = room.chain_at(number) or context.log.chain(room.room, number)
        if ours == chain:
            return number
    return 0


def handle_unsubscribe(
    context: HandlerContext, client: ClientSession, frame: Unsubscribe, now: float
) -> None:
    """Nothing more of this stream, unless it was subscribed to anew since."""
    waiting = client.subscribing.get(frame.ref)
    if waiting is not None and waiting.counter <= client.counter:
        del client.subscribing[frame.ref]
    if frame.ref in client.refs and client.counter >= client.subscribed_at.get(frame.ref, -1):
        context.sessions.unfollow(client, frame.ref)
        context.ranges.drop(client, frame.ref)


def handle_range(context: HandlerContext, client: ClientSession, frame: Range, now: float) -> None:
    """Repair, catching up, scrolling back: entries of a stream the session follows."""
    if frame.ref in client.refs and 0 < frame.first <= frame.last:
        context.ranges.ask(client, (frame.ref, frame.first, frame.last), now)
