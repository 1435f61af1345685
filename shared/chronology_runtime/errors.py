"""What can go wrong in the plumbing, and who must act.

RuntimeFailure
├─ Unavailable          a dependency does not answer: wait and try again with the same ids (503)
│  └─ NoStream          nobody takes this subject: no such stream, or its leader is being elected
├─ ServerTooOld         the operator upgrades NATS
├─ StreamFailure        something is wrong with one stream
│  ├─ StreamNotFound    it was never made, or somebody deleted it
│  ├─ StreamReplaced    another stream has taken its name: halt, tell an operator
│  ├─ StreamRewound     it ends before what was already read: halt, tell an operator
│  ├─ StreamFull        it takes nothing more until it is trimmed
│  ├─ StreamRefused     JetStream refuses what was asked of it: a bug, or a missing right
│  └─ MessageNotFound   that sequence holds no message (deleted, trimmed, or not yet written)
└─ BatchFailure         nothing of the batch is stored, unless `WrongLastSequence.uncertain` says otherwise
   ├─ BatchTooLarge     known before sending: make several
   ├─ MessageTooLarge   known before sending: it fits no batch
   └─ BatchRefused      JetStream refused the batch as a whole; trying again cannot help
      └─ WrongLastSequence  the stream has moved on: look where it ends
"""

from __future__ import annotations


class RuntimeFailure(Exception):
    """Something the services stand on did not do its part."""


class Unavailable(RuntimeFailure):
    """A dependency did not answer in time; whether it acted is unknown."""


class NoStream(Unavailable):
    """No stream answers: there is none for this subject, or it has no leader at the moment."""


class ServerTooOld(RuntimeFailure):
    """The NATS server lacks what the services need."""

    def __init__(self, version: str, version_min: str) -> None:
        super().__init__(f"nats-server {version} is too old: {version_min} or later is needed")
        self.version = version
        self.version_min = version_min


class StreamFailure(RuntimeFailure):
    """Something is wrong with one stream."""

    def __init__(self, stream: str, message: str) -> None:
        super().__init__(message)
        self.stream = stream


class StreamNotFound(StreamFailure):
    """There is no such stream."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream, f"there is no stream {stream}")


class StreamReplaced(StreamFailure):
    """A stream of the same name has taken the place of the one that was read."""

    def __init__(self, stream: str, created: str, created_expected: str) -> None:
        super().__init__(stream, f"stream {stream} was created at {created}, the one known at {created_expected}")
        self.created = created
        self.created_expected = created_expected


class StreamRewound(StreamFailure):
    """The stream ends before a sequence that was already read from it."""

    def __init__(self, stream: str, last_sequence: int, last_sequence_read: int) -> None:
        super().__init__(stream, f"stream {stream} ends at {last_sequence}, but {last_sequence_read} was read from it")
        self.last_sequence = last_sequence
        self.last_sequence_read = last_sequence_read


class StreamFull(StreamFailure):
    """The stream has reached its limit and refuses new messages."""

    def __init__(self, stream: str, description: str) -> None:
        super().__init__(stream, f"stream {stream} is full: {description}")
        self.description = description


class StreamRefused(StreamFailure):
    """JetStream refused a request about a stream."""

    def __init__(self, stream: str, code: int, description: str) -> None:
        super().__init__(stream, f"JetStream refused a request about stream {stream}: {description} ({code})")
        self.code = code
        self.description = description


class MessageNotFound(StreamFailure):
    """The stream holds no message at this sequence."""

    def __init__(self, stream: str, sequence: int) -> None:
        super().__init__(stream, f"stream {stream} holds no message {sequence}")
        self.sequence = sequence


class BatchFailure(RuntimeFailure):
    """A batch was not stored."""


class BatchTooLarge(BatchFailure):
    """The batch has more messages or bytes than one atomic batch may have."""

    def __init__(self, messages: int, size_bytes: int, messages_max: int, size_bytes_max: int) -> None:
        super().__init__(
            f"a batch of {messages} messages and {size_bytes} bytes is too large:"
            f" at most {messages_max} messages and {size_bytes_max} bytes"
        )
        self.messages = messages
        self.size_bytes = size_bytes


class MessageTooLarge(BatchFailure):
    """One message is larger than the server takes."""

    def __init__(self, size_bytes: int, size_bytes_max: int) -> None:
        super().__init__(f"a message of {size_bytes} bytes is too large: at most {size_bytes_max}")
        self.size_bytes = size_bytes
        self.size_bytes_max = size_bytes_max


class BatchRefused(BatchFailure):
    """JetStream refused a batch as a whole."""

    def __init__(self, stream: str, code: int, description: str) -> None:
        super().__init__(f"stream {stream} refused a batch: {description} ({code})")
        self.stream = stream
        self.code = code
        self.description = description


class WrongLastSequence(BatchRefused):
    """The stream does not end where the publisher expected.

    `uncertain` is true when an earlier attempt of the same call got no answer:
    then it may be this very batch that moved the stream on.
    """

    def __init__(self, stream: str, code: int, description: str, *, uncertain: bool) -> None:
        super().__init__(stream, code, description)
        self.uncertain = uncertain
