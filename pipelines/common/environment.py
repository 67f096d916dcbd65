"""The environment of the processes that we start: made by us, so that no variable of somebody else's steers them.

What a library reads of the environment would change what is built or checked: `DBT_RESOURCE_TYPES` leaves tests out,
`DBT_FULL_REFRESH` or `DAGSTER_...` something else. Only what a process needs of this machine gets through.
"""

import os
from collections.abc import Mapping
from pathlib import Path

# Of the machine and whoever works there: where programs and libraries lie, where to write what is passing, language.
_PASSED_ON = (
    "HOME",
    "LANG",
    "LANGUAGE",
    "LD_LIBRARY_PATH",
    "LOGNAME",
    "PATH",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME",
    "PYTHONPYCACHEPREFIX",
    "TEMP",
    "TMP",
    "TMPDIR",
    "TZ",
    "USER",
)
_IMPORT_ROOT = Path(__file__).resolve().parents[2]


def child_environment(own: Mapping[str, str] | None = None) -> dict[str, str]:
    """Variables for a Python process of ours that finds this package: those of the machine, and ``own``."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    locale = {name: value for name, value in os.environ.items() if name.startswith("LC_")}
    search_path = os.pathsep.join(filter(None, [str(_IMPORT_ROOT), os.environ.get("PYTHONPATH")]))
    # What they print is read as UTF-8, whatever the terminal of the parent shows.
    return {**passed, **locale, "PYTHONPATH": search_path, "PYTHONUTF8": "1", **(own or {})}
