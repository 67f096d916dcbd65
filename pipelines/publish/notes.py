"""The notes of a release, `uitgave.md`: what whoever works with the figures must know of it, in Dutch.

What does not belong here: where the counts come from (``revisions``), and the difference between any two releases
(``difference``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from pipelines.publish.revisions import Count, LargeChange, Revisions

_COUNTED = {
    "waarden": "waarde",
    "definitief": "waarvan definitief",
    "statussen": "status",
    "redenen": "reden",
    "nieuw": "nieuw",
    "vervallen": "vervallen",
    "gemeenten": "gemeenten",
}
# Columns of the table `correctie`.
_CORRECTED = ("tabel_id", "regio_code", "jaar", "maat", "gepubliceerd", "juist", "oordeel", "verwijzing", "toelichting")


@dataclass(frozen=True)
class Notes:
    """What the notes say; ``corrections`` are rows of _CORRECTED, ``titels`` by CBS table, ``regios`` by region."""

    header: Mapping[str, Any]
    checks: Sequence[Mapping[str, Any]]
    revisions: Revisions
    failures: Sequence[Mapping[str, Any]]
    corrections: Sequence[Sequence[str]]
    titels: Mapping[str, str]
    regios: Mapping[str, str]

    @property
    def failed(self) -> list[Mapping[str, Any]]:
        """The checks that did not pass."""
        return [check for check in self.checks if not check["geslaagd"]]


def gather_notes(
    connection: duckdb.DuckDBPyConnection,
    header: Mapping[str, Any],
    checks: Sequence[Mapping[str, Any]],
    revisions: Revisions,
    failures: Sequence[Mapping[str, Any]],
) -> Notes:
    """The notes of the draft behind ``connection``; ``failures`` are the outcomes of the tables that failed."""
    return Notes(
        header,
        checks,
        revisions,
        failures,
        _rows(connection, f"select {', '.join(_CORRECTED)} from correctie"),  # noqa: S608 - fixed names
        _names(connection, "herkomst", "tabel_id", "titel"),
        _names(connection, "dim_regio", "regio_code", "naam"),
    )


def _names(connection: duckdb.DuckDBPyConnection, table: str, key: str, name: str) -> dict[str, str]:
    """Names by key."""
    return dict(_rows(connection, f"select {key}, {name} from {table}"))  # noqa: S608 - fixed names


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query, as far as the release has such a table: notes are no reason to refuse one."""
    try:
        return connection.execute(query).fetchall()
    except duckdb.CatalogException:
        return []


def render_notes(notes: Notes) -> str:
    """The notes as Markdown."""
    return "\n".join(_lines(notes)) + "\n"


def _lines(notes: Notes) -> Iterator[str]:
    header = notes.header
    yield f"# Uitgave {header['release_id']}"
    yield ""
    yield header["toelichting"]
    yield ""
    yield f"- Gemaakt: {header['gemaakt']:%Y-%m-%d %H:%M} UTC; contract {header['contract_versie']}."
    yield f"- Indeling van `actueel`: {header['indeling_jaar']}."
    yield f"- Controles: {len(notes.checks) - len(notes.failed)} van {len(notes.checks)} geslaagd."
    yield from _revisions(notes)
    yield from _checks("Waarschuwingen", [check for check in notes.failed if not check.get("aanvaard")])
    yield from _checks("Aanvaard", [check for check in notes.failed if check.get("aanvaard")])
    yield from _corrections(notes)
    yield from _failures(notes)


def _revisions(notes: Notes) -> Iterator[str]:
    found = notes.revisions
    yield from _title("Wat er veranderde")
    if found.vorige is None:
        yield "Dit is de eerste uitgave; er is niets om mee te vergelijken."
        return
    yield f"Vergeleken met uitgave {found.vorige}."
    if not found.zelfde_indeling:
        yield "De gemeentelijke indeling is een andere, dus `actueel` is niet vergeleken."
    if not found.tabellen:
        yield "Geen enkel cijfer is anders."
        return
    yield "Aantallen cijfers in `origineel`, met de sommen over regio's; welke het zijn staat in `revisies`."
    yield ""
    yield from _table(
        ["tabel", "titel", *_COUNTED.values()],
        [[table, notes.titels.get(table, ""), *_cells(count)] for table, count in found.tabellen.items()],
    )
    if found.grootste:
        yield ""
        yield "Grootste wijzigingen van een gemeente of het land, naar verhouding:"
        yield ""
        yield from (f"- {_change(change, notes.regios)}" for change in found.grootste)


def _cells(count: Count) -> list[str]:
    return [_number(getattr(count, name)) for name in _COUNTED]


def _change(change: LargeChange, regions: Mapping[str, str]) -> str:
    name = regions.get(change.regio_code)
    region = f"{name} ({change.regio_code})" if name else change.regio_code
    relative = f" ({_percentage(change.nieuw / change.oud - 1)})" if change.oud else ""
    figure = f"{change.indicator_id}, {region}, {change.jaar}"
    return f"{figure}: van {_number(change.oud)} naar {_number(change.nieuw)}{relative}, tabel {change.tabel_id}"


def _checks(title: str, checks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not checks:
        return
    yield from _title(title)
    for check in checks:
        accepted = f" Dit is {check['aanvaard']}." if check.get("aanvaard") else ""
        yield f"- `{check['controle']}`: verwacht {check['drempel']}; gevonden {check['gevonden']}.{accepted}"


def _corrections(notes: Notes) -> Iterator[str]:
    """The known errors in what CBS publishes, and whether they were corrected."""
    if notes.corrections:
        yield from _title("Correcties van wat CBS publiceert")
        yield from _table(list(_CORRECTED), [[str(cell) for cell in row] for row in notes.corrections])


def _failures(notes: Notes) -> Iterator[str]:
    """The tables that could not be fetched or understood, and how old the figures are that were used instead."""
    if not notes.failures:
        return
    yield from _title("Mislukte tabellen")
    yield "Van deze tabellen is de laatste goede versie gebruikt."
    yield ""
    for failure in notes.failures:
        told = failure.get("melding_nl") or failure["melding"]
        yield f"- {failure['tabel']}{_age(failure, notes.header['gemaakt'])}: {told}"


def _age(failure: Mapping[str, Any], made: datetime) -> str:
    checked = failure.get("gecontroleerd")
    if checked is None:
        return ""
    moment = datetime.fromisoformat(checked)
    age = made.replace(tzinfo=UTC) - (moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    hours = max(0, round(age.total_seconds() / 3600))
    told = f"{hours} uur" if hours < 48 else f"{hours // 24} dagen"
    return f" (voor het laatst goed gecontroleerd {moment:%Y-%m-%d %H:%M} UTC, {told} geleden)"


def _title(text: str) -> Iterator[str]:
    yield ""
    yield f"## {text}"
    yield ""


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for cells in (columns, ["---"] * len(columns), *rows):
        yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _number(value: float) -> str:
    text = f"{value:,.10g}" if value != int(value) else f"{int(value):,}"
    return text.replace(",", " ").replace(".", ",")


def _percentage(share: float) -> str:
    return f"{100 * share:+,.1f} %".replace(",", " ").replace(".", ",")
