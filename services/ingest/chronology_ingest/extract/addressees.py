"""To whom a criticism, demand or inquiry goes: to those who did the act that it names, not to those who suffered it."""

from __future__ import annotations

from typing import Final

from .cast import Reference
from .frame import Scene
from .grammar import words
from .mentions import POSSESSIVES
from .predicates import Trigger

_SUFFERED: Final = words(
    """
    arrest arrests detention detentions jailing imprisonment internment persecution repression oppression killing
    killings murder murders execution executions torture abuse abuses mistreatment ill-treatment treatment attack
    attacks assault assaults violence crackdown deportation deportations expulsion extradition release freeing
    liberation fate situation plight death deaths disappearance disappearances suffering condition conditions health
    safety trial prosecution conviction sentencing sentence sentences harassment intimidation silencing suppression
    discrimination massacre bombing shelling beating kidnapping abduction genocide charges closure protection
    massacres bombings shooting shootings slaying slayings assassination assassinations raid raids strikes invasion
    occupation blockade beatings kidnappings abductions
    """
)
_OPENERS: Final = words("of against on for")
_REACH: Final = 4


def is_sufferer(scene: Scene, trigger: Trigger, reference: Reference) -> bool:
    """ "The jailing of X", "violence against X", "X's arrest": X has suffered it."""
    tokens, mention = scene.sentence.tokens, reference.mention
    if mention.first < trigger.first:
        return False
    if mention.last < len(tokens) and tokens[mention.last].text in POSSESSIVES:
        behind = tokens[mention.last + 1 : mention.last + _REACH]
        return any(token.lower in _SUFFERED for token in behind)
    if mention.shape == "pronoun" and mention.head in ("his", "her", "their", "its"):
        return any(token.lower in _SUFFERED for token in tokens[mention.last : mention.last + _REACH - 1])
    opened = False
    for at in range(mention.first - 1, trigger.first - 1, -1):
        lower = tokens[at].lower
        if opened and lower in _SUFFERED:
            return True
        if lower == "by":
            return False
        opened = opened or lower in _OPENERS
    return False
