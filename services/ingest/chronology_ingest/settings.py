"""The settings of the ingest service. They are read once, in `__main__`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import msgspec
from chronology_runtime.logs import Level
from msgspec import Meta

from .extractor_settings import ExtractorSettings

WORKERS_MAX: Final = 256
_SHARE_OF_EXTRACTION: Final = 0.85


class Settings(ExtractorSettings, frozen=True, kw_only=True):
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
    ingest_extractor: Annotated[
        str, Meta(min_length=1, max_length=64, description="The extractor of documents that name none.")
    ] = "rules"
    ingest_rules: Annotated[
        Path | None,
        Meta(description="A file of rules that are added to the package's, or a folder of such files (.toml)."),
    ] = None
    ingest_ready_file: Annotated[
        Path | None, Meta(description="File that holds the address once requests are answered.")
    ] = None
    log_level: Annotated[Level, Meta(description="How much is logged.")] = "info"


def of_extractors(settings: Settings) -> ExtractorSettings:
    """What the workers are told; `llm` gives up before its worker would be ended for taking too long."""
    names = [field.name for field in msgspec.structs.fields(ExtractorSettings)]
    told = {name: getattr(settings, name) for name in names}
    told["llm_seconds"] = min(settings.llm_seconds, settings.ingest_extraction_seconds * _SHARE_OF_EXTRACTION)
    return ExtractorSettings(**told)
