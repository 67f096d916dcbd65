"""The command that asks a service whether it has what the yml ask: ``probe``."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from pipelines.commands.console import make_console, print_json
from pipelines.commands.service import statline_client
from pipelines.common.located_yaml import YamlError
from pipelines.common.settings import Settings
from pipelines.observations.contact.probe import ProbedMeasure, ProbedTable, probe_dataset
from pipelines.observations.contact.unlisted_tables import UnlistedTable, find_unlisted
from pipelines.recording import RecordingServerError
from pipelines.sources.datasets import Dataset, load_datasets
from pipelines.sources.scope import Scope, ScopeError
from pipelines.statline.client import RequestRecord, StatlineClient
from pipelines.statline.errors import StatlineError

app = typer.Typer()
console = make_console()

ALL_FOUND, NOT_ASKED, NOT_FOUND = 0, 1, 2


@app.command(name="probe")
def probe_service(
    datasets: Annotated[
        list[str] | None, typer.Argument(metavar="[DATASET]...", help="Names of datasets; without one all of them")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for a program")] = False,
) -> None:
    """Ask CBS's catalogue and metadata, one question at a time, whether tables and measures of the yml are there.

    Exit code 0: all of them; 1: a table could not be asked; 2: a table is gone or a measure was not found.
    """
    found: list[ProbedTable] = []
    new: list[UnlistedTable] = []
    log: list[RequestRecord] = []
    try:
        known = load_datasets()
        chosen = [known[name] for name in known if name in Scope.of(known, datasets or ()).datasets]
        with statline_client(Settings()) as client:
            for dataset in chosen:
                _probe(dataset, known, client, found, new, log, as_json=as_json)
    except (StatlineError, RecordingServerError) as error:
        console.print(f"{error}.")
        raise typer.Exit(NOT_ASKED) from error
    except (ScopeError, YamlError) as error:
        console.print(str(error))
        raise typer.Exit(NOT_ASKED) from error
    if as_json:
        print_json(
            console, {**_counts(found, new), "tables": list(map(_table, found)), "new_tables": list(map(_new, new))}
        )
    else:
        console.print(_summary(found, new, log))
    raise typer.Exit(_exit_code(found))


def _probe(
    dataset: Dataset,
    known: dict[str, Dataset],
    client: StatlineClient,
    found: list[ProbedTable],
    new: list[UnlistedTable],
    log: list[RequestRecord],
    *,
    as_json: bool,
) -> None:
    """Probe one dataset, shown table by table to a person who waits."""
    if not as_json:
        console.print(dataset.name)
    for table in probe_dataset(dataset, client, log):
        told = {each.problem for each in found}
        found.append(table)
        for line in () if as_json else _lines(table, told):
            console.print(line)
    listed = [table.tabel for each in known.values() for table in each.tabellen]
    try:
        unlisted = list(find_unlisted(dataset, client.catalogue(dataset.catalogus), listed))
    except StatlineError:
        return  # each of its tables has told why
    new += unlisted
    for each in () if as_json else unlisted:
        console.print(f"  new       {_described(each)}")


def _lines(table: ProbedTable, told: set[str | None]) -> Iterator[str]:
    """What is shown of a table; a problem that was told of another one (no service at all) is not said again."""
    title = f"  {table.title} ({table.status or 'no status'})" if table.title else ""
    yield f"  {table.state:<8}  {table.table} {_spans(table.years)}{title}"
    if table.problem and table.problem not in told:
        yield f"            {table.problem}"
    if table.warning:
        yield f"            {table.warning}"
    if table.state == "found":
        yield f"            {len(table.measures) - len(table.missing)} of {len(table.measures)} measures found"
    if table.other_years:
        yield f"            it has {_spans(table.other_years)} too: see `jaren` of this table"
    for years in dict.fromkeys(each.absent_years for each in table.measures if each.absent_years):
        lacking = [each.measure for each in table.measures if each.absent_years == years]
        yield f"            it has no period for {_spans(years)}, which is asked for {', '.join(lacking)}"
    yield from _variants(table)
    for problem in dict.fromkeys(str(each.problem) for each in table.missing):
        measures = [each.measure for each in table.missing if each.problem == problem]
        yield f"            NOT FOUND {', '.join(measures)}: {problem}"


def _variants(table: ProbedTable) -> Iterator[str]:
    """Which of the dimensions, codes and columns that the yml leaves open this table has."""
    for key, name in table.names:
        yield f"            {key} is called {name}"
    for key, code in dict.fromkeys(each for measure in table.measures for each in measure.chosen):
        measures = [measure.measure for measure in table.measures if (key, code) in measure.chosen]
        yield f"            of {key} {code} is taken, for {', '.join(measures)}"
    for measure in table.measures:
        for column in measure.columns:
            if column.is_choice:
                yield f"            {measure.measure} is '{column.path}' ({column.unit})"


def _described(new: UnlistedTable) -> str:
    what = f"{new.table} {new.year}  {new.title} ({new.status or 'no status'})"
    if new.twin:
        return f"{what}; {new.twin} has that year, so it is not taken"
    return f"{what}; to read it write `{new.line}` in {new.dataset}.yml"


def _summary(found: list[ProbedTable], new: list[UnlistedTable], log: list[RequestRecord]) -> str:
    count = _counts(found, new)["counts"]
    asked = sum(record.attempts for record in log)
    return (
        f"{count['tables']} tables: {count['measures']} measures found, {count['not_found']} not; {count['gone']} "
        f"tables gone, {count['not_read']} not read, {count['new']} new. {asked} questions about metadata, none for "
        "rows."
    )


def _counts(found: list[ProbedTable], new: list[UnlistedTable]) -> dict[str, dict[str, int]]:
    missing = sum(len(table.missing) for table in found)
    states = [table.state for table in found]
    return {
        "counts": {
            "tables": len(found),
            "gone": states.count("gone"),
            "stopped": states.count("stopped"),
            "not_read": states.count("not read"),
            "measures": sum(len(table.measures) for table in found) - missing,
            "not_found": missing,
            "new": len(new),
        }
    }


def _exit_code(found: list[ProbedTable]) -> int:
    if any(table.state == "not read" for table in found):
        return NOT_ASKED
    return NOT_FOUND if any(table.state == "gone" or table.missing for table in found) else ALL_FOUND


def _table(table: ProbedTable) -> dict[str, Any]:
    return {
        "dataset": table.dataset,
        "table": table.table,
        "years": list(table.years),
        "state": table.state,
        "title": table.title,
        "status": table.status,
        "problem": table.problem,
        "warning": table.warning,
        "other_years": list(table.other_years),
        "names": dict(table.names),
        "measures": [_measure(measure) for measure in table.measures],
    }


def _measure(measure: ProbedMeasure) -> dict[str, Any]:
    return {
        "measure": measure.measure,
        "years": list(measure.years),
        "absent_years": list(measure.absent_years),
        "found": measure.is_found,
        "columns": [{"path": column.path, "unit": column.unit} for column in measure.columns],
        "codes": dict(measure.codes),
        "problem": measure.problem,
    }


def _new(new: UnlistedTable) -> dict[str, Any]:
    return {
        "dataset": new.dataset,
        "table": new.table,
        "year": new.year,
        "title": new.title,
        "status": new.status,
        "twin": new.twin,
        "line": None if new.twin else new.line,
    }


def _spans(years: tuple[int, ...]) -> str:
    """Years as 2015-2017, 2019."""
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(str(span[0]) if len(span) == 1 else f"{span[0]}-{span[-1]}" for span in spans)
