"""What GatewayAPI's error codes and statuses mean here, with words for a person. One place for all of them.

Sources: GatewayAPI's documentation of its REST API (github.com/onlinecity/gatewayapi-docs, docs/errors.rst and
docs/rest.rst), as gathered in the project's fact sheet on gateways.
"""

from __future__ import annotations

from hub.models import DeliveryState
from hub.sms.gateways.base import Kind

SAYS: dict[str, DeliveryState] = {
    "UNKNOWN": DeliveryState.ACCEPTED,
    "SCHEDULED": DeliveryState.ACCEPTED,
    "BUFFERED": DeliveryState.ACCEPTED,
    "ENROUTE": DeliveryState.SENT,
    "ACCEPTED": DeliveryState.SENT,  # by the operator for the phone: no more is known
    "DELIVERED": DeliveryState.DELIVERED,
    "READ": DeliveryState.DELIVERED,
    "EXPIRED": DeliveryState.UNDELIVERED,
    "UNDELIVERABLE": DeliveryState.UNDELIVERED,
    "SKIPPED": DeliveryState.UNDELIVERED,
    "REJECTED": DeliveryState.FAILED,
    "DELETED": DeliveryState.FAILED,
}
"""What a message's status means here; one that is added later means that GatewayAPI has the message."""

_REFUSED = {
    "0x0214": "GatewayAPI blocks this text to this number for a while: it got the same one just before",
    "0x0215": "the number is blocked at GatewayAPI",
    "0x0217": "the GatewayAPI account may not send to this country",
    "0x021F": "the GatewayAPI account may not send to this operator",
    "0x0310": "the number stands twice in one message",
}
_CONFIGURATION = {
    "0x0210": "GatewayAPI refuses the login: check GATEWAYAPI_TOKEN and GATEWAYAPI_BASE_URL",
    "0x0211": "GatewayAPI refuses the login: check GATEWAYAPI_TOKEN and GATEWAYAPI_BASE_URL",
    "0x0212": "GatewayAPI does not know this machine's address: allow it in GatewayAPI's dashboard",
    "0x0213": "GatewayAPI does not allow this machine's address: allow it in GatewayAPI's dashboard",
    "0x0216": "the GatewayAPI account has no credit left: fill it up in GatewayAPI's dashboard",
    "0x0218": "GatewayAPI does not know the message class; this is a fault of the hub, report it",
    "0x021D": "the GatewayAPI account may not send SMS: call GatewayAPI",
    "0x021E": "the GatewayAPI account has no such message class: call GatewayAPI",
    "0x0220": "GatewayAPI does not know a parameter; this is a fault of the hub, report it",
    "0x0222": "GatewayAPI misses a parameter; this is a fault of the hub, report it",
    "0x0223": "GatewayAPI refuses the login: check GATEWAYAPI_TOKEN and GATEWAYAPI_BASE_URL",
    "0x0224": "GatewayAPI refuses the login: check GATEWAYAPI_TOKEN and GATEWAYAPI_BASE_URL",
    "0x0311": "GatewayAPI does not allow the priority; this is a fault of the hub, report it",
    "0x0312": "GatewayAPI does not allow a web address in the text: have it allowed in GatewayAPI's dashboard, "
    "under Settings",
}
_LATER = {
    "05": "GatewayAPI is being restarted",
    "06": "GatewayAPI has no room now",
    "09": "GatewayAPI cannot take it now",
}
"""The last two digits of a code mean the same wherever it comes from."""

AFTERWARDS = {
    "0x1010": "the number is unknown",
    "0x1011": "the number is blocked at the operator",
    "0x1013": "the phone is off or out of reach",
    "0x1018": "the phone's memory is full",
    "0x1019": "the phone is off or out of reach",
    "0x1021": "the phone is off or out of reach",
    "0x1022": "the phone is off or out of reach",
    "0x1034": "the number blocks messages",
    "0x1060": "the number is invalid",
    "0x1903": "the operator filtered the message (often because of a web address)",
    "0x1904": "the operator filtered the message (often because of a web address)",
    "0x1905": "the operator does not take the sender",
}
"""Codes that come with a receipt, in words. For display only."""


def kind_of(code: str) -> tuple[Kind, str] | None:
    """What an error code says of a message, and in words; None for a code that is not in the tables."""
    spelt = spelling(code)
    for kind, table in ((Kind.REFUSED, _REFUSED), (Kind.CONFIGURATION, _CONFIGURATION)):
        if spelt in table:
            return kind, table[spelt]
    if spelt[-2:] in _LATER:
        return Kind.LATER, _LATER[spelt[-2:]]
    return None


def spelling(code: str) -> str:
    """A code as the tables have it: `0x021f` and `0X021F` are `0x021F`."""
    return "0x" + code.strip()[2:].upper() if code.strip()[:2].lower() == "0x" else code.strip()
