"""Opening the store of a bucket's address, with the keys that its own tools use and time-outs of ours."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from obstore.exceptions import BaseError
from obstore.store import AzureStore, GCSStore, ObjectStore, S3Store

from hub.settings import Settings
from hub.site.targets.bucket import BucketTarget
from hub.site.targets.errors import TargetError

CONNECT_SECONDS = 3.0
REQUEST_SECONDS = 8.0
"""For one request from its start to its end; a page has a few kB."""

_ADDRESS = re.compile(r"(?P<kind>s3|gs|az)://(?P<rest>.+?)/*")


def bucket_target(address: str, settings: Settings) -> BucketTarget:
    """The target of a bucket's address. Nothing is asked yet. Raises TargetError when the keys cannot be
    understood, ValueError for any other address."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError(address)
    try:
        return BucketTarget(address, _store(match["kind"], match["rest"], settings))
    except (BaseError, ValueError, OSError) as error:
        words = str(error).splitlines()[0]
        raise TargetError(f"{address} cannot be opened ({words}): correct its keys.") from error


def _store(kind: str, rest: str, settings: Settings) -> ObjectStore:
    targeting = settings.targeting
    options: dict[str, Any] = {
        "client_options": {
            "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
            "timeout": timedelta(seconds=REQUEST_SECONDS),
            "allow_http": targeting.s3_endpoint.startswith("http://"),
        },
        "retry_config": {
            "max_retries": 2,
            "retry_timeout": timedelta(seconds=REQUEST_SECONDS),
            "backoff": {
                "init_backoff": timedelta(seconds=0.2),
                "max_backoff": timedelta(seconds=1),
                "base": 2,
            },
        },
    }
    first, _, prefix = rest.partition("/")
    if kind == "s3":
        config: dict[str, Any] = _of("aws_", targeting.cloud)
        if targeting.s3_endpoint:
            config["aws_endpoint"] = targeting.s3_endpoint
        return S3Store(first, prefix=prefix or None, config=config, **options)  # type: ignore[arg-type]  # names from the environment
    if kind == "gs":
        config = _of("google_", targeting.cloud)
        return GCSStore(first, prefix=prefix or None, config=config, **options)  # type: ignore[arg-type]  # as above
    container, _, prefix = prefix.partition("/")
    config = {"azure_storage_account_name": first, **_of("azure_", targeting.cloud)}
    return AzureStore(container, prefix=prefix or None, config=config, **options)  # type: ignore[arg-type]  # as above


def _of(prefix: str, cloud: Any) -> dict[str, Any]:
    return {name: value for name, value in cloud.items() if name.startswith(prefix)}
