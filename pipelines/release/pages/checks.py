"""The checks of a release as its report shows them: what did not pass apart, what passed per table."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.release.exports.opened import Opened
from pipelines.release.pages.reading import Row, records

FETCH, SHAPE = "ophalen", "vorm"
_COLUMNS = ("controle", "tabel", "kolom", "ernst", "drempel", "reden", "gevonden", "geslaagd", "aanvaard")


@dataclass(frozen=True)
class Checked:
    """The checks of one table."""

    tabel: str
    checks: tuple[Row, ...]

    @property
    def passed(self) -> tuple[Row, ...]:
        """Those that passed."""
        return tuple(check for check in self.checks if check["geslaagd"])


@dataclass(frozen=True)
class Group:
    """Tables of one kind."""

    title: str
    text: str
    tables: tuple[Checked, ...]

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
    groups: tuple[Group, ...]

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


def checks(release: Opened) -> Checks:
    """The rows of `kwaliteit`, sorted by table and name."""
    rows = records(release, "kwaliteit", _COLUMNS, "tabel, controle, kolom")
    by_table: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_table[row["tabel"]].append(row)
    return Checks(tuple(rows), tuple(_groups(release, by_table)))


def _groups(release: Opened, by_table: dict[str, list[Row]]) -> list[Group]:
    public = [table for table in by_table if table in set(release.tables())]
    fetched = {row["tabel_id"] for row in records(release, "herkomst", ("tabel_id",))}
    cbs = [table for table in by_table if table in fetched and table not in public]
    rest = [table for table in by_table if table not in public and table not in cbs]
    titled = (
        ("Gepubliceerde tabellen", "De tabellen waarmee u werkt.", public),
        ("Tabellen van CBS", "Of elke tabel is opgehaald en nog de vorm heeft van de vorige versie.", cbs),
        ("Tussenstappen en invoer", "Wat aan de gepubliceerde tabellen voorafgaat; zelf niet gepubliceerd.", rest),
    )
    return [Group(title, text, _checked(names, by_table)) for title, text, names in titled if names]


def _checked(names: Sequence[str], by_table: dict[str, list[Row]]) -> tuple[Checked, ...]:
    return tuple(Checked(name, tuple(by_table[name])) for name in sorted(names, key=str.casefold))
