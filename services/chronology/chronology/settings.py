"""The settings of the chronology service."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct


class Settings(Struct, frozen=True, kw_only=True):
    """See the table in the project's README; each field is one variable of the environment."""

    database_url: Annotated[
        str, Meta(description="PostgreSQL 15 or later, as the role that the service may log in as.")
    ]
    migrate_database_url: Annotated[
        str, Meta(description="The same database as its owner, for `migrate`; by default DATABASE_URL.")
    ] = ""
    nats_url: Annotated[str, Meta(description="NATS 2.12.1 or later with JetStream.")]
    nats_token: Annotated[str, Meta(description="The token of that NATS, where it asks for one.")] = ""
    nats_user: Annotated[str, Meta(description="The user of that NATS, where it has users.")] = ""
    nats_password: Annotated[str, Meta(description="That user's password.")] = ""
    nats_monitor_url: Annotated[
        str, Meta(description="NATS' monitor address, from which is read whether acknowledged means stored.")
    ] = ""
    nats_sync_vouched: Annotated[
        bool, Meta(description="Somebody vouches that NATS syncs every write, or has replicas; nothing is checked.")
    ] = False
    host: Annotated[str, Meta(description="The address that chronology listens on.")] = "127.0.0.1"
    port: Annotated[
        int, Meta(ge=0, le=65535, description="The port that chronology listens on; 0 takes a free one.")
    ] = 8400
    bootstrap_key: Annotated[
        str,
        Meta(description="An API key with every grant, `ck_<id>_<secret>`; needed on other addresses than loopback."),
    ] = ""
    log_key_file: Annotated[
        str,
        Meta(description="The file of the key that signs checkpoints of the log; without one, none is signed."),
    ] = ""
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Meta(description="The least grave messages that are logged.")
    ] = "info"
    ready_file: Annotated[str, Meta(description="A file that holds the address while requests are answered.")] = ""
