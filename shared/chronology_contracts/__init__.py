"""What the services agree on: documents, events, records, dates, ids, envelopes.

Pure: the standard library and msgspec only. No clock, no randomness, no I/O, so
that any service, test or tool may import it and gets the same answer.

    documents, events, records   what is said (frozen structs)
    vocabulary                   the closed lists
    edtf                         dates, kept as EDTF text
    content_id                   ids that follow from content
    validation                   what a well-typed value can still get wrong
    codec, subjects              how it travels
"""
