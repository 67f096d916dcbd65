"""Ask one release the ten questions by every tool that can read it: all must give exactly the same answers.

The questions are those of ``docs/nl/vragen``. DuckDB (each given version), Node and SQLAlchemy get their SQL;
pandas and polars get the Parquet files and code of their own, so that theirs is a second route to the same answer.

By hand, with as many interpreters as there are versions of DuckDB to try, and the folder of a Node project that has
``@duckdb/node-api``:

    python -m tests.support.answers WAREHOUSE [--python PATH ...] [--node FOLDER]
    python -m tests.support.answers WAREHOUSE --speed [--repeats N]

``--speed`` measures instead how long each question takes on the release with an open connection, beside the same SQL on
the plain Parquet files. Exit code 1: answers differ, or a question's p95 is over the limit.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

import duckdb

from pipelines.common.settings import GUIDE_TEXTS
from pipelines.common.sql import parquet_files, quoted_name
from pipelines.releases.store import Release, Releases
from tests.support import questions_in_pandas, questions_in_polars

Rows = Sequence[Sequence[Any]]
P95_LIMIT_MS = 50.0
_WARM_UP = 3

# Reads {"database": ..., "questions": {name: sql}} and writes {"version": ..., "answers": {name: rows}}.
_PYTHON = """
import json, sys
import duckdb
asked = json.load(sys.stdin)
connection = duckdb.connect(asked["database"], read_only=True)
answers = {name: connection.execute(sql).fetchall() for name, sql in asked["questions"].items()}
json.dump({"version": duckdb.__version__, "answers": answers}, sys.stdout)
"""
# As Superset connects. In a process of its own: DuckDB refuses a second configuration of a file that is open already.
_SQLALCHEMY = """
import json, sys
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
asked = json.load(sys.stdin)
engine = create_engine(f"duckdb:///{asked['database']}", connect_args={"read_only": True}, poolclass=NullPool)
with engine.connect() as connection:
    rows = {name: connection.exec_driver_sql(sql).fetchall() for name, sql in asked["questions"].items()}
json.dump({"answers": {name: [tuple(row) for row in found] for name, found in rows.items()}}, sys.stdout)
"""
_NODE = """
import { DuckDBInstance, version } from '@duckdb/node-api';
import { readFileSync } from 'node:fs';
const asked = JSON.parse(readFileSync(0, 'utf8'));
const instance = await DuckDBInstance.create(asked.database, { access_mode: 'READ_ONLY' });
const connection = await instance.connect();
const answers = {};
for (const [name, sql] of Object.entries(asked.questions)) {
  answers[name] = (await connection.runAndReadAll(sql)).getRowsJS();
}
const plain = (_, value) => (typeof value === 'bigint' ? Number(value) : value);
console.log(JSON.stringify({ version: version(), answers }, plain));
"""


def questions() -> dict[str, str]:
    """The SQL of each question, by the name of its file."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((GUIDE_TEXTS / "vragen").glob("*.sql"))}


def normal(rows: Rows) -> str:
    """Rows as text that is the same for the same values: a number is a number, whatever type the tool gave it."""
    return json.dumps([[_plain(value) for value in row] for row in rows], ensure_ascii=False)


def _plain(value: Any) -> bool | float | str | None:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return float(value) + 0.0  # no negative zero
    raise TypeError(f"a question answers with {value!r}, of a type that tools may show differently")


def by_program(command: Sequence[str], cwd: Path | None = None) -> Callable[[Release, Mapping[str, str]], Any]:
    """Answers of a program that reads the questions and writes the answers as JSON."""

    def ask(release: Release, asked: Mapping[str, str]) -> Any:
        given = json.dumps({"database": str(release.database), "questions": dict(asked)})
        done = subprocess.run(command, input=given, cwd=cwd, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]} failed: {done.stderr}")
        return json.loads(done.stdout)["answers"]

    return ask


def by_files(answer: Callable[[Path, str], Rows]) -> Callable[[Release, Mapping[str, str]], dict[str, Rows]]:
    """Answers from the Parquet files alone; of the question only its name is used."""
    return lambda release, asked: {name: answer(release.folder, name) for name in asked}


