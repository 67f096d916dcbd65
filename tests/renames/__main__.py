"""``python -m tests.renames [DATASET ...]``; see the package."""

import argparse
import sys
import tempfile
from pathlib import Path

from pipelines.sources.datasets import load_datasets
from tests.renames.check import wrong_about
from tests.renames.column import columns_to_rename, live_datasets
from tests.support.cbs_2026 import make_cbs_2026


def main() -> int:
    """Rename each column in turn and print what came of it; the exit code is 1 when something was wrong."""
    known = load_datasets()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", nargs="*", help="only these datasets")
    asked = parser.parse_args().dataset
    if unknown := set(asked) - known.keys():
        parser.error(f"no dataset {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}")
    tried = failed = 0
    with tempfile.TemporaryDirectory(prefix="renames-") as scratch:
        cbs = make_cbs_2026(Path(scratch) / "statline")
        for name, dataset in live_datasets(known, cbs).items():
            for column in columns_to_rename(dataset, cbs) if not asked or name in asked else ():
                wrong = wrong_about(column)
                tried, failed = tried + 1, failed + bool(wrong)
                print(f"{'WRONG' if wrong else 'well '} {column}", *wrong, sep="\n      ", flush=True)
    print(f"{tried} columns renamed in turn, {failed} of them wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
