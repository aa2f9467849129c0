"""A build is killed at random moments; every time whole papers stand, none that was acknowledged is missing, and the end is the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KILLS = os.environ.get("KG_KILLS", "16")  # KG_KILLS=100 KG_KILLED_PAPERS=2000 takes a quarter of an hour
PAPERS = os.environ.get("KG_KILLED_PAPERS", "160")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_killed_at_random_moments_a_build_keeps_all_promises() -> None:
    command = [sys.executable, str(ROOT / "tests" / "bench" / "crash.py"), "--kills", KILLS, "--papers", PAPERS, "--batch", "25"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all promises kept" in done.stdout
