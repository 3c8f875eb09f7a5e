"""The sending of SMS: broadcasts, their texts, deliveries, receipts, and what paces them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from hub.database import Base, EncryptedNumber, Json, Moment


class BroadcastState(StrEnum):
    """Where a broadcast stands; the allowed steps are in `hub/sms/states.py`."""

    PREPARED = "prepared"
    WAITING = "waiting"
    SENDING = "sending"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"


class DeliveryState(StrEnum):
    """Where a delivery stands; the allowed steps are in `hub/sms/states.py`."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


class SkipReason(StrEnum):
    """Why a delivery was not sent."""

    STOPPED = "stopped"
    SUPERSEDED = "superseded"
    OUTLIVED = "outlived"
    DUPLICATE = "duplicate"
    OPTED_OUT = "opted-out"


class Broadcast(Base):
    """The sending of one announcement by SMS. `audience_id` is None when it goes to those whom an earlier
    announcement went to. `priority`: higher goes first (correction and end 30, update 20, first 10, before 0)."""

    __tablename__ = "broadcasts"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id"), index=True)
    audience_id: Mapped[int | None] = mapped_column(
        ForeignKey("audiences.id", ondelete="SET NULL"), index=True
    )
    audience_name: Mapped[str] = mapped_column(String(100), default="")
    where: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    first: Mapped[dict[str, str]] = mapped_column(Json, default=dict)  # whose rows go before others
    exercise: Mapped[bool] = mapped_column(Boolean, default=False)
    purpose: Mapped[str] = mapped_column(String(12), default="citizens")  # or notice: to our own
    state: Mapped[str] = mapped_column(String(20), index=True)
    reason: Mapped[str | None] = mapped_column(Text)  # why it is paused or stopped, in words
    priority: Mapped[int] = mapped_column(Integer, default=10)
    until: Mapped[datetime | None] = mapped_column(Moment)  # after this no row is handed over
    total: Mapped[int] = mapped_column(Integer, default=0)  # deliveries
    segments: Mapped[int] = mapped_column(Integer, default=0)
    set_aside: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    opt_out_override: Mapped[str | None] = mapped_column(Text)  # why it goes to who opted out, too
    personal: Mapped[bool] = mapped_column(Boolean, default=False)  # its texts have personal slots
    bodies_removed_at: Mapped[datetime | None] = mapped_column(Moment)  # at the gateway
    made_at: Mapped[datetime] = mapped_column(Moment)
    ready_at: Mapped[datetime | None] = mapped_column(Moment)  # all its rows are written
    superseded_at: Mapped[datetime | None] = mapped_column(
        Moment
    )  # nothing of it goes out any more
    waiting_at: Mapped[datetime | None] = mapped_column(Moment)  # confirmed: may go out
    started_at: Mapped[datetime | None] = mapped_column(Moment)  # first claim allowed
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    purged_at: Mapped[datetime | None] = mapped_column(
        Moment
    )  # numbers and personal fields removed


class BroadcastText(Base):
    """The SMS of one language, stored once. It may hold `{slot}` for personal slots."""

    __tablename__ = "broadcast_texts"

    broadcast_id: Mapped[int] = mapped_column(
        ForeignKey("broadcasts.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    sms: Mapped[str] = mapped_column(Text)


class Delivery(Base):
    """One text to one phone. `personal` is None for a plain text; with personal slots it holds `{"values": canonical
    values by slot, "sms": the text as it goes out}`, and `personal_key` is a digest of that text (empty for a plain
    one): the same text goes to the same phone once. `attempt` counts claims.

    `doubt_since` is the last moment at which the gateway may have been handed this row while its state is
    unknown; `absent_since` the time of the first complete list that did not hold it.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("broadcast_id", "number", "personal_key"),
        Index("ix_deliveries_broadcast_state", "broadcast_id", "state", "id"),
        Index(
            "ix_deliveries_gateway_id",
            "gateway",
            "gateway_id",
            unique=True,
            sqlite_where=text("gateway_id IS NOT NULL"),
            postgresql_where=text("gateway_id IS NOT NULL"),
        ),
        {
            "sqlite_autoincrement": True
        },  # a callback's address names the row: numbers are never used again
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcasts.id", ondelete="CASCADE"))
    number: Mapped[str | None] = mapped_column(EncryptedNumber)  # None once purged
    language: Mapped[str] = mapped_column(String(12))
    personal: Mapped[dict[str, Any] | None] = mapped_column(Json)
    personal_key: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    row: Mapped[int | None] = mapped_column(Integer)
    segments: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12))
    attempt: Mapped[int] = mapped_column(Integer, default=0)
    not_before: Mapped[datetime | None] = mapped_column(Moment)
    claimed_by: Mapped[str | None] = mapped_column(String(60))
    claimed_at: Mapped[datetime | None] = mapped_column(Moment)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    gateway: Mapped[str | None] = mapped_column(String(20))
    gateway_id: Mapped[str | None] = mapped_column(String(64))
    error_code: Mapped[str | None] = mapped_column(String(20))
    error_text: Mapped[str | None] = mapped_column(String(300))
    skip_reason: Mapped[str | None] = mapped_column(String(20))
    handed_over_at: Mapped[datetime | None] = mapped_column(Moment)
    doubt_since: Mapped[datetime | None] = mapped_column(Moment)
    absent_since: Mapped[datetime | None] = mapped_column(Moment)
    body_removed_at: Mapped[datetime | None] = mapped_column(Moment)  # at the gateway
    changed_at: Mapped[datetime] = mapped_column(Moment)


class OptOut(Base):
    """A phone that must get no SMS. `sender` is the sender of ours that it said so to; empty on the suppression list
    proper, which holds for every sender. `source` is `stop` (an SMS to us), `refused` (the gateway says so),
    `person` or `import`; `note` why, `by` who wrote it down."""

    __tablename__ = "opt_outs"
    __table_args__ = (UniqueConstraint("number", "sender"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(EncryptedNumber)
    sender: Mapped[str] = mapped_column(String(64), default="")
    source: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str] = mapped_column(String(254), default="")


class Receipt(Base):
    """What a gateway called back, as it came; the delivery's own state is moved by it once."""

    __tablename__ = "receipts"
    __table_args__ = (UniqueConstraint("delivery_id", "attempt", "gateway_id", "status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"))
    attempt: Mapped[int] = mapped_column(Integer)
    gateway: Mapped[str] = mapped_column(String(20))
    gateway_id: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20))
    error_code: Mapped[str | None] = mapped_column(String(20))
    received_at: Mapped[datetime] = mapped_column(Moment)


