"""Projections: what is read from the log, and can always be made again from it.

A projection is a value: a name, a version, the record types that it listens to, its
tables and a fold. Rows and progress move in one transaction. The fold uses nothing but
records in order, so the rows that grew live and the rows of a rebuild are the same,
byte for byte, whatever the sizes of the batches were.

Each build lives in tables of its own, in the schema `<name>_<build>`. `rebuild` makes
the next one beside the one that is read; `switch` updates one row.
"""
