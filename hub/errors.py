"""Errors that a person can meet: each says what is wrong, where, and what to do now."""

from __future__ import annotations


class HubError(Exception):
    """Refused, with a message for the person who asked. Nothing was changed."""


class NotFound(HubError):
    """There is no such thing."""


class NotAllowed(HubError):
    """This person may not do this; the message says who may."""


class Conflict(HubError):
    """The thing is not in a state in which this can be done."""


class Invalid(HubError):
    """What was given cannot be used; the message names each mistake."""
