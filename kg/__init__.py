"""Paper KG: papers to a knowledge graph of methods, datasets, hardware and organisations, with the sentence behind every edge."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

# onnxruntime from 1.29 on tells its maker of each process and model unless this stands before it is imported; kg opens no connection by itself.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

if TYPE_CHECKING:
    from kg.api import Graph, diff, open  # noqa: A004 (kg.open is the name people expect)
    from kg.archive import backup, restore

__version__ = "0.1.0"
__all__ = ["Graph", "__version__", "backup", "diff", "open", "restore"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 (module attribute hook)
    """Import the API on first use, so that `import kg` and `kg --help` stay quick."""
    if name in ("Graph", "diff", "open"):
        from kg import api

        return getattr(api, name)
    if name in ("backup", "restore"):
        from kg import archive

        return getattr(archive, name)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")
