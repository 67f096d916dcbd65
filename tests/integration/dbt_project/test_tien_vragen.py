"""The ten questions: their answers stand in the handleiding, and are the ones that the release gives.

Run as a program it writes the page anew from the current release of the warehouse.
"""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.common.settings import GUIDE_TEXTS, Settings

PAGE = GUIDE_TEXTS / "handleiding" / "tien_vragen.md"
QUESTIONS = sorted((GUIDE_TEXTS / "vragen").glob("*.sql"))
SHOWN = 12
HEAD = """# Tien vragen en hun antwoord

De vragen die analisten het meest stellen, elk met een query die in elk programma werkt dat de uitgave leest
([verbinden](verbinden.md)), en het antwoord. De queries staan ook als bestand in [`vragen/`](../vragen). Vervang de
gemeente, de indicator of het jaar door die van u; `dim_indicator`, `dim_gemeente` en `dim_regio` noemen wat er is.

De antwoorden komen uit een **opname, niet live**: uit opgenomen CBS-tabellen. Zij zijn hier
afgerond op twee decimalen; de query geeft ze onafgerond. Een leeg vak in een antwoord is leeg in de tabel.
Bron: CBS (CC BY 4.0), bewerkt.
"""


def page(release: duckdb.DuckDBPyConnection) -> str:
    return "\n".join([HEAD, *(_section(number, path, release) for number, path in enumerate(QUESTIONS, 1))])


def _section(number: int, path: Path, release: duckdb.DuckDBPyConnection) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    told = [line.removeprefix("-- ") for line in lines if line.startswith("--")]
    query = "\n".join(line for line in lines if not line.startswith("--"))
    answer = release.execute(query)
    columns = [name for name, *_ in answer.description]
    rows = answer.fetchall()
    shown = [columns, ["---"] * len(columns), *([_cell(value) for value in row] for row in rows[:SHOWN])]
    parts = [f"## {number}. {told[0]}", "", *told[1:], "" if told[1:] else None, "```sql", query, "```", ""]
    parts += [f"| {' | '.join(cells)} |" for cells in shown]
    if len(rows) > SHOWN:
        parts += ["", f"De eerste {SHOWN} van {len(rows)} rijen."]
    return "\n".join([*(part for part in parts if part is not None), ""])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")
    return str(value)


def test_the_page_holds_the_answers_of_the_release(release: duckdb.DuckDBPyConnection) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(release)


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_a_question_has_an_answer_in_a_fixed_order(path: Path, release: duckdb.DuckDBPyConnection) -> None:
    query = path.read_text(encoding="utf-8")
    first = release.execute(query).fetchall()
    assert first
    assert release.execute(query).fetchall() == first


def test_there_are_ten() -> None:
    assert [path.stem[:2] for path in QUESTIONS] == [f"{number:02d}" for number in range(1, 11)]


if __name__ == "__main__":
    with duckdb.connect(str(Settings().monitor_warehouse / "monitor.duckdb"), read_only=True) as current:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page(current), encoding="utf-8")
