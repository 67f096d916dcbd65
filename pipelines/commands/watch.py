"""The commands for whoever is on duty: ``health`` and ``freshness``. They need no Dagster."""

from typing import Annotated

import typer

from pipelines.commands.console import make_console, print_rows
from pipelines.common.durations import in_words
from pipelines.common.located_yaml import YamlError
from pipelines.common.settings import Settings
from pipelines.releases.warehouse import Warehouse
from pipelines.snapshots.freshness import late, table_ages, worst
from pipelines.snapshots.records import SnapshotError
from pipelines.watch.health import Finding, Health, findings, verdict
from pipelines.watch.webhook import Message, post

app = typer.Typer()
console = make_console()

EXIT = {"vers": Health.OK, "verouderd": Health.WARNING, "te_oud": Health.CRITICAL}


@app.command()
def health(
    notify: Annotated[
        bool, typer.Option("--notify", help="Post what is not well to MONITOR_WEBHOOK_URL as well")
    ] = False,
) -> None:
    """Say whether all is well, without Dagster; exit code 0 yes, 1 look today, 2 look now. For a timer or cron.

    Looks at the release that analysts read, the ages of the tables, who writes, the journal and the disk.
    """
    settings = Settings()
    found = findings(settings)
    for finding in found:
        console.print(f"{finding.health.name}: {finding.sentence}")
    if not found:
        console.print("All is well: the release is whole, every table was checked in time, and there is room.")
    delivered = not (found and notify) or post(settings, _message(found))
    raise typer.Exit(verdict(found) if delivered else Health.CRITICAL)


def _message(found: list[Finding]) -> Message:
    worst_found = verdict(found)
    return Message(
        "gezondheid",
        "kritiek" if worst_found is Health.CRITICAL else "waarschuwing",
        f"The monitor needs a look {'now' if worst_found is Health.CRITICAL else 'today'}: {len(found)} finding(s)",
        "\n".join(finding.sentence for finding in found),
        tables=[table for finding in found for table in finding.tables],
    )


@app.command()
def freshness() -> None:
    """List when each table was last checked at CBS; exit code 0 all fresh, 1 some late, 2 some too old."""
    try:
        warehouse = Warehouse(Settings().monitor_warehouse)
        ages = table_ages(warehouse.project.datasets.values(), warehouse.snapshots)
    except (SnapshotError, YamlError) as error:
        console.print(str(error))
        raise typer.Exit(Health.CRITICAL) from error
    rows = []
    for age in sorted(ages, key=lambda age: (age.checked is not None, age.checked)):
        checked = f"{age.checked:%Y-%m-%d %H:%M}" if age.checked else "never"
        rows.append((age.table, age.dataset, checked, in_words(age.age) if age.age is not None else "", age.verdict))
    print_rows(console, ("table", "dataset", "last checked (UTC)", "age", "verdict"), rows)
    for age in late(ages):
        console.print(age.sentence)
    raise typer.Exit(EXIT[worst(ages)])
