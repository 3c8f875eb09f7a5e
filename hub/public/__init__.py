"""What anybody may ask of the hub: the published site, whether it is well, and the gateways' webhooks."""

from __future__ import annotations

from flask import Blueprint, Flask

from hub.public import health, hooks, serving

__all__ = ["register"]


def register(app: Flask) -> None:
    """Put the public routes on the application. Call it once; other routes win over the site's paths."""
    blueprint = Blueprint("public", __name__)
    blueprint.add_url_rule("/healthz", view_func=health.healthz)
    blueprint.add_url_rule(
        "/hooks/twilio/<int:delivery>/<int:attempt>", view_func=hooks.twilio, methods=["POST"]
    )
    blueprint.add_url_rule("/", view_func=serving.site_file, defaults={"path": ""})
    blueprint.add_url_rule("/<path:path>", view_func=serving.site_file)
    app.register_blueprint(blueprint)
