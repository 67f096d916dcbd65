"""Turn what the rooms below report into Dagster's words: metadata, check specs and check results."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from pipelines.build.checks import WARNING, CheckResult
from pipelines.releases.store import GUIDE, HOME, INDICATORS, REPORT, WORKBOOK, Release
from pipelines.snapshots.series import SeriesReport

FAILED = "mislukt"


def table_check(name: str, asset: dg.AssetKey, description: str) -> dg.AssetCheckSpec:
    """A check on tables that is reported and never blocks: the last good version of a failed table stays in use."""
    return dg.AssetCheckSpec(name, asset=asset, description=description, blocking=False)


def outcome_table(rows: Sequence[Mapping[str, Any]], *, check: str) -> dg.MaterializeResult:
    """A materialisation that shows the outcome of each table, with the result of ``check`` over them.

    A table that failed, or lacks a measure, is an error, also where nothing is blocked; one that is in use with a
    warning is a warning.
    """
    failed = [row for row in rows if row["uitkomst"] == FAILED or row.get("niet_begrepen")]
    warned = [row for row in rows if row.get("waarschuwingen")]
    counts = {
        f"tabellen {kind}": sum(row["uitkomst"] == kind for row in rows)
        for kind in sorted({r["uitkomst"] for r in rows})
    }
    result = dg.AssetCheckResult(
        passed=not failed and not warned,
        check_name=check,
        severity=dg.AssetCheckSeverity.ERROR if failed else dg.AssetCheckSeverity.WARN,
        description=_paragraphs(_sentences(failed, warned)),
        metadata={
            "mislukte tabellen": ", ".join(row["tabel"] for row in failed),
            "mislukte jaren": ", ".join(map(str, sorted({year for row in failed for year in row["jaren"]}))),
            "tabellen met een waarschuwing": ", ".join(row["tabel"] for row in warned),
        },
    )
    return dg.MaterializeResult(
        metadata={
            "tabellen": dg.MetadataValue.md(_markdown(rows)),
            **counts,
            "rijen": sum(row.get("rijen") or 0 for row in rows),
        },
        check_results=[result],
    )


def series_metadata(report: SeriesReport) -> dict[str, dg.MetadataValue]:
    """What the catalogues had for the series of tables: what was found, and what was passed over and why."""
    found = [{"dataset": name, **table.model_dump()} for name, tables in report.tables.items() for table in tables]
    metadata: dict[str, dg.MetadataValue] = {}
    if found:
        columns = ["dataset", "tabel", "jaar", "titel", "regel"]
        metadata["gevonden tabellen"] = dg.MetadataValue.md(_table(columns, found))
    if report.new:
        metadata["nieuw gevonden"] = dg.MetadataValue.text(", ".join(table.table for table in report.new))
    if report.passed_over:
        told = "\n\n".join(table.sentence for table in report.passed_over)
        metadata["niet genomen tabellen"] = dg.MetadataValue.md(told)
    return metadata


def _paragraphs(sentences: Iterable[str]) -> str | None:
    """Sentences apart, as the UI shows them: it reads Markdown."""
    return "\n\n".join(sentences) or None


def _sentences(failed: Sequence[Mapping[str, Any]], warned: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What failed, and then what is in use and looks wrong."""
    for row in failed:
        yield from ([row["melding"]] if row["melding"] else row["niet_begrepen"])
    yield from (sentence for row in warned for sentence in row["waarschuwingen"])


def combined_check(asset: dg.AssetKey, name: str, checks: Sequence[CheckResult]) -> dg.AssetCheckResult:
    """One result for several checks of the audit, with each of them in a table; what did not pass is named."""
    failed = [check for check in checks if not check.passed]
    only_warnings = bool(failed) and all(check.severity == WARNING or check.accepted for check in failed)
    rows = [check.as_row() for check in sorted(checks, key=lambda check: (check.passed, check.check))]
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=name,
        passed=not failed,
        severity=dg.AssetCheckSeverity.WARN if only_warnings else dg.AssetCheckSeverity.ERROR,
        description=_paragraphs(check.told for check in failed),
        metadata={
            "geslaagd": f"{len(checks) - len(failed)} van {len(checks)}",
            "controles": dg.MetadataValue.md(
                _table(["controle", "ernst", "drempel", "gevonden", "aanvaard", "reden"], rows)
            ),
        },
    )


def _markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    shown = [
        "tabel",
        "jaren",
        "uitkomst",
        *(c for c in ("rijen", "gewijzigd", "gecontroleerd", "observaties") if any(c in r for r in rows)),
    ]
    return _table([*shown, "melding"], rows) if rows else "Geen tabel van deze dataset valt in de gekozen jaren."


def _table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    header = f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"
    lines = (f"| {' | '.join(_cell(row.get(column)) for column in columns)} |" for row in rows)
    return "\n".join([header, *lines])


def _cell(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")


_FILES = {
    "website": HOME,
    "kwaliteitsrapport": REPORT,
    "indicatoren": INDICATORS,
    "handleiding": GUIDE,
    "werkboek": WORKBOOK,
}


def release_links(release: Release, public_url: str) -> dict[str, dg.MetadataValue]:
    """The folder of a release, its pages and workbook as far as it has them.

    Links where a file server shows the warehouse at ``public_url``, else paths: a browser follows no link from a page
    of a server to a file on a disk.
    """
    files = {"map": "", **{name: file for name, file in _FILES.items() if (release.folder / file).exists()}}
    return {
        name: dg.MetadataValue.url(release.address(file, public_url))
        if public_url
        else dg.MetadataValue.path(str(release.folder / file))
        for name, file in files.items()
    }
