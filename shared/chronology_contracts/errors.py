"""What can go wrong in reading the contract, and who must act.

ContractError
├─ Unreadable        no envelope to read: whoever published it must mend it
└─ UnknownVersion    a newer version than this program knows: upgrade the program
"""

from __future__ import annotations


class ContractError(Exception):
    """The contract between the services is not kept."""


class Unreadable(ContractError):
    """These bytes are no record of ours: no CloudEvents envelope, no known form of id, type or salt."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownVersion(ContractError):
    """The record is of a version that this program cannot read; an upgraded one can."""

    def __init__(self, type: str, version: int) -> None:
        super().__init__(f"{type} version {version} is newer than this program")
        self.type = type
        self.version = version
