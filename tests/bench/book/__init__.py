"""The benchmark book: what `kg` costs beside the floor it stands on and beside peers, measured side by side in one run.

    python -m tests.bench.book [CHAPTER…] [--list]

A chapter is a module of this package with a docstring and `measures()`, which yields `Measure`s; the book is one Markdown table of them.
"""
