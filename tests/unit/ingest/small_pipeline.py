"""A pipeline of spaCy that is trained here, in seconds, on sentences of our own.

They follow a few patterns, and so must the sentences that a test has it read: its names may
be others, its grammar not.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, Final

ROUNDS: Final = 16
_PEOPLE: Final = (
    "Mirva Telen",
    "Oskar Lund",
    "Dana Prell",
    "Juno Arvid",
    "Petra Quist",
    "Timur Hask",
    "Ilse Bran",
    "Karo Venn",
)
_BODIES: Final = ("police", "soldiers", "the ministry", "the court", "guards", "the government", "officers")
_PLACES: Final = ("Ilvarin", "Velmora", "Tarsk", "Ondal", "Brevik")
_MONTHS: Final = ("March", "May", "June", "August", "October", "December")
_VERBS: Final = ("arrested", "detained", "beat", "criticised", "sentenced", "attacked", "released", "met")
_BASES: Final = ("arrest", "detain", "beat", "criticise", "sentence", "attack", "release", "meet")

_SMALL: Final = {
    "@architectures": "spacy.HashEmbedCNN.v2",
    "width": 48,
    "depth": 2,
    "embed_size": 500,
    "window_size": 1,
    "maxout_pieces": 2,
    "subword_features": True,
    "pretrained_vectors": None,
}

Word = tuple[str, str, str, int]
"""Text, tag, relation, and the number of the word that it hangs on."""


class Sentence:
    """Words with their parse, put together phrase by phrase."""

    def __init__(self) -> None:
        self.words: list[Word] = []
        self.entities: list[tuple[int, int, str]] = []

    def word(self, text: str, tag: str, relation: str, head: int) -> int:
        self.words.append((text, tag, relation, head))
        return len(self.words) - 1

    def phrase(self, text: str, relation: str, head: int, entity: str = "") -> int:
        """A noun with what stands before it: it is the last word, and its number is given back."""
        parts = text.split()
        first = len(self.words)
        last = first + len(parts) - 1
        for part in parts[:-1]:
            article = part.lower() == "the"
            self.word(part, "DT" if article else "NNP", "det" if article else "compound", last)
        proper = bool(entity)
        self.word(parts[-1], "NNP" if proper else "CD" if parts[-1].isdigit() else "NN", relation, head)
        if entity:
            self.entities.append((first, last + 1, entity))
        return last

    def date(self, day: int, month: str, year: int, verb: int) -> None:
        on = self.word("on", "IN", "prep", verb)
        first = len(self.words)
        self.word(str(day), "CD", "nummod", first + 1)
        self.word(month, "NNP", "pobj", on)
        self.word(str(year), "CD", "nummod", first + 1)
        self.entities.append((first, first + 3, "DATE"))

    def place(self, name: str, verb: int) -> None:
        self.phrase(name, "pobj", self.word("in", "IN", "prep", verb), "GPE")


def active(who: str, verb: str, whom: str, place: str, when: tuple[int, str, int], *, capital: bool = True) -> Sentence:
    made = Sentence()
    body = who[:1].upper() + who[1:] if capital else who
    at = len(body.split())
    made.phrase(body, "nsubj", at)
    made.word(verb, "VBD", "ROOT", at)
    made.phrase(whom, "dobj", at, "PERSON")
    if place:
        made.place(place, at)
    made.date(*when, at)
    made.word(".", ".", "punct", at)
    return made


def passive(whom: str, verb: str, who: str, when: tuple[int, str, int]) -> Sentence:
    made = Sentence()
    at = len(whom.split()) + 1
    made.phrase(whom, "nsubjpass", at, "PERSON")
    made.word("was", "VBD", "auxpass", at)
    made.word(verb, "VBN", "ROOT", at)
    made.phrase(who, "pobj", made.word("by", "IN", "agent", at))
    made.date(*when, at)
    made.word(".", ".", "punct", at)
    return made


def negated(who: str, base: str, whom: str, when: tuple[int, str, int]) -> Sentence:
    made = Sentence()
    body = who[:1].upper() + who[1:]
    at = len(body.split()) + 2
    made.phrase(body, "nsubj", at)
    made.word("did", "VBD", "aux", at)
    made.word("not", "RB", "neg", at)
    made.word(base, "VB", "ROOT", at)
    made.phrase(whom, "dobj", at, "PERSON")
    made.date(*when, at)
    made.word(".", ".", "punct", at)
    return made


def reported(who: str, verb: str, whom: str, when: tuple[int, str, int], speaker: str) -> Sentence:
    """ "Police arrested X on 4 May 2019, Y said." """
    made = active(who, verb, whom, "", when)
    inner = len(who.split())
    made.words.pop()
    comma = len(made.words)
    said = comma + 1 + len(speaker.split())
    text, tag, _, _ = made.words[inner]
    made.words[inner] = (text, tag, "ccomp", said)
    made.word(",", ",", "punct", said)
    made.phrase(speaker, "nsubj", said, "PERSON")
    made.word("said", "VBD", "ROOT", said)
    made.word(".", ".", "punct", said)
    return made


def sentences() -> list[Sentence]:
    """Some sixty, each pattern with all its verbs."""
    made = []
    people, bodies = itertools.cycle(_PEOPLE), itertools.cycle(_BODIES)
    places, months = itertools.cycle(_PLACES), itertools.cycle(_MONTHS)
    for number, (verb, base) in enumerate(list(zip(_VERBS, _BASES, strict=True))):
        when = (number + 3, next(months), 2011 + number)
        made.append(active(next(bodies), verb, next(people), next(places) if number % 2 else "", when))
        made.append(passive(next(people), verb, next(bodies), when))
        made.append(negated(next(bodies), base, next(people), when))
        made.append(reported(next(bodies), verb, next(people), when, next(people)))
    return made


def trained(components: Sequence[str] = ("tagger", "parser", "ner"), language: str = "en") -> Any:
    """A pipeline with these components; the same on every run. Raises `ImportError` without spaCy."""
    import spacy
    from spacy.tokens import Doc
    from spacy.training import Example
    from spacy.util import fix_random_seed

    fix_random_seed(7)
    nlp = spacy.blank(language)
    for component in components:
        # Else a relation that is told fewer than thirty times is no relation of its own.
        frequency = {"min_action_freq": 1} if component == "parser" else {}
        nlp.add_pipe(component, config={"model": {"tok2vec": _SMALL}, **frequency})
    examples = []
    for sentence in sentences():
        words = [word[0] for word in sentence.words]
        spans = ["O"] * len(words)
        for first, last, label in sentence.entities:
            spans[first:last] = [f"{'B' if at == first else 'I'}-{label}" for at in range(first, last)]
        reference = Doc(
            nlp.vocab,
            words=words,
            spaces=[after not in (".", ",") for after in words[1:]] + [False],
            tags=[word[1] for word in sentence.words],
            deps=[word[2] for word in sentence.words],
            heads=[word[3] for word in sentence.words],
            ents=spans,
        )
        examples.append(Example(nlp.make_doc(reference.text), reference))
    nlp.initialize(lambda: examples)
    optimizer = nlp.create_optimizer()
    for _ in range(ROUNDS):
        for at in range(0, len(examples), 8):
            nlp.update(examples[at : at + 8], sgd=optimizer, drop=0.1)
    return nlp
