"""What Twilio's statuses and error codes mean here, with words for a person. One place for all of them.

Sources: Twilio's error pages (docs/api/errors/<code>) and OpenAPI file, as gathered in the project's fact sheet on
gateways.
"""

from __future__ import annotations

from hub.models import DeliveryState
from hub.sms.gateways.base import Kind

SAYS: dict[str, DeliveryState] = {
    "accepted": DeliveryState.ACCEPTED,
    "scheduled": DeliveryState.ACCEPTED,
    "queued": DeliveryState.ACCEPTED,
    "sending": DeliveryState.ACCEPTED,
    "partially_delivered": DeliveryState.SENT,
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.DELIVERED,
    "undelivered": DeliveryState.UNDELIVERED,
    "failed": DeliveryState.FAILED,
    "canceled": DeliveryState.FAILED,
}
"""What a message's status means here; one that Twilio adds later means that it has the message."""

INBOUND = frozenset({"receiving", "received"})
"""Statuses of messages to us."""

_REFUSED = {
    21211: "Twilio calls the number invalid",
    21214: "the number cannot be reached",
    21265: "the number cannot be a short code",
    21408: "Twilio's geographic permissions do not allow this country",
    21610: "the person has opted out (STOP)",
    21612: "Twilio has no route to this number",
    21614: "the number is not a mobile phone (landline)",
    21635: "the number is a landline",
}
_CONFIGURATION = {
    20003: "Twilio refuses the login: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN",
    20005: "the Twilio account is not active: see its console, or call Twilio",
    20008: "these are Twilio's test credentials: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN of the live account",
    20404: "Twilio does not know this account at this address: check TWILIO_ACCOUNT_SID and TWILIO_BASE_URL",
    21212: "Twilio refuses the sender: set HUB_SMS_SENDER to at most 11 letters, digits and spaces, or a number of the account",
    21603: "no sender was given: set HUB_SMS_SENDER or TWILIO_MESSAGING_SERVICE_SID",
    21606: "the sender does not belong to this Twilio account: set HUB_SMS_SENDER to one that does",
    21609: "Twilio refuses the callback address: set HUB_PUBLIC_URL to an address that Twilio can reach",
    21617: "the text is longer than Twilio takes (1,600 characters): shorten the message",
    21624: "Twilio refuses how long the message may wait; this is a fault of the hub, report it",
    21659: "the sender is no number of this Twilio account: set HUB_SMS_SENDER to one that is",
    21660: "the sender belongs to another Twilio account: check HUB_SMS_SENDER and TWILIO_ACCOUNT_SID",
    21663: "the account's keys are of another Twilio region: check TWILIO_BASE_URL and TWILIO_AUTH_TOKEN",
    21701: "Twilio does not know the messaging service: check TWILIO_MESSAGING_SERVICE_SID",
    21703: "the messaging service has no sender: add one in Twilio's console",
    21704: "the messaging service has no sender that can reach these numbers: add one in Twilio's console",
    30029: "the account does not allow message redaction: see Twilio's console",
    30030: "the account does not allow address redaction: see Twilio's console",
    30032: "the toll-free sender is not verified: set another HUB_SMS_SENDER",
}
_LATER = {
    20429: "Twilio is asked too much at once",
    14107: "Twilio is asked too much at once",
    21611: "Twilio's queue for this sender is full",
}

AFTERWARDS = {
    "30001": "Twilio's queue was full",
    "30002": "the Twilio account is suspended",
    "30003": "the phone is off or out of reach",
    "30004": "the number blocks messages",
    "30005": "the number is unknown",
    "30006": "a landline, or the operator cannot be reached",
    "30007": "the operator filtered the message (often because of a web address)",
    "30008": "the operator gives no reason",
    "30036": "it waited longer at Twilio than it was valid",
}
"""Codes that come with a receipt, in words. For display only: Twilio asks not to act on them."""


def kind_of(code: int) -> tuple[Kind, str] | None:
    """What an error code says of a message, and in words; None for a code that is not in the table."""
    for kind, table in (
        (Kind.REFUSED, _REFUSED),
        (Kind.CONFIGURATION, _CONFIGURATION),
        (Kind.LATER, _LATER),
    ):
        if code in table:
            return kind, table[code]
    return None
