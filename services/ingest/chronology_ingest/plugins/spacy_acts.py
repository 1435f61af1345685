"""Acts in a parsed sentence: the words of the rules that tell one, and who stands to them in which relation.

Both schemes of labels are read, that of spaCy's English pipelines (nsubjpass, dobj, agent)
and that of Universal Dependencies (nsubj:pass, obj, obl:agent).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from msgspec import Struct

from ..ruleset import PredicateRule, Ruleset, Wording

_GAP_MAX: Final = 5
SUBJECTS: Final = frozenset(["nsubj", "csubj"])
_PASSIVE_SUBJECTS: Final = frozenset(["nsubjpass", "nsubj:pass", "csubjpass"])
_PASSIVES: Final = _PASSIVE_SUBJECTS | {"auxpass", "aux:pass"}
_OBJECTS: Final = frozenset(["dobj", "obj"])
_INDIRECT: Final = frozenset(["dative", "iobj"])
_OBLIQUE: Final = frozenset(["obl", "nmod", "obl:agent", "obl:tmod"])
_REDUCED: Final = frozenset(["acl", "relcl", "acl:relcl", "vmod"])
_RELATIVES: Final = frozenset(["who", "that", "which", "whom"])
_CLAUSES: Final = frozenset(["advcl", "ccomp", "parataxis", "conj", "relcl", "acl:relcl", "acl", "csubj"])
_NOMINAL: Final = frozenset(
    [
        "nsubj",
        "nsubjpass",
        "nsubj:pass",
        "dobj",
        "obj",
        "pobj",
        "obl",
        "nmod",
        "iobj",
        "dative",
        "attr",
        "appos",
        "poss",
    ]
)

Voice = Literal["active", "passive", "noun"]


class Act(Struct, frozen=True, kw_only=True):
    """Tokens `first` up to `last` tell an act by `rule`; `head` is the token that its arguments hang on."""

    first: int
    last: int
    head: Any
    base: str
    rule: PredicateRule
    voice: Voice


class Arguments(Struct, frozen=True, kw_only=True):
    """The nouns that stand to an act as actors and recipients; each may have others joined to it."""

    actors: tuple[Any, ...] = ()
    recipients: tuple[Any, ...] = ()


def acts(parsed: Any, rules: Ruleset) -> tuple[Act, ...]:
    """The acts of a sentence, left to right, none inside another; what a demand or promise is about is none."""
    found: list[Act] = []
    at = 0
    while at < len(parsed):
        act = _at(parsed, at, rules)
        if act is None:
            at += 1
            continue
        found.append(act)
        at = max(act.last, at + 1)
    governing = {act.head.i: act.base for act in found if act.rule.governs and act.voice != "noun"}
    verbs: dict[int, str] = {act.head.i: act.rule.type for act in found if act.voice != "noun"}
    return tuple(act for act in found if not _is_swallowed(act, governing, verbs))


def arguments(act: Act) -> Arguments:
    rule, head = act.rule, act.head
    if act.voice == "noun":
        return _of_noun(act)
    subjects, objects = _subjects(head), _objects(head)
    after = _prepositional(head, rule.after)
    if act.voice == "passive":
        agents = _agents(head)
        if rule.object == "recipient" or rule.subject == "recipient":
            return Arguments(actors=agents, recipients=subjects or after)
        return Arguments(actors=agents or subjects)
    if rule.subject == "recipient":
        return Arguments(recipients=subjects)
    recipients = (objects if rule.object == "recipient" else ()) or children(head, _INDIRECT) or after
    return Arguments(actors=subjects, recipients=recipients)


def own_tokens(act: Act) -> frozenset[int]:
    """The tokens of the act's own clause: its subtree without the clauses that hang on it."""
    head = act.head if act.voice != "noun" else governor(act.head)
    inside = {token.i for token in head.subtree}
    for child in head.children:
        if child.dep_ in _CLAUSES and child.i != head.i and _is_verbal(child):
            inside -= {token.i for token in child.subtree}
    return frozenset(inside | {head.i, *range(act.first, act.last)})


def _at(parsed: Any, at: int, rules: Ruleset) -> Act | None:
    token = parsed[at]
    for way in rules.wordings.get(token.lower_, ()):
        last = _match(parsed, at, way)
        if last is None or token.dep_ in ("aux", "auxpass", "aux:pass", "compound", "amod"):
            continue
        if (way.form == "noun") != is_noun(token):
            continue
        if way.form == "noun":
            head = parsed[last - 1]
            if head.dep_ == "compound":
                return None
            return Act(first=at, last=last, head=head, base=way.base, rule=way.rule, voice="noun")
        voice: Voice = "passive" if _is_passive(token, way) else "active"
        if voice == "active" and not _takes(token, way.rule):
            continue
        last = at + 1 if None in way.words else last
        return Act(first=at, last=last, head=token, base=way.base, rule=way.rule, voice=voice)
    return None


