"""What the program finds in fixed places: the folders that travel with the package, `queries/` and `schema/`, and standard input."""

from __future__ import annotations

from pathlib import Path

STDIN = "-"  # in place of a path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `name` ("queries" or "schema"): inside the installed package, else beside `kg/` in a checkout."""
    installed = _PACKAGE / "data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
