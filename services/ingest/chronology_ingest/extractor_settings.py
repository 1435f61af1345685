"""What the operator says of extractors: part of the settings of the ingest service, and of the commands that extract.

It travels to the workers with each job, because they are started without our variables of the environment.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct


class ExtractorSettings(Struct, frozen=True, kw_only=True):
    """What the extractors besides the default one need; one that lacks something says so when it is chosen."""

    spacy_pipeline: Annotated[
        str,
        Meta(max_length=512, description="The pipeline of the extractor `spacy`: an installed package, or a folder."),
    ] = ""
    llm_url: Annotated[
        str,
        Meta(
            max_length=2048,
            description="Where the extractor `llm` asks: an address with the OpenAI routes below it, such as "
            "http://127.0.0.1:11434/v1. Texts are sent there; empty: the extractor is off.",
        ),
    ] = ""
    llm_model: Annotated[str, Meta(max_length=256, description="The model that `llm` asks for.")] = ""
    llm_key: Annotated[str, Meta(max_length=4096, description="The key that `llm` sends, where one is asked for.")] = ""
    llm_request_seconds: Annotated[float, Meta(gt=0, le=3600, description="How long `llm` waits for one answer.")] = (
        30.0
    )
    llm_seconds: Annotated[
        float,
        Meta(gt=0, le=3600, description="How long `llm` may take for one document, all attempts counted."),
    ] = 50.0
    llm_attempts: Annotated[
        int, Meta(ge=1, le=10, description="How often `llm` asks for one piece while the endpoint is busy or fails.")
    ] = 3
    llm_piece_characters: Annotated[
        int, Meta(ge=500, le=200_000, description="The longest piece of a document that `llm` sends at once.")
    ] = 6_000
    llm_pieces: Annotated[
        int, Meta(ge=1, le=1_000, description="A document of more pieces is not read by `llm`: a limit to its cost.")
    ] = 20
    llm_completion_tokens: Annotated[
        int, Meta(ge=64, le=200_000, description="The longest answer that `llm` asks for, in tokens.")
    ] = 4_096


NOTHING_SET = ExtractorSettings()
