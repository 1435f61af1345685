"""The closed classes of English that the stages share."""

from __future__ import annotations

from functools import lru_cache
from typing import Final


def words(text: str) -> frozenset[str]:
    """The words of a list that is written as running text."""
    return frozenset(text.split())


ARTICLES: Final = words("the a an this that these those")
DETERMINERS: Final = ARTICLES | words(
    """
    its his her their our my your some many several most all both each every any other another no such more few own
    """
)
PREPOSITIONS: Final = words(
    """
    of in on at by for from to with without into onto against over under about after before during since until till
    between among amid amidst through throughout across near outside inside around despite via per toward towards
    upon within behind beyond following including concerning regarding alongside like as than due ahead
    """
)
CONJUNCTIONS: Final = frozenset(["and", "or", "but", "nor"])
SUBORDINATORS: Final = words(
    """
    who whom whose which that where when while although though because if unless whether before after since until as
    once how why what
    """
)
RELATIVES: Final = frozenset(["who", "whom", "whose", "which", "that", "where"])
BE: Final = words("be is are was were been being am 's 're")
HAVE: Final = frozenset(["has", "have", "had", "having", "'ve"])
AUXILIARIES: Final = (
    BE | HAVE | words("do does did will would shall should can could may might must cannot get got gets")
)
MODALS_OF_DOUBT: Final = words("would should could may might must can cannot")
NEGATIONS: Final = frozenset(["not", "never", "neither", "nor", "n't", "no"])
SUBJECT_PRONOUNS: Final = frozenset(["he", "she"])
POSSESSIVE_PRONOUNS: Final = frozenset(["his", "her"])
OTHER_PRONOUNS: Final = words(
    """
    i you we they it me us them him himself herself themselves itself someone everyone nobody there
    """
)
IMPLICATIVES: Final = words(
    """
    tried tries try trying attempted attempts began begins begun started starts continued continues continue managed
    manages helped helps used proceeded decided forced failed came went ruled ordered allowed voted chose moved
    agreed
    """
)
"""Verbs whose infinitive tells what was done: "began to shell"."""

ADVERBS: Final = words(
    """
    also now then still already again later earlier even just only once soon yet back ever often always currently
    more
    """
)
SETTLEMENTS: Final = words(
    "city cities town village region province district capital port state suburb island county area"
)
"""Nouns before "of" and the name of a place."""
DIRECTIONS: Final = words(
    """
    northern southern eastern western northeastern northwestern southeastern southwestern north-eastern north-western
    south-eastern south-western central north south east west northeast northwest southeast southwest upper lower
    """
)
"""Which part of a place."""
TEMPORAL: Final = words("today yesterday tomorrow tonight here there abroad last")
"""Words between a subject and its verb that name no thing."""

COMMON_VERBS: Final = words(
    """
    said says say told tells tell asked added stated noted wrote made makes make making took takes take taking went
    goes go going came comes come gave gives give given had has have having became become led leads left kept held
    known called used seen brought shown lost won caused began begun remained remains remain reported showed think
    thinks believe believes want wants wanted know knows need needs expect expects seemed seems appeared appears
    represents represented described describes includes included provides provided created faces faced facing
    delivered emphasized emphasised followed follows attributes lives live living worked works put sent tried tries
    try met borders accelerated balanced resolving qualified insisted saying shook paid fled struck shot fought broke
    rose fell sold bought built spoke stood sat ran grew spent wrote felt sought taught caught drove flew forgot hid
    laid lent rode sang sank stole swore tore threw withdrew overthrew undertook chose drew forbade froze slept swept
    woke wore understood meant dealt dug fed
    """
)


_NOUNS_IN_LY: Final = words("family assembly anomaly monopoly rally reply supply italy sicily")


def is_adverb(lower: str) -> bool:
    return lower in ADVERBS or (lower.endswith("ly") and len(lower) > 4 and lower not in _NOUNS_IN_LY)


@lru_cache(maxsize=10_000)
def looks_verbal(lower: str) -> bool:
    """A guess for words outside the lexicon."""
    return lower in AUXILIARIES or lower in COMMON_VERBS or (lower.endswith("ed") and len(lower) > 4)
