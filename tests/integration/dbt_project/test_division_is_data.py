"""A next division, a full member list, an exception and a correction are rows of data: a project with them builds."""

import csv
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.build.database import build_database
from pipelines.build.dbt import DbtBuilder, DbtProject
from pipelines.build.workspace import Workspace
from pipelines.common.settings import DBT_PROJECT
from tests.support.audited_builds import Audited

# A whole build of a project that is parsed anew.
pytestmark = pytest.mark.slow

WIJDEMEREN, HILVERSUM, WEESP, AMSTERDAM = "GM1696", "GM0402", "GM0457", "GM0363"
MEMBERS = {"GM0034": "Almere", "GM0050": "Zeewolde", "GM0995": "Lelystad"}
MADE_REGION = "JZ03"
# Of the country in 2022: one that is published just so, one that is not any more, and one of a cell that is not there.
CORRECTED = [
    ["85335NED", "NL", 2022, "jeugdzorg_jongeren", "", "461985", "461980"],
    ["85335NED", "NL", 2022, "jeugdzorg_trajecten", "", "1", "2"],
    ["85335NED", "NL", 2023, "jeugdzorg_jongeren", "", "1", "2"],
]


@pytest.fixture(scope="module")
def next_division(built: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build of a project in which Wijdemeren joins Hilversum on 1 January 2027."""
    project = tmp_path_factory.mktemp("project") / "dbt_project"
    shutil.copytree(DBT_PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    (project / "dbt_project.yml").write_text(
        (DBT_PROJECT / "dbt_project.yml")
        .read_text("utf-8")
        .replace("doel_indeling_jaar: 2026", "doel_indeling_jaar: 2027"),
        encoding="utf-8",
    )
    reference = project / "seeds" / "referentie"
    with (reference / "gemeenten_per_jaar.csv").open(encoding="utf-8", newline="") as file:
        newest = [row for row in csv.DictReader(file) if row["jaar"] == "2026" and row["gm_code"] != WIJDEMEREN]
    append(reference / "gemeenten_per_jaar.csv", *([2027, row["gm_code"], row["gm_naam"]] for row in newest))
    merger = [WIJDEMEREN, "Wijdemeren", HILVERSUM, "Hilversum", "2027-01-01", "toevoeging", "made for a test", 1, 1, 1]
    append(reference / "herindelingen.csv", merger)
    exception = ["lasten_jeugd", 2022, WEESP, AMSTERDAM, "ligt in de jaarrekening van Amsterdam", "made for a test"]
    append(reference / "herindeling_uitzondering.csv", exception)
    append(
        reference / "regio_leden.csv",
        *(["jeugdregio", MADE_REGION, code, 2020, 2020, "opgegeven", "made for a test"] for code in MEMBERS),
    )
    append(reference / "correcties.csv", *([*cell, "made for a test", "2026-11-01", "made"] for cell in CORRECTED))
    workspace = Workspace(tmp_path_factory.mktemp("warehouse"), "next_division")
    shutil.copytree(built.sources, workspace.sources)
    with closing(DbtBuilder(DbtProject(project), workspace.folder)) as builder:
        result = build_database(workspace, builder)
    assert [(node.unique_id, node.message) for node in result.failed] == []
    with duckdb.connect(str(workspace.database), read_only=True) as connection:
        yield connection


def append(path: Path, *rows: list[object]) -> None:
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def figure(connection: duckdb.DuckDBPyConnection, indicator: str, region: str, year: int, division: str = "actueel"):
    sql = """
        select waarde, reden_ontbreekt from fct_indicator
        where indicator_id = ? and regio_code = ? and jaar = ? and indeling = ?
    """
    return connection.execute(sql, [indicator, region, year, division]).fetchone()


def test_every_year_is_converted_to_the_next_division(
    next_division: duckdb.DuckDBPyConnection, release: duckdb.DuckDBPyConnection
) -> None:
    for year in (2017, 2024, 2026):
        before = [figure(release, "inwoners", code, year)[0] for code in (WIJDEMEREN, HILVERSUM)]
        assert figure(next_division, "inwoners", HILVERSUM, year) == (sum(before), None)
        assert figure(next_division, "inwoners", WIJDEMEREN, year) is None
        assert figure(next_division, "inwoners", WIJDEMEREN, year, "origineel") == (before[0], None)
    municipalities = (
        "select count(*) from fct_indicator where indicator_id = 'inwoners' and jaar = 2026 and indeling = 'actueel'"
    )
    assert next_division.execute(f"{municipalities} and regio_soort = 'gemeente'").fetchone() == (341,)


def test_regions_keep_their_members_over_a_merger(
    next_division: duckdb.DuckDBPyConnection, release: duckdb.DuckDBPyConnection
) -> None:
    """The newest complete membership is older than the division: it is followed through the merger."""
    rows = """
        select regio_soort, regio_code, waarde from fct_indicator
        where indicator_id = 'inwoners' and jaar = 2025 and indeling = 'actueel'
            and regio_soort not in ('gemeente', 'grootteklasse')
        order by all
    """
    assert next_division.execute(rows).fetchall() == release.execute(rows).fetchall()


def test_figures_of_the_year_itself_do_not_change(
    next_division: duckdb.DuckDBPyConnection, release: duckdb.DuckDBPyConnection
) -> None:
    rows = """
        select indicator_id, regio_code, jaar, waarde, reden_ontbreekt from fct_indicator
        where indeling = 'origineel' and regio_soort = 'gemeente' order by all
    """
    assert next_division.execute(rows).fetchall() == release.execute(rows).fetchall()


def test_a_figure_that_lies_in_its_successors_is_no_missing_part(
    next_division: duckdb.DuckDBPyConnection, release: duckdb.DuckDBPyConnection
) -> None:
    """With a source that says so, the accounts of Amsterdam over 2022 are those of Weesp too."""
    assert figure(release, "lasten_jeugd", AMSTERDAM, 2022) == (None, "deel_ontbreekt")
    assert figure(next_division, "lasten_jeugd", AMSTERDAM, 2022) == (324_353, None)
    assert figure(next_division, "lasten_wmo", AMSTERDAM, 2022) == (None, "deel_ontbreekt"), (
        "the row names one indicator"
    )
    assert figure(next_division, "begroot_jeugd", AMSTERDAM, 2022) == (223_623, None), "a known part is always added"
    assert figure(next_division, "lasten_jeugd", WEESP, 2022, "origineel") == (None, "niet_geleverd")


def test_a_full_member_list_with_a_source_gives_that_region_figures(
    next_division: duckdb.DuckDBPyConnection, release: duckdb.DuckDBPyConnection
) -> None:
    parts = [figure(release, "bijstand_personen", code, 2020, "origineel")[0] for code in MEMBERS]
    assert figure(next_division, "bijstand_personen", MADE_REGION, 2020, "origineel") == (sum(parts), None)
    assert figure(next_division, "bijstand_personen", MADE_REGION, 2019, "origineel") is None
    assert figure(next_division, "bijstand_personen", "JZ05", 2020, "origineel") is None
    told = """
        select distinct lidmaatschap_bron, lidmaatschap_datum from fct_indicator
        where regio_code = ? and jaar = 2020 and indeling = 'origineel'
    """
    assert next_division.execute(told, [MADE_REGION]).fetchall() == [("opgegeven", date(2020, 1, 1))]
    known = """
        select leden, leden_met_cijfer, indeling_volledig, reden_geen_som from mart_dekking
        where regio_code = ? and jaar = 2020 and indicator_id = 'bijstand_personen'
    """
    assert next_division.execute(known, [MADE_REGION]).fetchall() == [(3, 3, False, None)]
    assert next_division.execute(known, ["JZ05"]).fetchall() == [(7, 7, False, "regio_onvolledig")]


# --- corrections -----------------------------------------------------------------------------------------------------


def test_a_correction_is_applied_as_long_as_just_that_is_published(
    next_division: duckdb.DuckDBPyConnection, release: duckdb.DuckDBPyConnection
) -> None:
    before, _ = figure(release, "jeugdzorg_jongeren", "NL", 2022)
    assert before == 461_985
    assert figure(next_division, "jeugdzorg_jongeren", "NL", 2022) == (461_980, None)
    assert figure(next_division, "jeugdzorg_jongeren", "NL", 2022, "origineel") == (461_980, None)
    residents, _ = figure(release, "inwoners", "NL", 2022)
    rate, _ = figure(next_division, "jeugdzorg_per_1000_inwoners", "NL", 2022)
    assert rate == pytest.approx(1000 * 461_980 / residents), "what is computed of it goes along"
    trajectories = [figure(c, "jeugdzorg_trajecten", "NL", 2022) for c in (release, next_division)]
    assert trajectories[0] == trajectories[1]


def test_the_release_says_what_became_of_each_correction(next_division: duckdb.DuckDBPyConnection) -> None:
    judged = next_division.execute("select maat, jaar, oordeel, verwijzing from correctie order by all").fetchall()
    assert judged == [
        ("jeugdzorg_jongeren", 2022, "toegepast", "made for a test"),
        ("jeugdzorg_jongeren", 2023, "onvindbaar", "made for a test"),
        ("jeugdzorg_trajecten", 2022, "vervallen", "made for a test"),
    ]


def test_the_audit_refuses_a_correction_of_no_cell_and_warns_of_one_that_lapsed(
    next_division: duckdb.DuckDBPyConnection, built: Workspace, tmp_path: Path
) -> None:
    (database,) = next_division.execute(
        "select path from duckdb_databases() where database_name = current_database()"
    ).fetchone() or ("",)
    results = Audited(Path(database), built.sources).by("correctie", folder=tmp_path)
    assert {(r.check, r.severity) for r in results if not r.passed} == {
        ("correctie.gaat_over_een_cel", "kritiek"),
        ("correctie.nog_zo_gepubliceerd", "waarschuwing"),
    }
    found = {r.check: r.found for r in results}
    assert "maat=jeugdzorg_trajecten" in found["correctie.nog_zo_gepubliceerd"]
