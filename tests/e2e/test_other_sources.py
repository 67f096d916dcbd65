"""Nothing is baked in: another server gives other figures, and a new yearly table is one line of yml."""

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.common.settings import DBT_PROJECT
from tests.support.altered_recording import AlteredRecording, Row, Rows
from tests.support.miniature import TABLES
from tests.support.place import Place, warm_place
from tests.support.statline_service import recorded_rows
from tests.support.warehouses import query
from tests.support.warm_python import WarmPython

pytestmark = pytest.mark.slow

TOTAL = "TotaalJongerenMetJeugdzorgInNatura_1"
NEW_TABLE = "99001NED"
# The municipalities that merged into Voorne aan Zee on 1 January 2023.
VOORNE_AAN_ZEE, MERGED = "GM1992", ("GM0501", "GM0530", "GM0614")


def by_code(rows: Rows, region: str) -> dict[str, Row]:
    """Rows by trimmed code of their region."""
    return {row[region].strip(): row for row in rows}


def figures(warehouse: Path, indicator: str, year: int, kind: str = "gemeente") -> dict[str, Any]:
    """What the release says, by region, in the division of the year itself."""
    return dict(
        query(
            warehouse,
            f"select regio_code, waarde from fct_indicator where indicator_id = '{indicator}' and jaar = {year} "
            f"and regio_soort = '{kind}' and indeling = 'origineel'",
        )
    )


@dataclass(frozen=True)
class NextYear:
    """A project after the year 2023 appeared at CBS and in its yml: before, after, and what the new table holds."""

    before: Path
    after: Path
    published: dict[str, float]


# --- another server --------------------------------------------------------------------------------------------------


def five_more(rows: Rows) -> None:
    """Move every known count of young people by 5."""
    for row in rows:
        if row[TOTAL].strip().isdigit():
            row[TOTAL] = f"{int(row[TOTAL]) + 5:8}"


@pytest.fixture(scope="module")
def live_year(
    miniature: Place,
    small_recording: AlteredRecording,
    warm_python: WarmPython,
    tmp_path_factory: pytest.TempPathFactory,
) -> NextYear:
    """A warehouse of its own, filled from a server that does not say it is a recording and has other figures.

    It has the year 2023 too, which is one line of yml.
    """
    folder = tmp_path_factory.mktemp("live")
    project = checkout(miniature.project, folder / "monitor")
    published = publish_2023(small_recording)
    list_2023(project)
    small_recording.rows("85335NED", five_more)
    with (
        small_recording.served(live=True) as service,
        warm_place(project, folder / "warehouse", warm_python) as place,
    ):
        done = place.run("refresh", url=service.url)
    assert done.returncode == 0, done.stdout
    assert f"Tables: {len(TABLES) + 1} fetched, 0 unchanged, 0 failed." in done.stdout
    return NextYear(miniature.warehouse, place.warehouse, published)


@pytest.fixture(scope="module")
def live(live_year: NextYear) -> Path:
    """That warehouse."""
    return live_year.after


def test_another_server_and_another_warehouse_give_the_figures_of_that_server(miniature: Place, live: Path) -> None:
    published = by_code(recorded_rows("85335NED"), "Wijken")
    recorded = {code: float(row[TOTAL]) for code, row in published.items() if code.startswith("GM")}
    assert len(recorded) == 345
    assert figures(miniature.warehouse, "jeugdzorg_jongeren", 2022) == recorded
    assert figures(live, "jeugdzorg_jongeren", 2022) == {code: count + 5 for code, count in recorded.items()}


def test_figures_that_the_other_server_has_not_changed_are_the_same(miniature: Place, live: Path) -> None:
    there = figures(live, "jeugdhulp_pct_tot_18", 2022)
    assert len(there) > 340
    assert there == figures(miniature.warehouse, "jeugdhulp_pct_tot_18", 2022)


def test_a_release_says_whether_a_recording_or_the_live_service_gave_it(miniature: Place, live: Path) -> None:
    source = "select bron, (select string_agg(distinct soort) from herkomst) from release"
    assert query(miniature.warehouse, source) == [("opname", "opname")]
    assert query(live, source) == [("live", "live")]
    ((told,),) = query(miniature.warehouse, "select toelichting from release")
    assert "opname, niet live" in told
    assert query(live, "select count(*) from release where toelichting ilike '%opname%'") == [(0,)]


# --- a new yearly table ----------------------------------------------------------------------------------------------


