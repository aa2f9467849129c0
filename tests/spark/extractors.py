"""Extractors that the workers of the tests load by name."""

from __future__ import annotations

import os
import time
from pathlib import Path

from toy_papers import Guillemets

from kg.model import Document, Extraction


class Toy(Guillemets):
    """Every «name» is a method."""

    version = "toy-1"


class Deadly(Guillemets):
    """Ends its process at one paper, takes all memory at another, and raises at a third."""

    version = "deadly-1"

    def extract(self, document: Document) -> Extraction:
        if "hemlock" in document.text:
            os._exit(9)
        if "gourd" in document.text:
            raise MemoryError
        if "nettle" in document.text:
            raise ValueError("it stings")
        return super().extract(document)


class Shaky(Guillemets):
    """Fails its task at one paper the first time, with what is no mistake in the paper; else the same as Toy."""

    version = "shaky-1"

    def extract(self, document: Document) -> Extraction:
        from pyspark import TaskContext

        context = TaskContext.get()
        if "quake" in document.text and context is not None and context.attemptNumber() == 0:
            raise MemoryError
        return super().extract(document)


class Slow(Guillemets):
    """Takes its time, and notes for which worker of a cluster it works."""

    version = "slow-1"

    def extract(self, document: Document) -> Extraction:
        marks = os.environ.get("KG_TEST_MARKS")
        if marks:
            (Path(marks) / os.environ["KG_TEST_WORKER"]).touch()
            time.sleep(0.02)
        return super().extract(document)
