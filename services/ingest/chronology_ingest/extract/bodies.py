"""The body for which somebody speaks: "X, director of the Tarin Society, demanded …" is a demand of the society too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from .cast import Actor, Reference
from .frame import Scene
from .grammar import looks_verbal, words
from .mentions import POSSESSIVES
from .sentences import Token

_SPEAKING: Final = words(
    """
    director chairman chairwoman chairperson chair president spokesman spokeswoman spokesperson secretary-general head
    coordinator executive
    """
)
_LINKS: Final = words("of for at")
_APART_MAX: Final = 8
LEAD_SENTENCES: Final = 8
"""Where a document says whose statement it brings."""

_SAYING: Final = words("said says explained emphasized emphasised added stated stressed warned criticized criticised")
_BODIES: Final = ("organisation", "name")


def with_body(scene: Scene, speakers: tuple[Reference, ...]) -> tuple[Reference, ...]:
    """The speakers, and behind a single person the organisation that the same sentence says the person speaks for."""
    if len(speakers) != 1 or speakers[0].actor is None or speakers[0].actor.kind != "person":
        return speakers
    person = speakers[0]
    if person not in scene.references:
        return speakers
    for reference in scene.references:
        body = reference.actor
        if (
            body is not None
            and body.kind == "organisation"
            and reference.mention.shape in _BODIES
            and _speaks_for(scene.sentence.tokens, person, reference)
        ):
            return (person, reference)
    return speakers


def officers(read: Sequence[Scene]) -> dict[str, Actor]:
    """Who is quoted for which body, by the body's name: "…," said X, director of the Tarin Society."""
    found: dict[str, Actor] = {}
    for scene in read:
        shapes = {reference.mention.shape for reference in scene.references}
        if "person" not in shapes or shapes.isdisjoint(_BODIES):
            continue
        if not any(token.lower in _SAYING for token in scene.sentence.tokens):
            continue
        for reference in scene.references:
            if reference.mention.shape == "person" and reference.actor is not None:
                for body in with_body(scene, (reference,))[1:]:
                    if body.actor is not None:
                        found.setdefault(body.actor.name, reference.actor)
    return found


def officer_of(actors: tuple[Reference, ...], known: Mapping[str, Actor]) -> Actor | None:
    """Who speaks for the one body that speaks: what a press release demands first is demanded by both."""
    if len(actors) != 1 or actors[0].actor is None:
        return None
    return known.get(actors[0].actor.name)


def _speaks_for(tokens: Sequence[Token], person: Reference, body: Reference) -> bool:
    first, last = person.mention, body.mention
    if last.first >= first.last:
        return _put_behind(tokens, first.last, last.first, last.last)
    if last.last > first.first or first.first - last.last > 2 + _APART_MAX:
        return False
    between = [token.lower for token in tokens[last.last : first.first]]
    before = [token.lower for token in tokens[max(0, last.first - 4) : last.first]]
    if between in ([","], []) and any(word in _LINKS for word in before):
        # "The director of the Tarin Society, X".
        return any(word in _SPEAKING for word in before)
    office = first.office.lower().split()
    if not between:
        # "Tarin Society director X".
        return bool(office) and office[-1] in _SPEAKING
    said = [*between, *office]
    return between[0] in POSSESSIVES and len(between) <= 4 and any(word in _SPEAKING for word in said)


def _put_behind(tokens: Sequence[Token], left: int, first: int, last: int) -> bool:
    """ "X, director of the Tarin Society," and "X, the society's director"."""
    between = [token.lower for token in tokens[left:first]]
    if not between or between[0] != "," or len(between) > _APART_MAX or any(looks_verbal(word) for word in between):
        return False
    if any(word in _SPEAKING for word in between):
        return any(word in _LINKS for word in between) and between.count(",") == 1
    behind = [token.lower for token in tokens[last : last + 3]]
    owns = bool(behind) and behind[0] in POSSESSIVES and len(between) <= 2
    return owns and any(word in _SPEAKING for word in behind)
