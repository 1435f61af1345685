"""The Merkle tree over a log's leaves, its tiles, and its signed checkpoints.

    merkle.py       hashing, roots, proofs and their checks (RFC 6962, 2.1; RFC 9162, 2.1.3 and 2.1.4)
    tiles.py        256 hashes at a time: addresses, and which tiles a proof needs (c2sp.org/tlog-tiles)
    notes.py        texts signed with Ed25519, keys and cosignatures (c2sp.org/signed-note, tlog-cosignature)
    checkpoints.py  origin, size and root as such a text (c2sp.org/tlog-checkpoint)

Leaf index = position − 1. Nothing here reads or writes: a verifier far from any
database uses the same code. Without a witness outside, whoever owns the database can
rewrite the log and its tree together; the tree makes a change visible to everybody who
kept an earlier checkpoint.
"""
