"""The one adapter around nats-py that both services use.

It promises: every call ends by its deadline; a batch is stored whole, once, or not at
all, and the answer says which; a stream is read strictly in order, and what breaks the
order is shown, never skipped. It heals drops, restarts and frozen servers by itself.

Bare nats-py, because its JetStream layer hides what these promises need: its `fetch`
loses pull requests at a restart and is three times slower than own pull requests, its
dataclasses drop stream settings, its publish knows no atomic batches (ADR-50).
Push consumers were rejected (slow ones drop messages), and durable consumers with
acknowledgements too: after crashes they redeliver out of order.
"""

from .batches import BATCH_MESSAGES_MAX, BATCH_SIZE_BYTES_MAX, BatchAck, Message
from .bus import Bus, connect
from .connection import Subscription
from .monitor import sync_always
from .pull import Reader
from .streams import StreamConfig, StreamInfo
from .wire import StoredMessage

__all__ = [
    "BATCH_MESSAGES_MAX",
    "BATCH_SIZE_BYTES_MAX",
    "BatchAck",
    "Bus",
    "Message",
    "Reader",
    "StoredMessage",
    "StreamConfig",
    "StreamInfo",
    "Subscription",
    "connect",
    "sync_always",
]
