"""The same table read as an analyst's script does: ``cbsodata.get_data`` into pandas, in a process of its own.

``python -m tests.live_size.analyst --url URL --table ID [--filter FILTER]`` prints what it took as JSON.
"""

import argparse
import json
import resource
import sys
import time

import cbsodata
import pandas as pd

from tests.live_size.ours import Took, peak_of_this_process

# What a program may take of the memory of an ordinary machine.
MEMORY = 10 * 1024**3


def read(url: str, table: str, condition: str | None) -> Took:
    """Read the table, or what satisfies the filter."""
    cbsodata.options.use_https = False
    cbsodata.options.catalog_url = url.removeprefix("http://")
    cbsodata.options.requests = {}
    started = time.perf_counter()
    try:
        frame = pd.DataFrame(cbsodata.get_data(table, filters=condition))
    except MemoryError:
        problem = f"needs more than {MEMORY // 1024**3} GB of memory"
        return Took(0, 0, 0, time.perf_counter() - started, peak_of_this_process(), problem)
    return Took(len(frame), frame.size, 0, time.perf_counter() - started, peak_of_this_process())


def main() -> None:
    """Read one table, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--table", required=True)
    parser.add_argument("--filter")
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.stdout.write(json.dumps(vars(read(given.url, given.table, given.filter))))


if __name__ == "__main__":
    main()
