"""The quality report: what this release is, whether it may be used, and what that rests on."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.common.dutch import counted, number
from pipelines.publish.pages.changes import breaks, corrections, doubts, revised
from pipelines.publish.pages.coverage import coverage_of, indicators, reasons
from pipelines.publish.pages.material import Material
from pipelines.publish.templates import render_alone
from pipelines.releases.reader import ReleaseReader, Row

FETCH, SHAPE = "ophalen", "vorm"
_CHECK_COLUMNS = ("controle", "tabel", "kolom", "ernst", "drempel", "reden", "gevonden", "geslaagd", "aanvaard")


@dataclass(frozen=True)
class TableChecks:
    """The checks of one table."""

    table: str
    checks: tuple[Row, ...]

    @property
    def passed(self) -> tuple[Row, ...]:
        """Those that passed."""
        return tuple(check for check in self.checks if check["geslaagd"])


@dataclass(frozen=True)
class CheckGroup:
    """Tables of one kind."""

    title: str
    text: str
    tables: tuple[TableChecks, ...]

    @property
    def all(self) -> int:
        """How many checks these tables have."""
        return sum(len(table.checks) for table in self.tables)

    @property
    def passed(self) -> int:
        """How many of them passed."""
        return sum(len(table.passed) for table in self.tables)


@dataclass(frozen=True)
class Checks:
    """Every check of the release, once as a whole and once by table."""

    all: tuple[Row, ...]
    groups: tuple[CheckGroup, ...]

    @property
    def passed(self) -> list[Row]:
        """The checks that passed."""
        return [check for check in self.all if check["geslaagd"]]

    @property
    def refused(self) -> list[Row]:
        """Critical checks that failed and that nobody accepted; a published release has none."""
        return [check for check in self._open() if check["ernst"] == "kritiek"]

    @property
    def warned(self) -> list[Row]:
        """Checks that failed and only warn."""
        return [check for check in self._open() if check["ernst"] != "kritiek"]

    @property
    def accepted(self) -> list[Row]:
        """Checks that failed, and what they found was accepted by a person."""
        return [check for check in self.all if not check["geslaagd"] and check["aanvaard"]]

    @property
    def failed(self) -> list[Row]:
        """What did not pass, the gravest first."""
        return [*self.refused, *self.warned, *self.accepted]

    def of_table(self, kind: str) -> dict[str, Row]:
        """The checks of the fetch (FETCH) or the shape (SHAPE), by CBS table."""
        return {check["tabel"]: check for check in self.all if check["controle"].startswith(f"{kind}.")}

    def _open(self) -> list[Row]:
        return [check for check in self.all if not check["geslaagd"] and not check["aanvaard"]]


def checks(release: ReleaseReader) -> Checks:
    """The rows of `kwaliteit`, sorted by table and name."""
    rows = release.select("kwaliteit", _CHECK_COLUMNS, "tabel, controle, kolom")
    by_table: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_table[row["tabel"]].append(row)
    return Checks(tuple(rows), tuple(_groups(release, by_table)))


def _groups(release: ReleaseReader, by_table: dict[str, list[Row]]) -> list[CheckGroup]:
    public = [table for table in by_table if table in set(release.tables)]
    fetched = {row["tabel_id"] for row in release.select("herkomst", ("tabel_id",))}
    cbs = [table for table in by_table if table in fetched and table not in public]
    rest = [table for table in by_table if table not in public and table not in cbs]
    titled = (
        ("Gepubliceerde tabellen", "De tabellen waarmee u werkt.", public),
        ("Tabellen van CBS", "Of elke tabel is opgehaald en nog de vorm heeft van de vorige versie.", cbs),
        ("Tussenstappen en invoer", "Wat aan de gepubliceerde tabellen voorafgaat; zelf niet gepubliceerd.", rest),
    )
    return [CheckGroup(title, text, _checked(names, by_table)) for title, text, names in titled if names]


def _checked(names: Sequence[str], by_table: dict[str, list[Row]]) -> tuple[TableChecks, ...]:
    return tuple(TableChecks(name, tuple(by_table[name])) for name in sorted(names, key=str.casefold))


_SOURCE_COLUMNS = (
    "tabel_id",
    "titel",
    "dataset",
    "jaar",
    "jaren",
    "gewijzigd",
    "opgehaald",
    "rijen",
    "sha256",
    "soort",
    "status",
    "licentie",
    "bronvermelding",
    "kanttekening",
)
_NOT_CHECKED = {"geslaagd": None, "gevonden": "niet gecontroleerd in deze uitgave"}


@dataclass(frozen=True)
class Sources:
    """Rows of `herkomst` by dataset, each with its checks ``fetch`` and ``shape``; ``late`` and ``reshaped`` failed.

    ``unknown`` are tables of which no version was ever in use: they have a check and no provenance.
    """

    datasets: dict[str, list[Row]]
    late: tuple[str, ...]
    reshaped: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def tables(self) -> list[Row]:
        """Every table."""
        return [table for tables in self.datasets.values() for table in tables]

    @property
    def attribution(self) -> list[str]:
        """Each different licence and attribution."""
        found = {(t["bronvermelding"] or "Bron: CBS", t["licentie"] or "CC BY 4.0") for t in self.tables}
        return [f"{source} ({licence})" for source, licence in sorted(found)]


def sources(release: ReleaseReader, checks: Checks) -> Sources:
    """The tables of a release."""
    fetch, shape = checks.of_table(FETCH), checks.of_table(SHAPE)
    datasets: dict[str, list[Row]] = defaultdict(list)
    for row in release.select("herkomst", _SOURCE_COLUMNS, "dataset, tabel_id"):
        table = row["tabel_id"]
        looked = {"fetch": fetch.get(table, _NOT_CHECKED), "shape": shape.get(table, _NOT_CHECKED)}
        datasets[row["dataset"] or "onbekend"].append(row | looked)
    known = {row["tabel_id"] for rows in datasets.values() for row in rows}
    return Sources(
        dict(datasets),
        tuple(table for table, check in fetch.items() if not check["geslaagd"]),
        tuple(table for table, check in shape.items() if not check["geslaagd"]),
        tuple(sorted((fetch.keys() | shape.keys()) - known)),
    )


def quality_page(release: ReleaseReader) -> str:
    """The report of a release as HTML."""
    checked = checks(release)
    fetched = sources(release, checked)
    named = indicators(release)
    return render_alone(
        "kwaliteit.html.jinja",
        header=release.header,
        has_site=Material.is_there(release),
        verdict=verdict(checked, fetched),
        checks=checked,
        sources=fetched,
        coverage=coverage_of(release),
        reasons_found=_reasons(reasons(release), named),
        breaks=breaks(release),
        doubts=doubts(release),
        revised=revised(release),
        corrections=corrections(release),
        has_corrections=release.has("correctie"),
        names={row["indicator_id"]: row["naam"] or row["indicator_id"] for row in named},
    )


def verdict(checked: Checks, fetched: Sources) -> str:
    """Whether the checks let this release be used, in a sentence."""
    if checked.refused:
        failed = counted(len(checked.refused), "kritieke controle is", "kritieke controles zijn")
        return f"Nee: {failed} niet geslaagd en niet aanvaard."
    if not checked.all:
        return "Dat is niet te zeggen: deze uitgave heeft geen controles."
    if not checked.failed:
        return f"Ja: elke controle is geslaagd ({number(len(checked.all))} van {number(len(checked.all))})."
    found = [
        (checked.warned, "waarschuwing", "waarschuwingen"),
        (checked.accepted, "aanvaarde bevinding", "aanvaarde bevindingen"),
    ]
    named = " en ".join(counted(len(some), one, more) for some, one, more in found if some)
    late = ", en niet elke tabel is bijgewerkt" if fetched.late else ""
    return f"Ja, met {named}{late}. Lees ze voordat u een cijfer gebruikt waar ze over gaan."


def _reasons(rows: list[Row], indicators: list[Row]) -> dict[str, dict[str | None, int]]:
    """How many figures of municipalities lack, by reason and domain."""
    domains = {row["indicator_id"]: row["domein"] for row in indicators}
    found: dict[str, dict[str | None, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        found[row["reden_ontbreekt"]][domains.get(row["indicator_id"])] += row["figures"]
    return dict(sorted(found.items(), key=lambda item: -sum(item[1].values())))
