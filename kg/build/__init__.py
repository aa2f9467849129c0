"""Papers into a store: the stages composed, refused documents read again, papers taken out."""

from kg.build.building import build, rebuild, remove
from kg.build.commits import Pace
from kg.build.dryrun import Plan, plan
from kg.build.extraction import extract_one
from kg.build.quarantine import Retried, chosen, retry

__all__ = ["Pace", "Plan", "Retried", "build", "chosen", "extract_one", "plan", "rebuild", "remove", "retry"]
