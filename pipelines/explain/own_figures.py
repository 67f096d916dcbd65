"""One figure that a municipality stated itself, back to the cell of the file that it gave.

The cell is read once more from the version that the release was made of, and compared with the release. What does not
belong here: figures of CBS (``explainer``), and how the answer is printed (``own_text``).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from pipelines.build.inputs import own_files_of
from pipelines.releases.reader import ReleaseHeader, ReleaseReader, Row
from pipelines.submissions.description import SubmissionYml, read_description
from pipelines.submissions.objections import SubmissionError
from pipelines.submissions.store import GivenFile, SubmissionStore, VersionError
from pipelines.submissions.table import ReadTable, number_of

OWN_FIGURES = "eigen_opgave"
_FIGURE_SQL = f"from {OWN_FIGURES} where opgave_id = $figure and gm_code = $code and jaar = $year"
_KNOWN_SQL = f"select gm_code, jaar from {OWN_FIGURES} where opgave_id = $figure order by gm_code, jaar"  # noqa: S608
_SHOWN = 5


class OwnFigureError(Exception):
    """The question has no answer; the message is Dutch."""


@dataclass(frozen=True)
class OwnFigure:
    """A row of `eigen_opgave` as ``row``, and what its file says: the ``cell`` as written, and the value that it gives.

    ``value`` is a number, or the text of a statement in words; ``version`` the version of the file.
    """

    row: Row
    header: ReleaseHeader
    version: str
    cell: str
    value: float | str

    @property
    def published(self) -> float | str:
        """The value in the release."""
        found: float | str = self.row["tekst"] if self.row["waarde"] is None else self.row["waarde"]
        return found

    @property
    def agrees(self) -> bool:
        """Whether the release has what the file says."""
        one, other = self.published, self.value
        if isinstance(one, str) or isinstance(other, str):
            return one == other
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)


class OwnFigures:
    """The statements of municipalities in one release.

    Args:
        reader: of the release.
        parts: hash of each part that went into it.
        store: with the files that it was made of.

    """

    def __init__(self, reader: ReleaseReader, parts: Mapping[str, str], store: SubmissionStore) -> None:
        self._reader = reader
        self._versions = own_files_of(parts)
        self._store = store

    def has(self, figure: str) -> bool:
        """Whether a municipality stated a figure of this name."""
        return self._reader.has(OWN_FIGURES) and bool(self._reader.records(_KNOWN_SQL, {"figure": figure}))

    def explain(self, figure: str, code: str, year: int) -> OwnFigure:
        """The figure with the cell that it comes from.

        Raises:
            OwnFigureError: there is none of that municipality and year, or its file is not there any more.
        """
        rows = self._reader.records(_FIGURE_SQL, {"figure": figure, "code": code, "year": year})
        if not rows:
            known = [f"{row['gm_code']} {row['jaar']}" for row in self._reader.records(_KNOWN_SQL, {"figure": figure})]
            more = ", ..." if len(known) > _SHOWN else ""
            raise OwnFigureError(
                f"Eigen opgave '{figure}' is er niet van {code} in {year}, wel van {', '.join(known[:_SHOWN])}{more}."
            )
        (row,) = rows
        name = str(row["bestand"]).removesuffix(".csv")
        try:
            given = self._store.read(name, self._versions.get(name, ""))
            cell, value = _read_again(given, row)
        except (VersionError, SubmissionError) as error:
            raise OwnFigureError(f"Het bestand achter deze opgave is niet te lezen: {error}.") from error
        return OwnFigure(row, self._reader.header, given.version, cell, value)


def _read_again(given: GivenFile, row: Row) -> tuple[str, float | str]:
    """The cell on the line that the release names, and what becomes of it by the rules for persons."""
    yml = read_description(given.yml_path, given.yml, (), date.max)
    found = next((each for each in ReadTable(given.csv, yml).rows if each.line == row["regel"]), None)
    cell = "" if found is None else found.cells.get(row["opgave_id"], "")
    if not cell:
        return cell, ""
    return cell, cell if row["waarde"] is None else float(_rounded(cell, row, yml))


def _rounded(cell: str, row: Row, yml: SubmissionYml) -> Decimal:
    """What the cell says, and of persons what it comes to in the steps that the release names."""
    column, value = yml.kolommen[row["opgave_id"]], number_of(cell, yml)
    is_of_persons = column.soort == "personen" or (column.soort == "percentage" and column.van in yml.kolommen)
    if not is_of_persons or not row["afgerond_op"]:
        return value
    step = Decimal(int(row["afgerond_op"]))
    return (value / step + Decimal("0.5")).to_integral_value(ROUND_FLOOR) * step
