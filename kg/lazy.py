"""Packages whose names are imported from their modules when they are first asked for, so that a command pays for what it uses."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any


def names_of(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """A `__getattr__` for a package (PEP 562).

    Args:
        package: its `__name__`.
        homes: the names that each of its modules holds, parted by blanks, by the module's name.
    """
    found = {name: home for home, names in homes.items() for name in names.split()}

    def get(name: str) -> Any:  # noqa: ANN401 (whatever the name stands for)
        if name not in found:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{package}.{found[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return get