def _match(parsed: Any, at: int, way: Wording) -> int | None:
    """Where the wording ends; words may stand between only at a gap."""
    reach, free = at + 1, False
    for word in way.words[1:]:
        if word is None:
            free = True
            continue
        limit = reach + (_GAP_MAX if free else 0)
        while reach < len(parsed) and reach < limit and parsed[reach].lower_ != word:
            reach += 1
        if reach >= len(parsed) or parsed[reach].lower_ != word:
            return None
        reach, free = reach + 1, False
    return reach


def _takes(token: Any, rule: PredicateRule) -> bool:
    objects = _objects(token)
    if rule.intransitive and objects:
        return False
    return not (rule.transitive and not objects)


def is_noun(token: Any) -> bool:
    """By its part of speech; where the pipeline tells none, by its relation."""
    if token.pos_:
        return token.pos_ in ("NOUN", "PROPN")
    if token.tag_:
        return bool(token.tag_.startswith("NN"))
    return token.dep_ in _NOMINAL


def _is_verbal(token: Any) -> bool:
    if token.pos_:
        return token.pos_ in ("VERB", "AUX")
    if token.tag_:
        return bool(token.tag_.startswith(("VB", "MD")))
    return any(child.dep_ in SUBJECTS | _PASSIVE_SUBJECTS for child in token.children)


def _is_passive(token: Any, way: Wording) -> bool:
    if any(child.dep_ in _PASSIVES for child in token.children):
        return True
    if token.dep_ == "conj" and _is_verbal(token.head) and not children(token, SUBJECTS) and not _objects(token):
        return way.form == "participle" and any(child.dep_ in _PASSIVES for child in token.head.children)
    reduced = token.dep_ in _REDUCED and not children(token, SUBJECTS) and not _objects(token)
    # "The man arrested on Monday".
    return reduced and way.form == "participle" and token.tag_ in ("VBN", "VBD", "")


def _subjects(head: Any) -> tuple[Any, ...]:
    """Its own, else that of the clause that it goes on from; a relative pronoun stands for the noun before it."""
    own = children(head, SUBJECTS | _PASSIVE_SUBJECTS)
    if own and not (own[0].lower_ in _RELATIVES and head.dep_ in _REDUCED):
        return own
    if head.dep_ in _REDUCED:
        return (head.head,)
    if head.dep_ in ("conj", "xcomp", "advcl") and head.head.i != head.i and _is_verbal(head.head):
        return _subjects(head.head)
    return own


def _objects(head: Any) -> tuple[Any, ...]:
    found = children(head, _OBJECTS)
    if found and found[0].lower_ in _RELATIVES and head.dep_ in _REDUCED:
        return (head.head,)
    return found


def _agents(head: Any) -> tuple[Any, ...]:
    agent = next((child for child in head.children if child.dep_ == "agent"), None)
    if agent is not None:
        return children(agent, frozenset(["pobj"]))
    told = tuple(child for child in head.children if child.dep_ == "obl:agent")
    return told or _prepositional(head, ("by",))


def _prepositional(head: Any, brought_by: Sequence[str]) -> tuple[Any, ...]:
    """The noun that the first of these prepositions brings."""
    for child in head.children:
        if child.dep_ == "prep" and child.lower_ in brought_by:
            return children(child, frozenset(["pobj"]))
        if child.dep_ in _OBLIQUE and any(each.dep_ == "case" and each.lower_ in brought_by for each in child.children):
            return (child,)
    return ()


def children(head: Any, labels: frozenset[str]) -> tuple[Any, ...]:
    return tuple(child for child in head.children if child.dep_ in labels)


def _of_noun(act: Act) -> Arguments:
    """ "The arrest of X by Y", "X's arrest", "the raid on X"."""
    rule, head = act.rule, act.head
    owner = children(head, frozenset(["poss", "nmod:poss"]))
    of, by = _prepositional(head, ("of",)), _prepositional(head, ("by",))
    actors, recipients = list(by), list[Any]()
    (actors if rule.owner == "actor" or (of and rule.of == "recipient") else recipients).extend(owner)
    if rule.of != "none":
        (recipients if rule.of == "recipient" else actors).extend(of)
    recipients += _prepositional(head, [word for word in rule.after if word != "in"])
    return Arguments(actors=tuple(actors), recipients=tuple(recipients))


def governor(token: Any) -> Any:
    """The verb on which a noun hangs, or the root."""
    while token.head.i != token.i and not _is_verbal(token):
        token = token.head
    return token


def _is_swallowed(act: Act, governing: Mapping[int, str], verbs: Mapping[int, str]) -> bool:
    """What a demand, threat or promise is about; and a noun that only names again what its verb tells."""
    if act.voice == "noun":
        above = governor(act.head).i
        return above in governing or verbs.get(above) == act.rule.type
    token = act.head
    while token.head.i != token.i and token.dep_ in ("xcomp", "ccomp", "conj", "pcomp", "acl"):
        token = token.head
        if token.i in governing:
            # What is denied is an event as well: a denied one.
            return governing[token.i] != "deny"
    return False
