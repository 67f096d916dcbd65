"""The command that asks a service whether it has what the yml ask: ``probe``."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Annotated, Any

import typer

from pipelines.commands.console import make_console, print_json
from pipelines.commands.service import statline_client
from pipelines.common.located_yaml import YamlError
from pipelines.common.settings import Settings
from pipelines.observations.contact.probe import ProbedMeasure, ProbedTable, probe_dataset
from pipelines.recording import RecordingServerError
from pipelines.snapshots.series import PassedOver, SeriesReport, find_tables
from pipelines.sources.datasets import Dataset, load_datasets
from pipelines.sources.scope import Scope, ScopeError
from pipelines.statline.catalogue import Catalogue
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

    Also of the tables that the series of a dataset find in the catalogue.

    Exit code 0: all of them; 1: a table could not be asked; 2: a table is gone or a measure was not found.
    """
    found: list[ProbedTable] = []
    passed: list[PassedOver] = []
    log: list[RequestRecord] = []
    try:
        known = load_datasets()
        chosen = [known[name] for name in known if name in Scope.of(known, datasets or ()).datasets]
        with statline_client(Settings()) as client:
            series = _series(known, chosen, client)
            for dataset in chosen:
                over = [table for table in series.passed_over if table.dataset == dataset.name]
                _probe(dataset, series, over, client, found, log, shown=not as_json)
                passed += over
    except (StatlineError, RecordingServerError) as error:
        console.print(f"{error}.")
        raise typer.Exit(NOT_ASKED) from error
    except (ScopeError, YamlError) as error:
        console.print(str(error))
        raise typer.Exit(NOT_ASKED) from error
    if as_json:
        rows = {"tables": list(map(_table, found)), "passed_over": list(map(_passed, passed))}
        print_json(console, {**_counts(found, passed), **rows})
    else:
        console.print(_summary(found, passed, log))
    raise typer.Exit(_exit_code(found))


def _series(known: Mapping[str, Dataset], chosen: Iterable[Dataset], client: StatlineClient) -> SeriesReport:
    """What the catalogues have of the series of the ``chosen`` datasets: a refresh into a new warehouse finds these."""
    catalogues: dict[str, Catalogue] = {}
    for name in sorted({dataset.catalogus for dataset in chosen}):
        # Each of its tables tells why.
        with suppress(StatlineError):
            catalogues[name] = client.catalogue(name)
    return find_tables(known.values(), catalogues, {})


def _probe(
    dataset: Dataset,
    series: SeriesReport,
    passed: Iterable[PassedOver],
    client: StatlineClient,
    found: list[ProbedTable],
    log: list[RequestRecord],
    *,
    shown: bool,
) -> None:
    """Probe one dataset into ``found``, shown table by table to a person who waits."""
    if shown:
        console.print(dataset.name)
    for table in probe_dataset(dataset, series.tables.get(dataset.name, ()), client, log):
        told = {each.problem for each in found}
        found.append(table)
        for line in _lines(table, told) if shown else ():
            console.print(line)
    for each in passed if shown else ():
        console.print(f"  passed    {each.table}  {each.title.strip()}: {each.why}")


def _lines(table: ProbedTable, told: set[str | None]) -> Iterator[str]:
    """What is shown of a table; a problem that was told of another one (no service at all) is not said again."""
    title = f"  {table.title} ({table.status or 'no status'})" if table.title else ""
    yield f"  {table.state:<8}  {table.table} {_spans(table.years)}{title}"
    if table.problem and table.problem not in told:
        yield f"            {table.problem}"
    if table.rule:
        yield f"            found by its title, listed nowhere ({table.rule})"
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


def _summary(found: list[ProbedTable], passed: list[PassedOver], log: list[RequestRecord]) -> str:
    count = _counts(found, passed)["counts"]
    asked = sum(record.attempts for record in log)
    return (
        f"{count['tables']} tables, {count['found']} of them found by a series: {count['measures']} measures found, "
        f"{count['not_found']} not; {count['gone']} tables gone, {count['not_read']} not read, {count['passed_over']} "
        f"passed over. {asked} questions about metadata, none for rows."
    )


def _counts(found: list[ProbedTable], passed: list[PassedOver]) -> dict[str, dict[str, int]]:
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
            "found": sum(table.rule is not None for table in found),
            "passed_over": len(passed),
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
        "rule": table.rule,
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


def _passed(table: PassedOver) -> dict[str, str]:
    return {"dataset": table.dataset, "table": table.table, "title": table.title.strip(), "why": table.why}


def _spans(years: tuple[int, ...]) -> str:
    """Years as 2015-2017, 2019."""
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(str(span[0]) if len(span) == 1 else f"{span[0]}-{span[-1]}" for span in spans)
