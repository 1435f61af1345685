"""Texts in which nothing happens: recipes, manuals, rules of games, descriptions; about 20,000 words, always the same.

The files beside are whole texts: a handbook, house rules, a primer of law, a walk through a museum. The rest is put
together from the sentences here. All use the words that tell acts elsewhere: eggs are beaten, batteries charged,
levers released, programs executed, and the user is warned. Whatever the extractor reads in them is wrong.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

WORDS_MIN: Final = 20_000
_SENTENCES_EACH: Final = 32

_KINDS: Final[dict[str, tuple[tuple[str, ...], dict[str, tuple[str, ...]]]]] = {
    "recipe": (
        (
            "Beat the {soft} with {amount} of {dry} until the mixture is pale.",
            "Add the {soft} and stir in {amount} of {dry}.",
            "Heat the {pan} over a medium flame for {minutes} minutes.",
            "Press the dough into the {pan} and let it rest for {minutes} minutes.",
            "The {soft} should be cold when they meet the hot {pan}.",
            "Do not let the {soft} boil, or the sauce will break.",
            "If the batter strikes you as too thick, loosen it with a little milk.",
            "Strain the liquid, release the steam and cover the {pan} again.",
            "Whip the cream, fold in the {dry} and chill for at least {minutes} minutes.",
            "Cooks often charge the {pan} with too much oil.",
            "A pinch of salt kills the bitterness and supports the sweetness of the {soft}.",
            "Serve on Sunday mornings with a spoonful of jam, or freeze for up to three months.",
            "My grandmother always put {amount} of {dry} into hers, and so do I.",
            "Remove the {soft} from the oven, turn out onto a rack and leave to cool overnight.",
            "The recipe makes twelve portions; two people can halve every amount.",
            "Fresh {soft} keep for four days in a sealed box.",
        ),
        {
            "soft": ("eggs", "egg whites", "tomatoes", "plums", "lentils", "noodles", "onions", "potatoes"),
            "dry": ("sugar", "flour", "semolina", "ground almonds", "cocoa", "polenta"),
            "pan": ("pan", "baking tray", "casserole", "wok", "pie dish"),
            "amount": ("100 g", "two spoonfuls", "half a cup", "250 grams", "a handful"),
            "minutes": ("10", "15", "twenty", "35", "forty-five"),
        },
    ),
    "appliance": (
        (
            "Charge the battery for at least {number} hours before you use the {thing} for the first time.",
            "Press and hold the {part} until the lamp turns green.",
            "Release the {part} and wait until the {thing} stops.",
            "Never open the {part} while the {thing} is running.",
            "The {thing} must not be operated by children without supervision.",
            "Users are warned not to expose the {part} to water.",
            "If the {part} is blocked, switch off the {thing} and remove the obstacle.",
            "The fuse protects the motor against overload and shuts down the {thing}.",
            "A licensed electrician should inspect the {part} every {number} months.",
            "The manufacturer recommends the use of original spare parts.",
            "Clean the {part} every week with a soft cloth; do not use solvents.",
            "The warranty covers {number} years from the date of purchase.",
            "The guarantee is void if the seal is broken or the {part} has been replaced.",
            "The display shows E{number} when the {part} fails to lock.",
            "The {thing} complies with all standards that were in force when it was built.",
            "Dispose of the {thing} at a collection point; the packaging can be recycled.",
        ),
        {
            "thing": ("vacuum cleaner", "drill", "lawn mower", "kettle", "printer", "washing machine", "heater"),
            "part": ("lid", "filter", "lever", "safety catch", "drum", "left button", "cover", "valve"),
            "number": ("2", "3", "six", "12", "24"),
        },
    ),
    "software": (
        (
            "Run the installer and accept the {noun} when it asks.",
            "The command executes the {noun} in the background and returns at once.",
            "To kill a process, pass its number to the {noun}.",
            "Attach the {noun} to the thread that was blocked first.",
            "The server rejects a request whose {noun} is missing.",
            "A client may withdraw its {noun} at any time.",
            "The parser raises an error if the {noun} has not been closed.",
            "Support for {noun} was added in version {number}.",
            "Since version {number}, the {noun} is released under a free licence.",
            "Threads meet at a barrier, exchange their {noun} and go on.",
            "The option forces the {noun} to be written again.",
            "Version {number} introduced a {noun} and removed the old one.",
            "The user is asked to confirm; if the user declines, nothing is changed.",
            "An attack on the {noun} can be prevented by a longer key.",
            "The scheduler suspends the {noun} and resumes it later.",
            "See the next chapter for the list of {noun} values.",
        ),
        {
            "noun": ("token", "buffer", "session", "header", "certificate", "cache entry", "lock", "record"),
            "number": ("2.1", "3.0", "4.7", "10", "11.2"),
        },
    ),
    "garden": (
        (
            "Sow the {plant} in {month} and thin the rows {number} weeks later.",
            "Slugs attack the young {plant} at night; a ring of ash keeps them off.",
            "Late frost kills {plant} that are planted out too early.",
            "Cut back the {plant} after they have flowered.",
            "A south wall protects {plant} from cold winds and releases its heat at night.",
            "Most gardeners support tall {plant} with canes.",
            "In {month} the {plant} should be watered every other day.",
            "Bees visit the {plant} from {month} until the first frost.",
            "Remove weeds by hand, or the {plant} will be crowded out.",
            "Plant {number} bulbs to a pot and cover them with compost.",
            "The soil must not be disturbed while the {plant} are forming roots.",
            "Old varieties of {plant} resist mildew better than new ones.",
            "Cold air is trapped in hollows, and {plant} suffer there first.",
            "If leaves turn yellow, the roots have probably been damaged by standing water.",
            "Collect the seed in {month} and keep it in paper bags.",
            "Strike cuttings in sand and keep them under glass.",
        ),
        {
            "plant": ("beans", "sweet peas", "tomatoes", "dahlias", "cabbages", "lettuces", "lupins"),
            "month": ("March", "April", "May", "August", "September"),
            "number": ("two", "3", "five", "ten"),
        },
    ),
    "game": (
        (
            "Each player takes {number} {piece} and places them on the board.",
            "The player who holds the lowest card opens the game.",
            "A {piece} captures another {piece} by jumping over it.",
            "If a player is attacked, the others may defend with one card each.",
            "A player who cannot move loses the turn and returns one {piece}.",
            "The king may not be exposed to an attack at any time.",
            "Players may exchange {piece} if both agree.",
            "The round ends when the last {piece} has been played.",
            "Whoever collects {number} points wins; in a draw the youngest player wins.",
            "A {piece} that has been captured is removed and may be ransomed for two coins.",
            "On the border squares a {piece} is safe and cannot be taken prisoner.",
            "The dealer shuffles, and the player on the left cuts the pack.",
            "No player may speak to a partner during the auction.",
            "The bank pays out, collects fines and never goes bankrupt.",
            "The thief moves {number} squares and robs the nearest house.",
            "When a siege card is drawn, every fortress needs {number} guards.",
        ),
        {
            "piece": ("pawn", "token", "knight", "tile", "counter", "stone"),
            "number": ("two", "three", "5", "seven", "12"),
        },
    ),
    "guide": (
        (
            "Clean the {thing} with warm water and dry it before you go on.",
            "Apply pressure to the {place} for {number} minutes without looking at it.",
            "Call an ambulance if the pain spreads to the {place}.",
            "The {thing} arrests a fall within half a metre.",
            "Rub the {thing} along the grain; sanding across it leaves marks.",
            "Strike the nail lightly until it holds, then drive it home.",
            "Fire the clay at a low heat for {number} hours, and let the kiln cool by itself.",
            "Doctors recommend {number} minutes of walking a day.",
            "Wear gloves: the edges of the {thing} can injure your hands.",
            "A second person should hold the {thing} while you tighten the screws.",
            "The muscles of the {place} support the spine and protect it against shocks.",
            "Knit {number} rows, cast off and join the edges.",
            "The current is blocked by the {thing} as long as the switch is open.",
            "Light travels through the {thing}, is bent and meets the axis again.",
            "Water expands when it freezes, which can destroy pipes and {thing} alike.",
            "Experts disagree on whether the {thing} needs oil at all.",
        ),
        {
            "thing": ("rope", "harness", "frame", "wood", "chain", "bracket", "panel", "lens", "joint"),
            "place": ("wound", "shoulder", "lower back", "left arm", "neck"),
            "number": ("two", "five", "10", "20", "thirty"),
        },
    ),
}


def texts() -> Iterator[tuple[str, str]]:
    """Name and text of each document."""
    chance = random.Random(7)
    words = number = 0
    for path in sorted(Path(__file__).parent.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        words += len(text.split())
        yield path.stem, text
    while words < WORDS_MIN:
        for kind, (sentences, slots) in _KINDS.items():
            number += 1
            paragraphs = [
                " ".join(_filled(sentence, slots, chance) for sentence in chance.sample(sentences, 8))
                for _ in range(_SENTENCES_EACH // 8)
            ]
            text = "\n\n".join(paragraphs)
            words += len(text.split())
            yield f"{kind}-{number}", text


def _filled(sentence: str, slots: dict[str, tuple[str, ...]], chance: random.Random) -> str:
    for name, choices in slots.items():
        while f"{{{name}}}" in sentence:
            sentence = sentence.replace(f"{{{name}}}", chance.choice(choices), 1)
    return sentence