def readers(pythons: Sequence[str] = (), node: Path | None = None) -> dict[str, Callable[..., dict[str, Rows]]]:
    """Every way to ask, by its name; those in this environment, and the given ones."""
    ways: dict[str, Callable[..., dict[str, Rows]]] = {
        f"DuckDB Python {_version(python)}": by_program([python, "-c", _PYTHON])
        for python in (sys.executable, *pythons)
    }
    if node is not None:
        ways["Node @duckdb/node-api"] = by_program(["node", "--input-type=module", "-e", _NODE], cwd=node)
    ways["SQLAlchemy, duckdb-engine"] = by_program([sys.executable, "-c", _SQLALCHEMY])
    ways["pandas, Parquet"] = by_files(questions_in_pandas.answer)
    ways["polars, Parquet"] = by_files(questions_in_polars.answer)
    return ways


def _version(python: str) -> str:
    command = [python, "-c", "import duckdb; print(duckdb.__version__)"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def differences(release: Release, ways: Mapping[str, Callable[..., dict[str, Rows]]]) -> dict[str, list[str]]:
    """Per way: the questions it answers otherwise than the first way does, as sentences."""
    asked = questions()
    found: dict[str, list[str]] = {}
    expected: dict[str, str] = {}
    for way, ask in ways.items():
        answers = {name: normal(rows) for name, rows in ask(release, asked).items()}
        expected = expected or answers
        found[way] = [
            f"{name}: {answers.get(name)} instead of {expected[name]}"
            for name in asked
            if answers.get(name) != expected[name]
        ]
    return found


def milliseconds(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    """How long asking and fetching all rows took."""
    began = time.perf_counter()
    connection.execute(sql).fetchall()
    return (time.perf_counter() - began) * 1000


def p95(values: Sequence[float]) -> float:
    """The value that 95 % of the values do not exceed."""
    return quantiles(values, n=20, method="inclusive")[-1]


def over_parquet(release: Release) -> duckdb.DuckDBPyConnection:
    """A database in memory in which each table is a view over its Parquet file."""
    connection = duckdb.connect()
    for path in sorted((release.folder / "parquet").glob("*.parquet")):
        connection.execute(f"create view {quoted_name(path.stem)} as from {parquet_files([path])}")
    return connection


def speed(release: Release, repeats: int, names: Collection[str] | None = None) -> dict[str, tuple[float, float]]:
    """Per question: p95 in milliseconds on the release, and on Parquet; by turns, so that both meet the same load.

    Of the questions ``names``, if they are given.
    """
    found = {}
    with duckdb.connect(str(release.database), read_only=True) as database, over_parquet(release) as parquet:
        for name, sql in questions().items():
            if names is not None and name not in names:
                continue
            turns = [(milliseconds(database, sql), milliseconds(parquet, sql)) for _ in range(_WARM_UP + repeats)]
            on_release, on_parquet = zip(*turns[_WARM_UP:], strict=True)
            found[name] = (p95(on_release), p95(on_parquet))
    return found


def _by_hand() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("--python", action="append", default=[], metavar="PATH", help="interpreter that has duckdb")
    parser.add_argument("--node", type=Path, metavar="FOLDER", help="Node project that has @duckdb/node-api")
    parser.add_argument("--speed", action="store_true", help="measure how long the questions take")
    parser.add_argument("--repeats", type=int, default=200)
    arguments = parser.parse_args()
    release = Releases(arguments.warehouse.absolute()).current()
    if release is None:
        raise SystemExit(f"{arguments.warehouse} has no release")
    print(f"release {release.release_id}")  # noqa: T201
    if arguments.speed:
        return _tell_speed(release, arguments.repeats)
    return _tell_answers(release, readers(arguments.python, arguments.node))


def _tell_answers(release: Release, ways: Mapping[str, Callable[..., dict[str, Rows]]]) -> int:
    found, number = differences(release, ways), len(questions())
    for way, other in found.items():
        print(f"{way:<28} {number - len(other):>2} of {number} answers the same", *other, sep="\n  ")  # noqa: T201
    return 1 if any(found.values()) else 0


def _tell_speed(release: Release, repeats: int) -> int:
    measured = speed(release, repeats)
    print(f"p95 of {repeats} times, in ms; limit {P95_LIMIT_MS:.0f}")  # noqa: T201
    print(f"{'question':<34}{'release':>9}{'Parquet':>9}{'Parquet / release':>20}")  # noqa: T201
    for name, (database, parquet) in measured.items():
        print(f"{name:<34}{database:>9.2f}{parquet:>9.2f}{parquet / database:>20.1f}")  # noqa: T201
    return 1 if any(database > P95_LIMIT_MS for database, _ in measured.values()) else 0


if __name__ == "__main__":
    sys.exit(_by_hand())
