"""Answers calls and SMS to the hub's own Twilio number with what is published, word for word.

Read from the files of the first `file:` target, not from the database: callers are answered while it is locked or
gone. Without such a target the database is read. Only what Twilio signed is answered (403), only where there is a
token to check it with (404). Nothing is written down but that something was answered, in the log, without numbers.
"""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Final

from flask import Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError
from twilio.request_validator import RequestValidator

from hub import clock
from hub.database import db
from hub.incidents.situation import read_situation
from hub.phone import calls, replies
from hub.phone.markup import TWILIO_VOICES
from hub.phone.texts import phone_files
from hub.phone.told import Told, read_told
from hub.public import serving
from hub.public.limiting import Limit
from hub.settings import Settings
from hub.sms import optout

log = logging.getLogger(__name__)

MOST_LANGUAGES: Final = 9
"""One key each."""

_LIMITS = "hub.answer_limits"
_NEWS = ((4, timedelta(minutes=10)), (30, timedelta(hours=24)))
_HELP = ((2, timedelta(hours=24)),)
_PHONE: Final = re.compile(r"\+\d{8,15}")
"""Who can be answered: no alphanumeric sender and no short code, which are machines."""


def voice() -> Response:
    """A call comes in, or a language was chosen in the menu."""
    if refusal := _refusal():
        return refusal
    digit = _digit()
    return _greeting() if digit is None else _chosen(digit)


def voice_language(language: str) -> Response:
    """A key was pressed in a language's text: once more, or one announcement."""
    return _refusal() or _language(language)


def voice_part(language: str, number: int) -> Response:
    """A key was pressed in an announcement's own text: it once more, or all."""
    if refusal := _refusal():
        return refusal
    part = _told(language, number)
    if part is None or _digit() != calls.AGAIN:
        return _whole(language)
    return _twiml(calls.part(part, number, clock.now(), _address()))


def _greeting() -> Response:
    told = _all_told()
    log.info("a call was answered" if told else "a call came while nothing is published")
    if not told:
        return _twiml(_unable())
    return _twiml(calls.greeting(told, clock.now(), _address(), _settings().municipality))


def _chosen(digit: int) -> Response:
    """The language that stands on this key in the menu; a key with none has the first."""
    told = _all_told()
    if not told:
        return _twiml(_unable())
    item = told[digit - 1] if 0 < digit <= len(told) else told[0]
    return _twiml(calls.reading(item, clock.now(), _address()))


def _language(language: str) -> Response:
    told, digit = _told(language), _digit()
    number = None if told is None or digit is None else calls.pressed(told, digit)
    part = None if number is None else _told(language, number)
    if number is None or part is None:
        return _whole(language)
    return _twiml(calls.part(part, number, clock.now(), _address()))


def _whole(language: str) -> Response:
    told = _told(language)
    return _greeting() if told is None else _twiml(calls.reading(told, clock.now(), _address()))


def sms() -> Response:
    """An SMS comes in. First it is offered to the opt-out list; what it is not for is a question."""
    if refusal := _refusal():
        return refusal
    sender, body = request.form.get("From", ""), request.form.get("Body", "")
    try:
        taken = optout.take_inbound(
            sender,
            body,
            to=request.form.get("To", ""),
            service=request.form.get("MessagingServiceSid", ""),
            opt_out_type=request.form.get("OptOutType", ""),
        )
    except SQLAlchemyError:
        log.exception("an opt-out could not be kept: Twilio is told to try again")
        return _answer("", 503)
    if taken is not None:
        return _twiml(replies.message(taken.reply))
    return _twiml(replies.message(_reply(sender, body)))


def _reply(sender: str, body: str) -> str:
    settings, now = _settings(), clock.now()
    name, page, radio = settings.municipality, settings.site_address, settings.radio
    question = replies.asked(body)
    if not _PHONE.fullmatch(sender) or not _limit(question.informs).allows(sender, now):
        log.info("an SMS was left unanswered")
        return ""
    told = {item.language: item for item in _all_told()}
    if not told:
        return replies.cannot(_default(), name, page, radio)
    language = replies.chosen(question.language, told)
    if not question.informs:
        log.info("an SMS was answered with how to ask")
        return replies.how_to_ask(language, name, page)
    log.info("an SMS was answered in %s", language)
    return replies.newest(told[language], now, name, page)


def _refusal() -> Response | None:
    """Is this request none of Twilio's? The signature covers the address that Twilio was told, and all fields."""
    settings = _settings()
    if not settings.twilio_auth_token:
        return _answer("", 404)
    address = f"{settings.public_url}{request.full_path.removesuffix('?')}"
    signature = request.headers.get("X-Twilio-Signature", "")
    validator = RequestValidator(settings.twilio_auth_token)
    if validator.validate(address, request.form, signature):
        return None
    log.warning("a call or an SMS that Twilio did not sign was refused")
    return _answer("", 403)


def _all_told() -> list[Told]:
    """What is published in each language that Twilio speaks, the site's order, the default first."""
    settings = _settings()
    wanted = [item for item in settings.languages if item in TWILIO_VOICES] or list(TWILIO_VOICES)
    found = (_told(language) for language in wanted)
    return [told for told in found if told is not None][:MOST_LANGUAGES]


def _told(language: str, number: int | None = None) -> Told | None:
    if language not in TWILIO_VOICES:
        return None
    path = f"/phone/{language}.json" if number is None else f"/phone/{language}/{number}.json"
    told = read_told(serving.published(path) if serving.has_folder() else _unpublished(path))
    return told if told is not None and told.language == language else None


def _unpublished(path: str) -> bytes | None:
    """The file as it would be published now: without a `file:` target there is none to read."""
    try:
        return phone_files(read_situation(db.session(), _settings())).get(path)
    except SQLAlchemyError:
        log.exception("no file: target, and the database cannot be read")
        return None
    finally:
        db.session.remove()


def _unable() -> str:
    return calls.unable(_default(), _settings().radio)


def _default() -> str:
    return next((item for item in _settings().languages if item in TWILIO_VOICES), "da")


def _limit(informs: bool) -> Limit:
    limits: dict[bool, Limit] = current_app.extensions.setdefault(
        _LIMITS, {True: Limit(*_NEWS), False: Limit(*_HELP)}
    )
    return limits[informs]


def _digit() -> int | None:
    pressed = request.form.get("Digits", "")
    return int(pressed) if re.fullmatch(r"[0-9]", pressed) else None


def _address() -> str:
    return f"{_settings().public_url}/hooks/twilio/voice"


def _settings() -> Settings:
    settings: Settings = current_app.config["HUB"]
    return settings


def _twiml(document: str) -> Response:
    return _answer(document, 200)


def _answer(document: str, status: int) -> Response:
    response = Response(document, status=status, content_type="application/xml; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
