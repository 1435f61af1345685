"""What a document comes from. Each kind of input has its module; all give the fields of a Document.

Hostile formats are read in a worker with limits on time, processor and memory, without
connections; an input that gives nothing is an error, never an empty document.
"""
