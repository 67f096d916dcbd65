"""What of the environment reaches the libraries: what we mean, so that no variable of somebody else's steers them.

What a library reads of the environment would change what is built or checked: `DBT_RESOURCE_TYPES` leaves tests out,
`POLARS_FORCE_PKG` or `WEB_CONCURRENCY` may stop everything. A process that we start gets only what it needs of this
machine; from our own, which is also the terminal's and Dagster's, goes what the libraries would look for.

It imports the standard library alone, since it is imported before all that it is about.
"""

import os
import sys
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
# How the names begin of what the libraries read that compute, check, serve or keep records.
_OF_LIBRARIES = (
    "ALEMBIC_",
    "ALTAIR_",
    "ARROW_",
    "DBT_",
    "DUCKDB_",
    "GE_",
    "GX_",
    "JAX_",
    "MKL_",
    "MPL",
    "NPY_",
    "NUMEXPR_",
    "NUMPY_",
    "OMP_",
    "OPENBLAS_",
    "PANDAS_",
    "POLARS_",
    "POSTHOG_",
    "PYDANTIC_",
    "RAYON_",
    "REQUIRE_SQLALCHEMY_",
    "SCIPY_",
    "SQLALCHEMY_",
    "TQDM_",
    "TYPER_",
    "UVICORN_",
    "_MONITOR_COMPLETE",
    "_RJEM_",
    "_TYPER_",
)
# What libraries read without a name of their own, and the keys of what is read over the network.
_OF_LIBRARIES_TOO = frozenset(("DATABRICKS_RUNTIME_VERSION", "FORWARDED_ALLOW_IPS", "SSLKEYLOGFILE", "WEB_CONCURRENCY"))
_OF_DAGSTER, _MEANT = "DAGSTER_", frozenset(("DAGSTER_HOME",))
# With which Python itself works otherwise: an error for a warning, no texts of classes, an ear for what is typed after.
_OF_PYTHON = ("PYTHONDEVMODE", "PYTHONINSPECT", "PYTHONOPTIMIZE", "PYTHONWARNINGS")
_IMPORT_ROOT = Path(__file__).resolve().parents[2]


def child_environment(own: Mapping[str, str] | None = None) -> dict[str, str]:
    """Variables for a Python process of ours that finds this package: those of the machine, and ``own``."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    locale = {name: value for name, value in os.environ.items() if name.startswith("LC_")}
    search_path = os.pathsep.join(filter(None, [str(_IMPORT_ROOT), os.environ.get("PYTHONPATH")]))
    # What they print is read as UTF-8, whatever the terminal of the parent shows.
    return {**passed, **locale, "PYTHONPATH": search_path, "PYTHONUTF8": "1", **(own or {})}


def become_child() -> None:
    """Leave this process, which could not be given an environment, what ``child_environment`` gives."""
    kept = child_environment()
    for name in os.environ.keys() - kept.keys():
        del os.environ[name]
    os.environ.update(kept)


def clear_for_libraries(*, within_dagster: bool = False) -> None:
    """Take out of this process what steers the libraries, before they are imported.

    Args:
        within_dagster: whether it is one of Dagster's own processes, which tell each other things this way.

    """
    for name in list(os.environ):
        of_dagster = name.startswith(_OF_DAGSTER) and name not in _MEANT and not within_dagster
        if of_dagster or name.startswith(_OF_LIBRARIES) or name in _OF_LIBRARIES_TOO:
            del os.environ[name]


def restart_if_steered() -> None:
    """Start this program again without what steers Python itself, and with names of files in UTF-8, where it must.

    Then it does not return.

    The process stays the same one, with its number, its streams and its folder.
    """
    steered = [name for name in _OF_PYTHON if os.environ.pop(name, None)]
    if sys.getfilesystemencoding() != "utf-8":
        # In another locale Python would open other files than DuckDB and dbt, which take every name for UTF-8. What is
        # printed stays in the encoding of the terminal.
        steered.append("PYTHONUTF8")
        os.environ["PYTHONUTF8"] = "1"
        os.environ.setdefault("PYTHONIOENCODING", sys.stdout.encoding if sys.stdout else "utf-8")
    if steered:
        words = [_in_utf8(word) for word in sys.orig_argv[1:]]
        os.execv(sys.executable, [os.fsencode(sys.executable), *words])  # noqa: S606 - the very command that was given


def _in_utf8(word: str) -> bytes:
    """A word of the command line as the new process reads it: names of files by their bytes, typed text as text."""
    raw = os.fsencode(word)
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return word.encode("utf-8", "surrogateescape")
    return raw
