"""Every bound and time-out that both sides must agree on, each with its reason.

What only one side decides is configuration of that side; what is here is part of the protocol.
"""

from __future__ import annotations

from typing import Final

PROTOCOL_VERSIONS: Final = (1,)

# --- datagrams -----------------------------------------------------------------------------
#: UDP payload that every IPv6 path carries and nearly every IPv4 path too (RFC 9000, 14.1).
DATAGRAM_BYTES_MAX: Final = 1200
#: 1 type, 8 receiver index, 8 counter.
HEADER_BYTES: Final = 17
TAG_BYTES: Final = 16
PLAINTEXT_BYTES_MAX: Final = DATAGRAM_BYTES_MAX - HEADER_BYTES - TAG_BYTES
#: A datagram is a short list of frames: more is an attack on the decoder, not a message.
FRAMES_MAX: Final = 64

# --- text ----------------------------------------------------------------------------------
#: One entry fits one datagram, beside its frame and a few neighbours' headers.
BODY_BYTES_MAX: Final = 1000
#: A text that is longer than one entry becomes several, at most this much together.
MESSAGE_BYTES_MAX: Final = 16 * 1024
#: Splitting at code points leaves at most 3 bytes of a part unused.
PARTS_MAX: Final = 17
NICK_CODE_POINTS_MAX: Final = 32
NAME_BYTES_MAX: Final = 64
TOPIC_BYTES_MAX: Final = 390
#: What a person who is away says of it.
STATUS_CODE_POINTS_MAX: Final = 100
STATUS_BYTES_MAX: Final = 300

# --- streams -------------------------------------------------------------------------------
STREAM_ID_BYTES: Final = 8
CHAIN_BYTES: Final = 8
#: SQLite's integers are signed.
NUMBER_MAX: Final = 2**63 - 1
#: Positions a client may name at once when it looks for where two histories part.
CHECKPOINTS_MAX: Final = 24
RANGES_IN_HAND_MAX: Final = 64
PEOPLE_ASKED_MAX: Final = 50
COMPLETE_TO_REPORTED_MAX: Final = 64

# --- posts ---------------------------------------------------------------------------------
#: How far ahead of the last committed post of a device the server holds early ones.
POSTS_AHEAD_MAX: Final = 64
#: A fresh post is repeated once after this, unless its receipt came: on a LAN it has come.
POST_REPEAT_S: Final = 0.015

# --- timers --------------------------------------------------------------------------------
#: First time-out, before any round trip was measured (RFC 8085, 3.1.1).
INITIAL_TIMEOUT_S: Final = 1.0
TIMEOUT_MAX_S: Final = 60.0
#: A client that hears nothing for so long makes new keys and begins anew with all it asked. So
#: while it does hear something the path works, and no back-off need be longer.
SILENCE_MAX_S: Final = 8.0
#: RFC 9002, 6.1.2.
GRANULARITY_S: Final = 0.001
#: A commit may take this long before an answer leaves; part of every retransmission timer.
ANSWER_DELAY_MAX_S: Final = 0.025
#: A receiver waits so long after the last datagram that it has not reported, since while more come
#: their numbers show what is missing; and no longer than the second figure after the first one.
REPORT_DELAY_S: Final = 2.0
REPORT_HELD_MAX_S: Final = 10.0
#: A sender that misses a report for so long after the last datagram, or after the time for which
#: it could be held back, asks for it with a head.
REPORT_OVERDUE_S: Final = 3.0
#: Idle sessions only; jittered by a fifth (RFC 8085, 3.5 asks for at least 15 s).
KEEPALIVE_S: Final = 25.0
IDLE_TIMEOUT_S: Final = 90.0
#: Nothing is sent any more to whom something was sent and who has said nothing for so long: he
#: may be gone, and somebody else may have the address (RFC 8085, 6; RFC 7675).
CONSENT_S: Final = 60.0
#: A gap this young is taken for reordering, not loss.
REPAIR_LINGER_S: Final = 0.010
#: A hole is not drawn before it is this old.
HOLE_SHOWN_S: Final = 0.300
REKEY_AFTER_S: Final = 3600.0
OLD_KEYS_KEPT_S: Final = 30.0

# --- windows, in datagrams of DATAGRAM_BYTES_MAX -----------------------------------------------
#: What a small datagram counts in a window: it takes up buffers and a place in queues as well.
COUNTED_BYTES_MIN: Final = DATAGRAM_BYTES_MAX // 8
#: RFC 9002, 7.2.
WINDOW_INITIAL: Final = 10
WINDOW_MIN: Final = 4
WINDOW_MAX: Final = 1024
#: What was asked for leaves in bursts of so many (RFC 9002, 7.7: the initial window).
BURST_MAX: Final = 10
#: A receiver reports after this many datagrams: half the sender's window, which grows by what is
#: reported, so growing the distance by half with each clean report keeps it a half.
REPORT_EVERY_INITIAL: Final = WINDOW_INITIAL // 2
REPORT_EVERY_MIN: Final = WINDOW_MIN // 2
REPORT_EVERY_MAX: Final = 64
#: A path that lost something is reported on sooner, and for this long it counts as lossy.
LOSSY_FOR_S: Final = 30.0
LOSSY_REPORT_DELAY_S: Final = 0.2
#: A new path gets three times what it sent, until it is proven (RFC 9000, 8.1).
UNPROVEN_FACTOR: Final = 3

assert BODY_BYTES_MAX < PLAINTEXT_BYTES_MAX
assert PARTS_MAX * (BODY_BYTES_MAX - 3) >= MESSAGE_BYTES_MAX
assert REPORT_DELAY_S < REPORT_OVERDUE_S < REPORT_HELD_MAX_S < KEEPALIVE_S < IDLE_TIMEOUT_S
assert WINDOW_MIN <= WINDOW_INITIAL <= WINDOW_MAX
