"""The library that runs the tagger keeps nothing to tell its maker."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

STOPS_IT = ("ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "CI")  # what onnxruntime itself heeds


def test_the_tagger_runs_without_telemetry(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in STOPS_IT}
    environment |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", "from kg.extract import load; load('fast')"], env=environment, check=True, timeout=120)
    assert [str(path) for path in tmp_path.rglob("*onnxruntime*")] == []
