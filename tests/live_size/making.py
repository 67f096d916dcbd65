"""Making the folder that the service serves, once for a state of the code and a share of the live size."""

import json
import shutil
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from tests.live_size.inflation import inflate, list_sizes, state_of_code
from tests.live_size.sizes import SIZES
from tests.support.cbs_2026 import make_cbs_2026

_MADE = "made.json"


def make(folder: Path, share: float, tables: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Make the CBS of live size in ``folder``, as far as it is not there yet; give rows and columns by table."""
    wanted = {"code": state_of_code(), "share": share}
    known = json.loads((folder / _MADE).read_bytes()) if (folder / _MADE).exists() else {}
    if {key: known.get(key) for key in wanted} != wanted:
        for part in ("cbs", "rows"):
            shutil.rmtree(folder / part, ignore_errors=True)
        known = {**wanted, "sizes": {}}
        make_cbs_2026(folder / "cbs")
    sizes: dict[str, tuple[int, int]] = known["sizes"]
    for table in tables:
        if table in sizes:
            continue
        started = time.perf_counter()
        sizes[table] = inflate(folder / "cbs" / table, folder / "rows" / f"{table}.parquet", SIZES[table], share)
        list_sizes(folder / "cbs", sizes)
        (folder / _MADE).write_text(json.dumps(known), encoding="utf-8")
        rows, columns = sizes[table]
        sys.stderr.write(f"made {table}: {rows:,} rows x {columns} columns, {time.perf_counter() - started:.0f} s\n")
    return {table: (rows, columns) for table, (rows, columns) in sizes.items()}
