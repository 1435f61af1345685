"""Work that must not stand on the event loop: in processes of our own, one job at a time each.

It promises: every job ends by its deadline; a job that hangs, eats its limits or kills
its process costs only that process, which is replaced; what waits is bounded; and no
process outlives us, however we end.

Not `concurrent.futures`: one process that dies breaks its whole pool, a running job
cannot be ended, and limits cannot be set for one job. The processes are started anew,
not forked: a fork would copy connections, threads and secrets of the service.
"""

from .frames import Spec
from .pool import Pool

__all__ = ["Pool", "Spec"]
