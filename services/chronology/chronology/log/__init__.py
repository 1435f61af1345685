"""The append-only log of a collection: what it promises.

- **Order.** Positions are 1, 2, 3 … in commit order without a gap. Whoever goes on
  from the last position it saw misses nothing, and two readers see the same.
- **One writer.** Only the appender writes, in the transaction that locks the
  collection's head row and moves it. There is no sequence, no transaction horizon and
  no notification whose failure could make a hole.
- **Once.** A record's id follows from its content. An id that is known is not written
  again, however often and by whatever way it comes.
- **From the stream alone.** Reading the same stream again gives the same records, at
  the same positions, with the same bytes and the same Merkle leaves: `recorded_at` is
  the stream's time, the salt came with the message, the lineage stands in the first
  record.
- **Never changed.** The service's role may insert and read; triggers refuse the rest.

Rejected: identity columns (holes, commit order differs), LISTEN/NOTIFY (a global lock
at commit), jsonb bodies (half the rate, and the bytes would not be those that were
hashed).
"""
