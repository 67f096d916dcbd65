"""dbt in a process of its own, started ahead of its work: what it takes to load passes beside the fetch.

Within our process dbt would keep DuckDB's file locked. What does not belong here: what dbt is asked (``dbt``).
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pipelines.common.environment import child_environment

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

_GO = "go\n"


@dataclass(frozen=True)
class DbtDone:
    """How dbt ended: whether well, and all that it printed."""

    ok: bool
    output: str


class DbtProcess:
    """A process that loads dbt at once and does its one command when told to; close it, which ends it.

    It also ends when its parent does before it was told anything.

    Args:
        arguments: the command of dbt, such as ``["parse"]``.
        project: folder of the dbt project.
        folder: working directory, which paths in profile and sources are relative to.
        target: folder in which dbt writes, and reads what it parsed before.
        parse_ahead: whether to parse the project at once too, so as it then is.

    """

    def __init__(
        self, arguments: list[str], *, project: Path, folder: Path, target: Path, parse_ahead: bool = False
    ) -> None:
        own = {
            "DBT_PROJECT_DIR": str(project),
            "DBT_PROFILES_DIR": str(project),
            "DBT_TARGET_PATH": str(target),
            "DBT_LOG_PATH": str(target),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            # Every statement, at the level of debug, would be 2 MB a night; the SQL lies in the target folder anyway.
            "DBT_LOG_LEVEL_FILE": "info",
            "DO_NOT_TRACK": "1",
        }
        self._child = subprocess.Popen(
            [sys.executable, "-m", __name__, *["--parse-ahead"] * parse_ahead, *arguments],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=child_environment(own),
            text=True,
            encoding="utf-8",
            errors="replace",
        )

    def run(self) -> DbtDone:
        """Let dbt do its command, and wait until it has."""
        output, _ = self._child.communicate(_GO)
        return DbtDone(self._child.returncode == 0, output)

    def close(self) -> None:
        """End the process, if it still runs."""
        with self._child:
            if self._child.poll() is None:
                self._child.kill()


def _main(arguments: list[str]) -> int:
    """In the process: load dbt, wait, and do what was asked."""
    import dbt.adapters.duckdb  # noqa: F401 - dbt would load it once it has read the profile
    from dbt.cli.main import dbtRunner

    ahead = arguments[:1] == ["--parse-ahead"]
    manifest = _parsed() if ahead else None
    if sys.stdin.readline() != _GO:
        return 1
    done = dbtRunner(manifest=manifest).invoke(["--no-use-colors", *arguments[ahead:]])
    return 0 if done.success else 1


def _parsed() -> "Manifest | None":
    """The project as it is now; None where dbt cannot read it, which it then says when it is told to go."""
    from dbt.cli.main import dbtRunner

    return cast("Manifest | None", dbtRunner().invoke(["--quiet", "parse"]).result)


if __name__ == "__main__":
    # To the very end: DuckDB writes its log into its files when it is closed.
    sys.exit(_main(sys.argv[1:]))
