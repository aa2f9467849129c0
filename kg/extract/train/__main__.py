"""Make the shipped weights again, or the model for comparison with published scores.

python -m kg.extract.train shipped --shared ../shared --work build/train          # kg/extract/weights, reliability.tsv
python -m kg.extract.train scier --shared ../shared --work build/train --out DIR  # for kg eval --corpus scier FILE --model DIR
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

from kg.errors import KgError
from kg.extract.decisions import Decisions
from kg.extract.learned import WEIGHTS
from kg.extract.reliability import replace_rows
from kg.extract.train import assess, comparison, recipe
from kg.extract.train.recipe import LAYERS, Run

VARIANTS = tuple(LAYERS)


def main(arguments: list[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m kg.extract.train", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=("shipped", "scier"))
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="the folder with data/ and gold/")
    parser.add_argument(
        "--work", type=Path, default=Path("build/train"), help="where stages leave their files; kept ones are not made again"
    )
    parser.add_argument("--out", type=Path, help="folder of the model; default: the package's own weights")
    parser.add_argument("--variant", choices=VARIANTS, default="accurate", help="of the comparison model")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    run = Run(options.shared, Path("tests/gold"), options.work, options.seed)
    run.work.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    try:
        if options.what == "scier":
            comparison.train(run, options.variant, options.out or run.work / "scier")
        else:
            ship(run, options.out or WEIGHTS)
    except KgError as error:
        print(f"error: {error}\nhint:  {error.hint}", file=sys.stderr)
        return error.exit_code
    print(f"done in {(time.monotonic() - begun) / 60:.0f} minutes")
    return 0


def ship(run: Run, out: Path) -> None:
    """All stages, both variants; then the files into `out` and the reliability table into the package."""
    out.mkdir(parents=True, exist_ok=True)
    recipe.pretrain(run, "accurate")
    recipe.pretrain(run, "fast", base="accurate")
    for variant in VARIANTS:
        recipe.gold_jobs(run, variant)
        folds = assess.held_out(run, variant)
        found = assess.assess(folds)
        replace_rows(variant, assess.outcomes(found.judged))
        scores = assess.scores(found.judged)
        print(f"{variant}, held out: core {scores.core[2]:.3f}  role {scores.role[2]:.3f}  relation {scores.relation[2]:.3f}")
        decisions = assess.learn([paper for fold in folds for paper in fold])
        assess.write(Decisions({**decisions.models, **found.calibration}), out / f"decisions-{variant}.json")
        whole = assess.export(run, variant, "whole")
        for name in (f"{variant}.onnx", f"{variant}.npz"):
            shutil.copy(whole / name, out)
    for name in ("tokenizer.json", "pieces.npz"):
        shutil.copy(assess.export(run, "accurate", "whole") / name, out)


if __name__ == "__main__":
    raise SystemExit(main())
