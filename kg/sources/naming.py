"""Objects of JSON, and the names of their fields."""

from __future__ import annotations

Json = dict[str, object]


def written(name: str) -> str:
    """A field's name however it is written: "arXiv-ID" and "arxiv_id" → "arxivid"."""
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")
