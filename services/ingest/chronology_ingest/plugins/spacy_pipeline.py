"""The extractor `spacy`: an installed pipeline parses, the rules say what the verbs mean.

    sentences and dates by the rules → parse and names by the pipeline → acts → events → merge

The pipeline decides who is the subject and object of a verb, over any distance and any
clauses between; it knows nothing of events. So it needs a parser; without an entity
recogniser it still works, with the names and nouns of the rules alone.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from hashlib import sha256
from importlib import resources
from typing import Any, Final

import msgspec
from chronology_contracts.documents import Document
from chronology_contracts.events import Extractor as Stamp

from .. import ruleset
from ..errors import ExtractorNotSetUp
from ..extract import language
from ..extractor_settings import ExtractorSettings
from ..extractors import Extractor, Report
from ..remarks import Remark
from .spacy_events import events_of

NAME: Final = "spacy"
VERSION: Final = "1"
_CODE: Final = ("spacy_acts.py", "spacy_events.py", "spacy_names.py", "spacy_pipeline.py", "spacy_standing.py")
_UNUSED: Final = ("lemmatizer", "trainable_lemmatizer", "textcat", "textcat_multilabel", "entity_linker", "spancat")
"""Components that take time and add nothing to what is read here."""
_PARSERS: Final = "DEP"
_ENTITIES: Final = "ENT_IOB"


def spacy(settings: ExtractorSettings) -> Extractor:
    """Raises `ExtractorNotSetUp` where spaCy or the pipeline is missing, or the pipeline has no parser."""
    name = settings.spacy_pipeline
    if not name:
        raise _not_set_up("CHRONOLOGY_SPACY_PIPELINE names the pipeline that it reads with, such as en_core_web_sm.")
    return of_pipeline(_load(name))


def of_pipeline(nlp: Any) -> Extractor:
    """The extractor of a pipeline that is loaded. Raises `ExtractorNotSetUp` where it cannot serve."""
    called = f"{nlp.lang}_{nlp.meta.get('name') or 'pipeline'}"
    if nlp.lang != "en":
        raise _not_set_up(f"The pipeline {called} reads {nlp.lang!r}, and the verbs of the rules are English ('en').")
    given = _annotations(nlp)
    if _PARSERS not in given:
        has = ", ".join(nlp.pipe_names) or "nothing"
        raise _not_set_up(
            f"The pipeline {called} has no dependency parser (it has: {has}), so no subject or object can be found. "
            "Choose one with the component `parser`."
        )
    rules = ruleset.default()
    stamp = _stamp(nlp, called, rules.rules_hash)
    remarks = () if _ENTITIES in given else (_without_names(called),)

    def extract(document: Document) -> Report:
        if not language.is_english(document.text, document.language):
            return Report(events=())
        return Report(events=events_of(document, nlp, rules, stamp), remarks=remarks)

    return Extractor(stamp=stamp, extract=extract)


def _load(name: str) -> Any:
    try:
        import spacy as library
    except ImportError as error:
        raise _not_set_up(
            f"spaCy is not installed ({error}). It is the extra `spacy`; services/ingest/README.md says how to add it."
        ) from error
    # On a graphics card the same text may give other figures on another day.
    library.require_cpu()
    load: Callable[..., Any] = functools.partial(library.load, name)
    try:
        return load(exclude=list(_UNUSED))
    except OSError as error:
        raise _not_set_up(f"There is no pipeline {name!r}: neither an installed package nor a folder.") from error
    except (ValueError, ImportError, KeyError) as error:
        first = str(error).strip().partition("\n")[0][:200]
        raise _not_set_up(f"The pipeline {name!r} cannot be loaded: {first}") from error


def _annotations(nlp: Any) -> frozenset[str]:
    """What a text carries once it was read: asked of the pipeline itself, whatever its parts are called."""
    probe = nlp("The old man met her in March.")
    return frozenset(name for name in (_PARSERS, _ENTITIES) if probe.has_annotation(name))


def _stamp(nlp: Any, called: str, rules_hash: str) -> Stamp:
    """The hash covers the pipeline's settings and weights, the rules, and the code here."""
    digest = sha256(f"{called}\n{rules_hash}\n".encode())
    digest.update(msgspec.json.encode(nlp.config.to_str()))
    for component, pipe in nlp.pipeline:
        digest.update(component.encode())
        if hasattr(pipe, "to_bytes"):
            # Without the vocabulary: it grows with every text that is read.
            digest.update(pipe.to_bytes(exclude=["vocab"]))
    for file in _CODE:
        digest.update((resources.files(__package__) / file).read_bytes())
    version = f"{VERSION} {called} {nlp.meta.get('version') or ''}".strip()
    return Stamp(name=NAME, version=version[:64], rules_hash=digest.hexdigest())


def _without_names(called: str) -> Remark:
    detail = (
        f"The pipeline {called} has no entity recogniser: who is a person and what an organisation is told by the "
        "rules alone."
    )
    return Remark(code="spacy-no-entities", detail=detail)


def _not_set_up(reason: str) -> ExtractorNotSetUp:
    return ExtractorNotSetUp(NAME, f"is not set up. {reason}")