def municipalities(year: int) -> set[str]:
    with (DBT_PROJECT / "seeds" / "referentie" / "gemeenten_per_jaar.csv").open(encoding="utf-8") as lines:
        return {row["gm_code"] for row in csv.DictReader(lines) if row["jaar"] == str(year)}


def year_later(rows: Rows) -> None:
    """Turn the rows of 2022 into rows of 2023: every count 5 more, and Voorne aan Zee for the three it was made of."""
    old = by_code(rows, "Wijken")
    merged = old[MERGED[0]] | {"Wijken": f"{VOORNE_AAN_ZEE:10}"}
    merged[TOTAL] = str(sum(int(old[code][TOTAL]) for code in MERGED))
    in_2023 = municipalities(2023)
    kept = [row for code, row in old.items() if code in in_2023 or code.startswith("NL")]
    rows[:] = [*kept, merged | {"ID": max(row["ID"] for row in rows) + 1}]
    for row in rows:
        row["Perioden"] = "2023JJ00"
        row[TOTAL] = f"{int(row[TOTAL]) + 5:8}"


def publish_2023(recording: AlteredRecording) -> dict[str, float]:
    """Add the made-up table of 2023 to a recording; gives its count of young people by region."""
    title = "Jongeren met jeugdzorg en trajecten in natura; wijken, 2023"
    recording.copy_table("85335NED", NEW_TABLE, Title=title, Period="2023")
    recording.entity(
        NEW_TABLE, "TableInfos", lambda rows: rows[0].update(Identifier=NEW_TABLE, Period="2023", Title=title)
    )
    recording.entity(
        NEW_TABLE,
        "Perioden",
        lambda rows: rows[0].update(Key="2023JJ00", Title="2023", Description="", Status="Definitief"),
    )
    recording.entity(
        NEW_TABLE,
        "Wijken",
        lambda rows: rows.append(rows[-1] | {"Key": f"{VOORNE_AAN_ZEE:10}", "Title": "Voorne aan Zee"}),
    )
    found: Rows = []

    def change(rows: Rows) -> None:
        year_later(rows)
        found.extend(rows)

    recording.rows(NEW_TABLE, change)
    return {code: float(row[TOTAL]) for code, row in by_code(found, "Wijken").items()}


def checkout(project: Path, copy: Path) -> Path:
    """A copy of the project as a checkout holds it, plus dbt's parsed manifest, which saves parsing it again."""
    nowhere = shutil.ignore_patterns(".*", "*_cache", "__pycache__")
    kept = {"README.md", "recording"}

    def left_out(folder: str, names: list[str]) -> set[str]:
        at_run_time = set(names) - kept if Path(folder) == project / "warehouse" else set()
        return nowhere(folder, names) | at_run_time

    return Path(shutil.copytree(project, copy, ignore=left_out))


def list_2023(project: Path) -> None:
    """Add the line to the yml of a project."""
    yml = project / "pipelines" / "sources" / "jeugdzorg_wijken.yml"
    line = "  - {tabel: 85335NED, jaren: 2022}\n"
    # The table that CBS has of that year is listed already, and the recording lacks it.
    before = yml.read_text(encoding="utf-8").replace("  - {tabel: 85685NED, jaren: 2023}\n", "")
    assert before.count(line) == 1
    yml.write_text(before.replace(line, f"{line}  - {{tabel: {NEW_TABLE}, jaren: 2023}}\n"), encoding="utf-8")


def test_a_new_yearly_table_is_one_line_of_yml(live_year: NextYear) -> None:
    copy, published = live_year.after, live_year.published
    found = figures(copy, "jeugdzorg_jongeren", 2023)
    assert len(found) == 342
    assert found == {code: count for code, count in published.items() if code.startswith("GM")}
    assert figures(copy, "jeugdzorg_jongeren", 2023, "land") == {"NL": published["NL00"]} == {"NL": 461985.0 + 5}


def test_the_new_year_has_status_and_provenance(live_year: NextYear) -> None:
    published = (
        "select distinct status, tabel_id from fct_indicator where indicator_id = 'jeugdzorg_jongeren' "
        "and jaar = 2023 and indeling = 'origineel' and regio_soort in ('gemeente', 'land')"
    )
    assert query(live_year.after, published) == [("definitief", NEW_TABLE)]
    assert query(live_year.after, f"select dataset, jaar from herkomst where tabel_id = '{NEW_TABLE}'") == [
        ("jeugdzorg_wijken", 2023)
    ]
