"""Extractors besides the default one, each an entry point of the group `chronology.extractors`.

    spacy     a pipeline of spaCy finds subjects, verbs and objects; the rules say what the verbs mean
    llm       a language model behind an OpenAI-compatible endpoint proposes; what the text does not bear out is dropped

Nothing here is imported before such an extractor is asked for, spaCy and the HTTP client least of all. What they give
is proposed, never believed: all of it is looked up in the document, and what is stored is the document's own letters.
"""
