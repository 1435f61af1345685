"""Every variable of ours that any program reads, so that one environment may serve them all.

A service knows only its own settings; what the others read is no typo all the same.
A test holds this list against the programs' settings.
"""

from __future__ import annotations

from typing import Final

KNOWN: Final = (
    "CHRONOLOGY_API_KEY",
    "CHRONOLOGY_BOOTSTRAP_KEY",
    "CHRONOLOGY_HOST",
    "CHRONOLOGY_INGEST_EXTRACTION_SECONDS",
    "CHRONOLOGY_INGEST_HOST",
    "CHRONOLOGY_INGEST_PORT",
    "CHRONOLOGY_INGEST_READY_FILE",
    "CHRONOLOGY_INGEST_URL",
    "CHRONOLOGY_INGEST_WORKERS",
    "CHRONOLOGY_KEY",
    "CHRONOLOGY_LOG_LEVEL",
    "CHRONOLOGY_MIGRATE_DATABASE_URL",
    "CHRONOLOGY_NATS_PASSWORD",
    "CHRONOLOGY_NATS_SYNC_VOUCHED",
    "CHRONOLOGY_NATS_USER",
    "CHRONOLOGY_PORT",
    "CHRONOLOGY_PUBLIC_URL",
    "CHRONOLOGY_READY_FILE",
    "CHRONOLOGY_URL",
)
