"""Words that tell a name from what is none, by where they stand in it."""

from __future__ import annotations

from typing import Final

from .grammar import words

NOT_NAMES: Final = words(
    """
    i the a an this that these those he she it they we you in on at by for from to with of and but or if when while
    as after before since during meanwhile however further thus instead more many most some several last next one
    two three four five six seven eight nine ten there their his her its our not no according earlier later despite
    following due although though because until under over about into through only even still also now then once
    both each every all senior former top young ousted angry
    what who where why how which whose yes so such other another first second will nothing something anything
    everything nobody somebody anybody everybody everyone someone anyone none whoever whatever
    """
)

OF_PLACE: Final = ("-based", "-born", "-backed", "-led", "-owned", "-run", "-controlled", "-held")
"""Endings of words that tell something of the name behind them: "the Lima-based Tarin Forum"."""

ON_SOMETHING: Final = words("group committee commission council panel rapporteur conference centre center forum office")
"""What is "on" something: "Working Group on Arbitrary Detention"."""

OFFICES: Final = words(
    """
    director minister secretary president chairman chairwoman chairperson spokesman spokeswoman spokesperson
    commissioner ambassador governor mayor prosecutor ombudsman chief coordinator representative rapporteur adviser
    advisor envoy
    """
)
"""The last word of capitals that name no person: "Africa Director"."""

THINGS: Final = words(
    """
    war wars treaty palace act agreement accord accords pact protocol charter declaration constitution convention
    prize award building tower street avenue road square bridge airport river mountain mountains sea ocean island
    islands summit theater theatre stadium plaza games cup olympics revolution uprising massacre bible koran quran
    battle resolution day week era code valley desert canal highway boulevard cemetery tunnel festival christmas
    easter ramadan pass crossing lake gulf strait bay cape dam bazaar hotel monument museum
    """
)
"""The last word of names that are nobody's: "the Lima Treaty"."""

OWNING: Final = words("general women men children people workers teachers students nurses lawyers farmers journalists")
"""Whose "'s" stands inside a name: "Prosecutor General's Office"."""

BODIES: Final = words(
    """
    voice voices chamber house faculty college guild order legion circle academy friends mothers fathers sons daughters
    sisters brothers children doctors teachers lawyers women workers students farmers people hands knights soldiers
    defenders guardians office ministry school institute alliance league
    """
)
"""The first word of names that go on with "of": "Chamber of Commerce"."""

IDEAS: Final = words(
    """
    rights justice peace freedom liberty democracy change life human humanity children women all truth equality
    reform unity solidarity progress development action dignity transparency accountability tomorrow hope memory
    """
)
"""What a body may be "for": "Hands for Peace"."""
