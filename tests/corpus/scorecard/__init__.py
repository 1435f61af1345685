"""Every figure of the extractor on the sets that lie beside the checkout: `python -m tests.corpus.scorecard`.

Each set comes with its scorer in ../shared; where that tells what it counted document by document it is run, and
where it only prints totals its counting is done again here and compared with what it prints. The intervals are 95 %
bootstrap intervals over documents. A third of each set is set aside (tests/corpus/aside.py) and scored apart.
"""
