"""`monitor explain` when release, observations and snapshots on disk no longer agree, or something is gone."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import orjson
import pytest

from pipelines.build.project import Project
from pipelines.common.settings import DBT_PROJECT
from pipelines.explain.explainer import ExplainError, open_explainer
from pipelines.explain.model import Cell, Explanation
from pipelines.explain.text import render
from pipelines.observations.store import ObservationStore
from pipelines.releases.warehouse import Warehouse
from pipelines.snapshots.store import Origin, SnapshotStore
from pipelines.sources.datasets import load_datasets
from pipelines.statline.client import CatalogueRow, Source, Stamps
from tests.support.explained import explain_figure
from tests.support.single_datasets import observe_dataset

pytestmark = pytest.mark.slow

KWB_2018, KWB_DATASET = "84286NED", "kerncijfers_wijken_en_buurten"
JEUGDZORG_KWB = "JongerenMetJeugdzorgInNatura_84"
RELEASED = "gelijk aan de uitgave"
DIFFERS = "DE UITGAVE VOLGT NIET UIT DE CELLEN"


@pytest.fixture
def own_warehouse(warehouse: Path, tmp_path: Path) -> Path:
    """A copy that a test may change, without what is no part of what is explained."""
    folder = tmp_path / "warehouse"
    left_out = shutil.ignore_patterns("build", "dagster", "csv", "parquet", "kaart", "*.xlsx")
    shutil.copytree(warehouse, folder, symlinks=True, ignore=left_out)
    return folder


def only_cell(explanation: Explanation) -> Cell:
    (cell,) = explanation.figure.cells()
    return cell


def change_release(warehouse: Path, sql: str) -> None:
    database = (warehouse / "monitor.duckdb").resolve()
    database.chmod(0o644)
    with duckdb.connect(str(database)) as connection:
        changed = connection.execute(sql).fetchone()
    assert changed is not None
    assert changed[0] > 0, f"nothing changed by: {sql}"


def test_a_released_value_that_its_cell_does_not_give_is_said_loudly(own_warehouse: Path) -> None:
    change_release(
        own_warehouse,
        "update fct_indicator set waarde = 621 where indicator_id = 'jeugdzorg_jongeren' "
        "and regio_code = 'GM1680' and jaar = 2018 and indeling = 'origineel'",
    )
    found = explain_figure(Warehouse(own_warehouse), "jeugdzorg_jongeren", "GM1680", 2018)
    text = render(found)
    assert not found.agrees
    assert DIFFERS in text
    assert "jeugdzorg_jongeren GM1680 2018 origineel, waarde: uitgave 621, uit de cellen 620" in text
    assert RELEASED not in text


@pytest.fixture
def corrected_project(tmp_path: Path) -> Project:
    """The project with a correction of the cell behind a figure: 620 should have been 650."""
    folder = tmp_path / "dbt_project"
    shutil.copytree(DBT_PROJECT, folder, ignore=shutil.ignore_patterns("target", "logs"))
    row = f"{KWB_2018},GM1680,2018,jeugdzorg_jongeren,,620,650,cbs.nl/bericht,2026-11-01,Dubbel geteld."
    with (folder / "seeds" / "referentie" / "correcties.csv").open("a", encoding="utf-8") as file:
        file.write(row + "\n")
    return Project(dbt_folder=folder)


@pytest.mark.parametrize(("released", "agrees"), [(650, True), (620, False)])
def test_a_correction_is_shown_and_the_release_must_have_it(
    own_warehouse: Path, corrected_project: Project, released: int, agrees: bool
) -> None:
    change_release(
        own_warehouse,
        f"update fct_indicator set waarde = {released} where indicator_id = 'jeugdzorg_jongeren' "
        "and regio_code = 'GM1680' and jaar = 2018 and indeling = 'origineel'",
    )
    with open_explainer(Warehouse(own_warehouse), corrected_project) as explainer:
        found = explainer.explain("jeugdzorg_jongeren", "GM1680", 2018)
    text = render(found)
    # The release was made before there was this correction.
    assert [warning[:30] for warning in found.warnings] == ["het dbt-project is niet meer d"]
    assert found.agrees is agrees
    assert "'     620' = gecorrigeerd naar 650, status onbekend" in text
    assert "correctie  Dubbel geteld. (cbs.nl/bericht; opgenomen 2026-11-01)" in text
    assert (RELEASED in text, DIFFERS in text) == (agrees, not agrees)


@pytest.mark.parametrize(
    ("change", "field"),
    [("waarde = null, reden_ontbreekt = 'niet_gepubliceerd'", "reason"), ("status = 'voorlopig'", "status")],
)
def test_a_part_of_a_ratio_that_went_wrong_is_named(own_warehouse: Path, change: str, field: str) -> None:
    where = "indicator_id = 'inwoners' and regio_code = 'GM1680' and jaar = 2018 and indeling = 'origineel'"
    change_release(own_warehouse, f"update fct_indicator set {change} where {where}")
    found = explain_figure(Warehouse(own_warehouse), "jeugdzorg_per_1000_inwoners", "GM1680", 2018)
    assert [(figure.indicator_id, field in figure.mismatches) for figure in found.deviating] == [("inwoners", True)]
    named = {"reason": "reden", "status": "status"}[field]
    assert f"inwoners GM1680 2018 origineel, {named}: uitgave" in render(found)


def refetch_kwb_2018(warehouse: Path, change: Callable[[dict[str, str]], None]) -> None:
    """CBS publishes another version of the table: fetched and read, but not yet released."""
    store = SnapshotStore(warehouse)
    old = store.current(KWB_2018)
    assert old is not None
    rows = [orjson.loads(line) for batch in store.rows(old) for line in batch.splitlines()]
    change(next(row for row in rows if row["WijkenEnBuurten"].strip() == "GM1680"))
    stamps = Stamps("2022-01-01T02:00:00", "2022-01-01T02:00:00", "2022-01-01T02:00:00")
    row = CatalogueRow(KWB_2018, "Kerncijfers wijken en buurten 2018", stamps, len(rows), {})
    with store.write(KWB_2018) as draft:
        for entity, content in store.all_metadata(old).items():
            draft.add_metadata(entity, content)
        draft.add_rows(rows)
        store.keep(draft, Origin(row, Source("http://127.0.0.1:1", recording=True), None))
    dataset = load_datasets()[KWB_DATASET]
    absent = {table.tabel for table in dataset.tabellen} - set(store.tables())
    outcomes = observe_dataset(dataset.without(absent), None, store, ObservationStore(warehouse))
    assert [o.table for o in outcomes if o.result == "read"] == [KWB_2018]


def test_a_newer_version_on_disk_than_in_the_release_is_reported(own_warehouse: Path) -> None:
    refetch_kwb_2018(own_warehouse, lambda row: row.update({JEUGDZORG_KWB: "     640"}))
    found = explain_figure(Warehouse(own_warehouse), "jeugdzorg_jongeren", "GM1680", 2018)
    (warning,) = found.warnings
    assert warning.startswith(f"tabel {KWB_2018} op schijf is een andere versie dan die van de uitgave")
    assert "2022-01-01" in warning
    assert "2021-12-07" in warning
    assert only_cell(found).text == "     640"
    assert not found.agrees
    assert f"LET OP: {warning}" in render(found)


def test_cells_are_those_of_the_observations_also_when_a_newer_snapshot_was_not_understood(own_warehouse: Path) -> None:
    """The pointer of raw/ moves before the observations do; explain keeps to what the figures were read from."""
    observed = ObservationStore(own_warehouse).current(KWB_2018)
    assert observed is not None
    pointer, kept = observed.parent / "current.json", own_warehouse / "kept"
    shutil.copytree(observed.parent, kept)
    refetch_kwb_2018(own_warehouse, lambda row: row.update({JEUGDZORG_KWB: "     640"}))
    shutil.rmtree(pointer.parent)
    shutil.copytree(kept, pointer.parent)
    found = explain_figure(Warehouse(own_warehouse), "jeugdzorg_jongeren", "GM1680", 2018)
    assert only_cell(found).text == "     620"
    assert found.warnings == ()
    assert found.agrees


def test_a_table_that_was_never_understood_is_in_nobodys_way(own_warehouse: Path) -> None:
    """It has a shape that waits for a person, and no observations."""
    refused = own_warehouse / "observations" / "99999NED"
    refused.mkdir()
    (refused / "afgewezen.json").write_text("{}", encoding="utf-8")
    assert explain_figure(Warehouse(own_warehouse), "jeugdzorg_jongeren", "GM1680", 2018).agrees


@pytest.mark.parametrize("name", ["d'Artagnan", "jaar=2018", "versie [2]", "[!a]*?"])
def test_a_warehouse_may_have_any_name(warehouse: Path, tmp_path: Path, name: str) -> None:
    """What is a quote in SQL, or a pattern where files are looked for, is only a name here."""
    folder = tmp_path / name
    skip = shutil.ignore_patterns("build", "dagster")
    shutil.copytree(warehouse, folder, symlinks=True, ignore=skip, copy_function=os.link)
    found = explain_figure(Warehouse(folder), "jeugdzorg_per_1000_inwoners", "GM1680", 2018)
    assert [cell.text for cell in found.figure.cells()] == ["     620", "   25390"]
    assert found.agrees


def test_lost_observations_are_an_error_that_says_what_to_do(own_warehouse: Path) -> None:
    shutil.rmtree(own_warehouse / "raw" / KWB_2018)
    with pytest.raises(ExplainError, match=rf"{KWB_2018} .*no snapshot .*monitor refresh"):
        explain_figure(Warehouse(own_warehouse), "jeugdzorg_jongeren", "GM1680", 2018)


def test_explaining_changes_nothing_on_disk(own_warehouse: Path) -> None:
    def state() -> dict[str, tuple[int, int]]:
        return {str(p): (p.stat().st_mtime_ns, p.stat().st_size) for p in own_warehouse.rglob("*") if p.is_file()}

    before = state()
    explain_figure(Warehouse(own_warehouse), "lasten_jeugd_per_jongere_met_jeugdzorg", "NL", 2019)
    assert state() == before
