"""`/metrics`, for Prometheus: read from the database at each scrape, so that any process gives the same answer."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.metadata import version
from ipaddress import ip_address

from flask import Response, current_app, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from hub import alarms
from hub.alarms.figures import Figures, read_figures
from hub.database import db
from hub.settings import Settings
from hub.sms.moments import database_now

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")
TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics() -> Response:
    """The figures, for this machine itself or whoever has `HUB_METRICS_TOKEN`; 403 for everybody else. With a
    database that does not answer, `klarbesked_up` is 0 and nothing else is there."""
    if not _allowed():
        return _answer("Ask from this machine, or with HUB_METRICS_TOKEN.\n", 403)
    registry = CollectorRegistry(auto_describe=False)
    try:
        settings: Settings = current_app.config["HUB"]
        session = db.session()
        found = read_figures(session, settings, database_now(session))
        open_alarms = alarms.open_alarms(session)
        registry.register(_Figures(found, [item.kind.value for item in open_alarms]))
    except SQLAlchemyError:
        current_app.logger.exception("metrics: the database cannot be read")
        registry.register(_Down())
    finally:
        db.session.remove()
    return _answer(generate_latest(registry).decode(), 200)


def _answer(text: str, status: int) -> Response:
    response = Response(text, status=status, content_type=TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


def _allowed() -> bool:
    """A request that a proxy handed on is not from this machine, whatever address it comes from."""
    settings: Settings = current_app.config["HUB"]
    wanted = settings.keeping.metrics_token
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if wanted and kind.lower() == "bearer":
        return hmac.compare_digest(given.strip().encode(), wanted.encode())
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


class _Down(Collector):
    def collect(self) -> Iterator[Metric]:
        yield _one("up", "Does the database answer?", 0)


class _Figures(Collector):
    """One scrape's figures. Ages are in seconds; what never happened is left out."""

    def __init__(self, found: Figures, kinds: list[str]) -> None:
        self.found = found
        self.kinds = kinds

    def collect(self) -> Iterator[Metric]:
        found = self.found
        yield _one("up", "Does the database answer?", 1)
        yield _by("info", "The program.", "version", {version("klarbesked"): 1})
        yield _by("broadcasts", "Broadcasts by state.", "state", found.broadcasts)
        yield _by(
            "deliveries",
            "Deliveries by state, of broadcasts that are not over or ended within a day.",
            "state",
            found.deliveries,
        )
        yield _by(
            "alarms", "Open alarms by kind.", "kind", {k: self.kinds.count(k) for k in self.kinds}
        )
        yield _one("unknown_oldest_seconds", "Age of the oldest unknown outcome.", self._unknown())
        yield from self._ages()
        yield _one(
            "without_receipt",
            "Handed over more than 5 minutes ago, nothing heard since.",
            found.without_receipt,
        )
        yield _one(
            "receipts_waiting",
            "Receipts that are kept and not applied yet.",
            found.receipts_waiting,
        )
        yield from self._gateways()
        yield from self._targets()
        yield _one("journal_entries", "Number of the journal's head.", found.journal_head)
        yield _one("instance", "This hub's instance number.", found.instance)
        yield _one("newer_instance", "A newer hub's number; 0: none was seen.", found.newer or 0)
        overdue = [self._age(item.next_update) for item in found.promises]
        yield _one(
            "next_update_overdue_seconds",
            "How late the latest promised update is; negative: it is due in so long; 0 with none promised.",
            max(overdue, default=0.0),
        )

    def _age(self, moment: datetime) -> float:
        return (self.found.at - moment).total_seconds()

    def _unknown(self) -> float:
        return max((self._age(item.oldest) for item in self.found.unknown), default=0.0)

    def _ages(self) -> Iterator[Metric]:
        for name, words, moment in (
            ("queue_age_seconds", "Since the oldest queued SMS may go.", self.found.queue_since),
            ("receipt_age_seconds", "Since the last receipt came.", self.found.last_receipt),
            ("tick_age_seconds", "Since a worker's tick.", self.found.tick),
            ("backup_age_seconds", "Since the last backup.", self.found.backed_up),
        ):
            if moment is not None:
                yield _one(name, words, self._age(moment))

    def _gateways(self) -> Iterator[Metric]:
        gateways = self.found.gateways
        yield _by(
            "gateway_broken", "1: set aside.", "gateway", {g.name: int(g.open) for g in gateways}
        )
        held = {g.name: int(bool(g.hold)) for g in gateways}
        yield _by("gateway_held", "1: pinned or drained by a person.", "gateway", held)

    def _targets(self) -> Iterator[Metric]:
        targets = self.found.targets
        yield _by(
            "target_ok",
            "1: holds the newest page.",
            "target",
            {str(t.number): int(t.ok) for t in targets},
        )
        revisions = {str(t.number): t.revision for t in targets}
        yield _by("target_revision", "The revision it holds.", "target", revisions)
        ages = {str(t.number): self._age(t.published) for t in targets if t.published}
        yield _by("target_age_seconds", "Since what it holds was read.", "target", ages)


def _one(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"klarbesked_{name}", words, value=value)


def _by(name: str, words: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"klarbesked_{name}", words, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
