"""A Spark session for one run: started with settings that keep it quiet, on this machine alone unless a cluster is named, and ended with it.

Needs pyspark, an extra, and a Java runtime; what is missing is told before anything starts.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kg.errors import DependencyError, KgError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MASTER = "local[*,4]"  # all cores, and a task is tried four times; `local[*]` would never try again
_JAVA = 17  # the oldest that Spark 4 runs on
_VERSION = re.compile(r'version "(\d+)')
_LOCAL = re.compile(r"local(\[.*\])?|spark://(127\.[\d.]+|localhost|\[::1\]):\d+")  # masters that are reached without a network
_LOG4J = """\
rootLogger.level = {level}
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = spark %p %c{{1}}: %m%n
"""


class SparkError(KgError):
    """Spark could not be started, or gave up the work."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where Spark runs, and how."""

    master: str = MASTER
    conf: Mapping[str, str] = field(default_factory=dict)  # settings of Spark that go before ours
    verbose: bool = False  # whether what Spark says of itself is shown


@contextmanager
def session(settings: Settings) -> Iterator[SparkSession]:
    """A session that ends with the block, and with it the process of Java and all files of its work.

    Raises:
        DependencyError: pyspark or Java is not there.
        SparkError: it does not start.
    """
    check()
    if not settings.verbose:
        logging.getLogger().addFilter(_is_no_interrupt)
    with tempfile.TemporaryDirectory(prefix="kg-spark-", ignore_cleanup_errors=True) as work, warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of pandas 3, which is not used
        (Path(work) / "log4j2.properties").write_text(_LOG4J.format(level="warn" if settings.verbose else "off"), encoding="utf-8")
        with tempfile.TemporaryFile() as said, _own_interrupts():
            context, gateway = _started(settings, Path(work), None if settings.verbose else said)
            from pyspark.sql import SparkSession

            spark = SparkSession(context)
            try:
                yield spark
            finally:
                with suppress(Exception):  # it may have died, which is told by what failed
                    spark.stop()
                _end(gateway)


def _is_no_interrupt(record: logging.LogRecord) -> bool:
    """Whether a message is none of py4j on a call that Ctrl-C cut off, which it tells with a traceback; the error itself goes on."""
    return not str(record.msg).endswith("while sending command.")


@contextmanager
def _own_interrupts() -> Iterator[None]:
    """Give Ctrl-C back to whom it belonged: pyspark takes it and keeps it."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, before)


def check() -> None:
    """Pass where pyspark and a Java runtime of version 17 or later are there; raises `DependencyError` else."""
    for package in ("pyspark", "pyarrow", "pandas"):
        if importlib.util.find_spec(package) is None:
            raise DependencyError(f"the Spark engine needs {package}, which is not installed", hint="pip install 'paper-kg[spark]'")
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    hint = f"install Java {_JAVA} or later, such as Debian's openjdk-17-jre-headless, or let JAVA_HOME name the folder of one"
    if java is None:
        raise DependencyError(f"Spark needs Java, and there is none {f'in {home}' if home else 'on the PATH'}", hint=hint)
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60, check=False).stderr  # noqa: S603 (java)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DependencyError(f"{java} does not run", hint=hint) from error
    version = _VERSION.search(said)
    if version is None or int(version[1]) < _JAVA:
        raise DependencyError(f"{java} is {f'version {version[1]}' if version else 'no Java'}, and Spark needs {_JAVA} or later", hint=hint)


def configured(settings: Settings, work: Path) -> dict[str, str]:
    """All settings of a session whose files lie in the folder `work`; those that a user gives go before ours."""
    ours = {
        "spark.master": settings.master,
        "spark.app.name": "kg build",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": "2g",
        "spark.local.dir": str(work),
        "spark.sql.warehouse.dir": str(work / "warehouse"),
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={work / 'log4j2.properties'} -XX:+UseParallelGC{_of_local(settings)}",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "256",  # a text has 2 kB, a full one 100 kB, the longest line that is read 16 MB
        "spark.sql.execution.arrow.maxBytesPerBatch": str(64 * 1024**2),
        "spark.sql.caseSensitive": "true",  # columns of tables by their very names
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.parquet.compression.codec": "zstd",
        # A document that kills its process fails its task once; the next attempt finds it, and others may fail for reasons of their own.
        "spark.task.maxFailures": "4",
    }
    if _LOCAL.fullmatch(settings.master):
        ours |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    path = os.environ.get("PYTHONPATH")
    if path:
        ours["spark.executorEnv.PYTHONPATH"] = path
    given = dict(settings.conf)
    name = "spark.driver.extraJavaOptions"
    if name in given:
        given[name] = f"{ours[name]} {given[name]}"
    return {**ours, **given}


def _of_local(settings: Settings) -> str:
    """Options of a Java that does the tasks too: compiled lightly, since Python does the work and shares the cores with its compiler."""
    return " -XX:TieredStopAtLevel=1" if settings.master.startswith("local") else ""


def _started(settings: Settings, work: Path, said: IO[bytes] | None) -> tuple[Any, Any]:
    """The context and the gateway to its process; what that says goes to `said`, or where ours goes."""
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway

    if SparkContext._active_spark_context is not None:
        raise SparkError("a Spark session runs in this process already", hint="stop it before, or run `kg build` as a program")
    conf = SparkConf(loadDefaults=False).setAll(list(configured(settings, work).items()))
    try:
        gateway = launch_gateway(conf, {} if said is None else {"stdout": said, "stderr": said})  # type: ignore[no-untyped-call]
    except Exception as error:
        hint = "check --master and --conf; run again with -v to see what Spark says"
        raise SparkError(f"Spark does not start{_last(said)}", hint=hint) from error
    try:
        context = SparkContext(conf=conf, gateway=gateway)
        # Else workers run whatever `python3` is on their path.
        context.pythonExec = settings.conf.get("spark.pyspark.python") or os.environ.get("PYSPARK_PYTHON") or sys.executable
        return context, gateway  # noqa: TRY300
    except BaseException as error:
        _end(gateway)
        if not isinstance(error, Exception):
            raise
        hint = "check --master and --conf; run again with -v to see what Spark says"
        raise SparkError(f"no session at {settings.master}{_last(said)}", hint=hint) from error


def _last(said: IO[bytes] | None) -> str:
    """The last line with an error that Spark said, as the end of a message; "" without one."""
    if said is None:
        return ""
    said.seek(0)
    lines = [line.strip() for line in said.read().decode("utf-8", "replace").splitlines()]
    found = [line for line in lines if "rror" in line or "xception" in line]
    return f": {found[0][:200]}" if found else ""


def _end(gateway: Any) -> None:  # noqa: ANN401 (py4j has no types)
    """End the process of Java, which also ends by itself when its standard input does."""
    from pyspark import SparkContext

    process = getattr(gateway, "proc", None)
    with suppress(Exception):
        gateway.shutdown()
    SparkContext._gateway = SparkContext._jvm = None
    if process is not None:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
