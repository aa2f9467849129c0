"""One Spark session for the tests of the engine, and the inputs that they share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.spark.session import Settings, session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

HERE = Path(__file__).parent
MASTER = "local[2,4]"  # two cores, and a task is tried four times


@pytest.fixture(scope="session")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the extractors of `extractors.py` as an installed package has them: workers find them by name."""
    folder = tmp_path_factory.mktemp("plugins")
    info = folder / "spark_tests-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: spark-tests\nVersion: 1.0\n", encoding="utf-8")
    names = ("toy", "deadly", "shaky", "slow")
    (info / "entry_points.txt").write_text(
        "[kg.extractors]\n" + "".join(f"{name} = spark_extractors:{name.title()}\n" for name in names), encoding="utf-8"
    )
    (folder / "spark_extractors.py").write_text((HERE / "extractors.py").read_text(encoding="utf-8"), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def pythonpath(plugins: Path) -> Iterator[str]:
    """What workers import from, in the environment while the tests run."""
    path = os.pathsep.join([str(HERE.parents[1]), str(HERE.parent), str(plugins)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", path)
        for folder in (str(HERE.parent), str(plugins)):
            patch.syspath_prepend(folder)
        yield path


@pytest.fixture(scope="session")
def spark(pythonpath: str) -> Iterator[SparkSession]:
    """A session on this machine."""
    with session(Settings(MASTER)) as found:
        yield found
