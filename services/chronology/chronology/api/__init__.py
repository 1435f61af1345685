"""HTTP: what people and programs ask the chronology.

Answers are made of the bytes that projections and log hold; nothing of an event or a
record is decoded and encoded again. Every answer names the position that it reflects
(`position` in lists, the header Chronology-Position everywhere), and carries a weak
ETag of lineage, build and position. What HTTP calls an error is decided in
`problems.py` alone.
"""
