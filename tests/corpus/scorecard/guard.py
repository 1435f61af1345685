"""What no set measures: false events, speed, memory, hostile text."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from chronology_ingest.extract import dates

from tests.corpus import event_free

from . import sets
from .measures import Counts

IMPORT_RUNS: Final = 5
ARTICLE_LENGTH: Final = 5_000
HOSTILE_LENGTH: Final = 1_000_000
"""A tenth of the largest hostile text; `linearity` compares it with its half, so that the whole need not run."""
WHOLE_LENGTHS: Final = (1_250_000, 2_500_000, 5_000_000, 10_000_000)
"""Of a single line, for the whole scorecard alone: each twice as long as the one before. A service takes 1 MiB."""

SAMPLES: Final = Path(__file__).parents[3] / "deploy" / "chronology_local" / "samples"


def event_free_counts(published: str = "2024-05-02") -> Counts:
    """Events read in texts that hold none, and the words of these, by document."""
    counted: dict[str, Counter[str]] = {}
    for name, text in event_free.texts():
        found = sets.events(sets.document(text, published=published))
        counted[name] = Counter(events=len(found), words=len(text.split()))
    return counted


def false_events(counts: Counts) -> float:
    """For each 1,000 words."""
    total = sum((Counter(found) for found in counts.values()), Counter[str]())
    return 1_000 * total["events"] / total["words"]


def article() -> str:
    """A news text of about 5 kB, of the project's own."""
    samples = sorted(path for path in SAMPLES.glob("*.txt") if path.name.startswith(("tpa-", "herald-")))
    parts = [path.read_text(encoding="utf-8") for path in samples]
    return "\n\n".join(parts)[:ARTICLE_LENGTH]


def articles_a_second(times: int = 60) -> float:
    """On this core, now; the best of three runs, since others use the machine as well."""
    text = article()
    documents = [sets.document(f"{text}\n\n{number}", published="2023-11-15") for number in range(times)]
    sets.events(documents[0])
    best = 0.0
    for part in (documents[::3], documents[1::3], documents[2::3]):
        started = time.process_time()
        for document in part:
            sets.events(document)
        best = max(best, len(part) / (time.process_time() - started))
    return best


HOSTILE: Final[dict[str, Callable[[int], str]]] = {
    "one line": lambda length: "Police arrested Mirva Telen and " * (length // 32),
    "digits": lambda length: "1" * length,
    "deep quotes": lambda length: "“" * length,
    "quotes in quotes": lambda length: "“he said ‘" * (length // 20) + "’ she said” " * (length // 24),
    "furniture": lambda length: "Most read\n2 comments\n[photo\n" * (length // 28),
    "short lines": lambda length: "a\n" * (length // 2),
    "capitals": lambda length: "Aa Bb " * (length // 6),
    "commas": lambda length: "a, " * (length // 3),
    "numbers": lambda length: "12 May 2019 " * (length // 12),
    "brackets": lambda length: "((" * (length // 2),
    "no end": lambda length: "said that " * (length // 10),
}


def linearity(make: Callable[[int], str], length: int = HOSTILE_LENGTH // 5) -> tuple[float, float]:
    """Seconds for a text of this length, and how many times as long as its half it takes: 2 where time is linear."""
    half, whole = (_seconds(make(size)) for size in (length // 2, length))
    return whole, whole / max(half, 0.001)


def _seconds(text: str) -> float:
    document = sets.document(text, published="2023-11-15")
    started = time.process_time()
    sets.events(document)
    return time.process_time() - started


def _dates_seconds(text: str) -> float:
    started = time.process_time()
    dates.tag(text, "2023-11-15")
    return time.process_time() - started


_MEMORY: Final = """
import resource
from tests.corpus.scorecard import guard, sets
for number in range(20):
    sets.events(sets.document(guard.article() * 20 + str(number), published="2023-11-15"))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak / (1024 * 1024 if __import__("sys").platform == "darwin" else 1024))
"""
_IMPORT: Final = """
import time
started = time.perf_counter()
from chronology_ingest import extractors
extractors.get()
print(time.perf_counter() - started)
"""


_EVENTS: Final = """
import sys
import msgspec
from tests.corpus.scorecard import guard, sets
read = sets.document(guard.article(), published="2023-11-15")
sys.stdout.buffer.write(msgspec.json.encode(sets.events(read)))
"""


def events_of_a_process(hash_seed: int) -> bytes:
    """What a process of its own reads in the article; by another seed, sets and dictionaries have another order."""
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
    done = subprocess.run([sys.executable, "-c", _EVENTS], capture_output=True, check=True, env=environment)
    return done.stdout


def memory_megabytes() -> float:
    """The peak of a process of its own that reads twenty texts of 100 kB."""
    return _told(_MEMORY)


def import_seconds() -> float:
    """Importing the default extractor and loading its rules, in a fresh process; the best of a few."""
    return min(_told(_IMPORT) for _ in range(IMPORT_RUNS))


def _told(program: str) -> float:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return float(done.stdout)


def lines(*, quick: bool) -> Iterator[str]:
    counts = event_free_counts()
    words = sum(found["words"] for found in counts.values())
    yield f"false events for each 1,000 words ({words:,} words): {false_events(counts):.2f}   must 1, aim 0.3"
    if quick:
        return
    yield f"articles of 5 kB a second on one core: {articles_a_second():.0f}   must 40, aim 100"
    yield f"peak memory: {memory_megabytes():.0f} MB   must 300"
    yield f"import with rules: {import_seconds():.2f} s   must 0.5"
    for name, make in HOSTILE.items():
        seconds, growth = linearity(make)
        yield f"hostile, {name}, {HOSTILE_LENGTH // 5:,} characters: {seconds:.2f} s, {growth:.1f} times its half"
    for length in WHOLE_LENGTHS:
        text = HOSTILE["one line"](length)
        seconds, of_dates = _seconds(text), _dates_seconds(text)
        yield f"hostile, one line of {length:,} characters: {seconds:.1f} s, its dates {of_dates:.1f} s"
    digits = HOSTILE["digits"](100_000)
    yield f"hostile, 100,000 digits: {_seconds(digits):.2f} s, its dates {_dates_seconds(digits):.2f} s"