class ReceivedReceipt(Base):
    """A receipt that a worker has yet to apply; it is deleted with that. `failed_at`: it could not be."""

    __tablename__ = "received_receipts"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(
        BigInteger, index=True
    )  # what was called: perhaps none
    attempt: Mapped[int] = mapped_column(Integer)
    gateway: Mapped[str] = mapped_column(String(20))
    gateway_id: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20))
    error_code: Mapped[str | None] = mapped_column(String(20))
    said: Mapped[str] = mapped_column(String(12))
    number: Mapped[str | None] = mapped_column(EncryptedNumber)
    received_at: Mapped[datetime] = mapped_column(Moment)
    failed_at: Mapped[datetime | None] = mapped_column(Moment)


class TokenBucket(Base):
    """How far a gateway's contract is used up, shared by all workers. `filled_at` is the next free moment, `tokens`
    the segments promised to claims within the last second, `window` when (5 ms steps since 1970 -> segments)."""

    __tablename__ = "token_buckets"

    gateway: Mapped[str] = mapped_column(String(20), primary_key=True)
    tokens: Mapped[float] = mapped_column(Float)
    filled_at: Mapped[datetime] = mapped_column(Moment)
    window: Mapped[dict[str, int]] = mapped_column(Json, default=dict)


class GatewayState(Base):
    """Whether a gateway is used: its breaker, and what a person decided.

    The breaker is open while `open_until` is set; from that moment on it may be probed. `fault` says which kind of
    trouble opened it, `reason` in words, `since` when it last opened or closed. `openings` counts how often it opened
    lately, `probing`: a probe is on its way, `probes`: how many came back well in a row. While it is closed, `doubts`
    counts doubtful answers in a row, `busy_since` is since when it has taken nothing and said "later", and
    `receipts_at` when its receipts were last seen to come. `hold` is empty, `pinned` (only this one) or `drained` (no
    new rows).
    """

    __tablename__ = "gateway_states"

    gateway: Mapped[str] = mapped_column(String(20), primary_key=True)
    doubts: Mapped[int] = mapped_column(Integer, default=0)
    busy_since: Mapped[datetime | None] = mapped_column(Moment)
    open_until: Mapped[datetime | None] = mapped_column(Moment)
    fault: Mapped[str] = mapped_column(String(16), default="")
    reason: Mapped[str | None] = mapped_column(Text)
    since: Mapped[datetime | None] = mapped_column(Moment)
    openings: Mapped[int] = mapped_column(Integer, default=0)
    probing: Mapped[bool] = mapped_column(Boolean, default=False)
    probes: Mapped[int] = mapped_column(Integer, default=0)
    receipts_at: Mapped[datetime | None] = mapped_column(Moment)
    hold: Mapped[str] = mapped_column(String(8), default="")
    hold_reason: Mapped[str | None] = mapped_column(Text)
    held_by: Mapped[str | None] = mapped_column(String(254))
    held_at: Mapped[datetime | None] = mapped_column(Moment)
