"""The settings of the ingest service. They are read once, in `__main__`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from chronology_runtime.logs import Level
from msgspec import Meta, Struct

WORKERS_MAX: Final = 256


class Settings(Struct, frozen=True, kw_only=True):
    """What the environment may say."""

    ingest_host: Annotated[str, Meta(description="Address to listen on. Others than loopback need a key.")] = (
        "127.0.0.1"
    )
    ingest_port: Annotated[int, Meta(ge=0, le=65535, description="Port to listen on; 0 takes a free one.")] = 8401
    nats_url: Annotated[str, Meta(min_length=1, description="Address of NATS.")] = "nats://127.0.0.1:4222"
    nats_token: Annotated[str, Meta(description="Token for NATS.")] = ""
    nats_user: Annotated[str, Meta(description="User for NATS.")] = ""
    nats_password: Annotated[str, Meta(description="Password for NATS.")] = ""
    nats_monitor_url: Annotated[
        str, Meta(description="Monitor address of NATS, which tells whether it syncs always.")
    ] = ""
    nats_sync_vouched: Annotated[
        bool,
        Meta(description="You vouch that NATS loses nothing at a power loss (sync_interval: always, or replicas)."),
    ] = False
    url: Annotated[str, Meta(min_length=1, description="Where this service asks chronology.")] = "http://127.0.0.1:8400"
    public_url: Annotated[str, Meta(description="Chronology's address in answers; empty: the one above.")] = ""
    api_key: Annotated[
        str, Meta(description="Key with which this service asks chronology; empty: the bootstrap key.")
    ] = ""
    bootstrap_key: Annotated[str, Meta(description="A key with every grant, ck_<id>_<secret>.")] = ""
    ingest_workers: Annotated[
        int, Meta(ge=0, le=WORKERS_MAX, description="Processes that extract; 0: one for each core.")
    ] = 0
    ingest_extraction_seconds: Annotated[
        float, Meta(gt=0, le=3600, description="How long the extraction of one document may take.")
    ] = 60.0
    ingest_ready_file: Annotated[
        Path | None, Meta(description="File that holds the address once requests are answered.")
    ] = None
    log_level: Annotated[Level, Meta(description="How much is logged.")] = "info"
