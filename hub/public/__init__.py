"""What anybody may ask of the hub: the published site, whether it is well, the gateways' webhooks, and the page on which
partners answer."""

from __future__ import annotations

from flask import Blueprint, Flask

from hub.public import answering, health, hooks, metrics, serving, signing

__all__ = ["register"]


def register(app: Flask) -> None:
    """Put the public routes on the application. Call it once; other routes win over the site's paths."""
    blueprint = Blueprint("public", __name__)
    blueprint.add_url_rule("/healthz", view_func=health.healthz)
    blueprint.add_url_rule("/readyz", view_func=health.readyz)
    blueprint.add_url_rule("/metrics", view_func=metrics.metrics)
    blueprint.add_url_rule(
        "/hooks/twilio/<int:delivery>/<int:attempt>", view_func=hooks.twilio, methods=["POST"]
    )
    blueprint.add_url_rule("/hooks/gatewayapi", view_func=hooks.gatewayapi, methods=["POST"])
    for path, view in (
        ("voice", answering.voice),
        ("voice/<language>", answering.voice_language),
        ("voice/<language>/<int:number>", answering.voice_part),
        ("sms", answering.sms),
    ):
        blueprint.add_url_rule(f"/hooks/twilio/{path}", view_func=view, methods=["POST"])
    blueprint.add_url_rule("/sign/<token>", view_func=signing.sign_page)
    blueprint.add_url_rule("/sign/<token>", view_func=signing.sign_answer, methods=["POST"])
    blueprint.add_url_rule(
        "/sign/<token>/<int:number>/<language>", view_func=signing.sign_text, methods=["GET"]
    )
    blueprint.add_url_rule("/", view_func=serving.site_file, defaults={"path": ""})
    blueprint.add_url_rule("/<path:path>", view_func=serving.site_file)
    app.register_blueprint(blueprint)
