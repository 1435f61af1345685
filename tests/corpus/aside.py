"""Which documents of a set are set aside: a third, by the hash of the name.

Rules are developed on the other two thirds. What is set aside is met by the scorers alone: no text of it is
read, printed or listed, so that its figures say what a new document would get.
"""

from hashlib import sha256


def is_aside(name: str) -> bool:
    """Tell whether the document called `name` (no folder, no suffix; a record's id) is set aside."""
    return int(sha256(name.encode()).hexdigest(), 16) % 3 == 0
