"""Observations follow their snapshots, table by table; what cannot be read never costs another table its turn."""

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.build.inputs import freeze, inputs_of
from pipelines.build.project import Project
from pipelines.common.settings import RECORDING
from pipelines.observations.observer import ObservationOutcome, all_understood
from pipelines.observations.store import ObservationStore
from pipelines.recording import serve_recording
from pipelines.snapshots.store import Origin, SnapshotStore
from pipelines.sources.datasets import Years
from pipelines.statline.client import CatalogueRow, Source, Stamps
from tests.support.recorded_datasets import recorded_datasets
from tests.support.single_datasets import ingest_dataset, observe_dataset
from tests.support.statline_service import quick_client
from tests.support.warehouses import copy_warehouse

NEW_STAMP = "2026-10-31T02:00:00"
JEUGD = recorded_datasets()["jeugdzorg_wijken"]
PROJECT = Project()
PROJECT.datasets = {JEUGD.name: JEUGD}


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with snapshots of both tables of the dataset, not yet read."""
    warehouse = tmp_path_factory.mktemp("fetched") / "warehouse"
    with serve_recording(RECORDING) as url, quick_client(url) as client:
        outcomes = ingest_dataset(JEUGD, None, client, SnapshotStore(warehouse))
    assert {outcome.result for outcome in outcomes} == {"fetched"}
    return warehouse


@pytest.fixture
def stores(fetched: Path, tmp_path: Path) -> tuple[SnapshotStore, ObservationStore]:
    """The stores of a copy of that warehouse."""
    warehouse = copy_warehouse(fetched, tmp_path / "warehouse")
    return SnapshotStore(warehouse), ObservationStore(warehouse)


def republish(
    snapshots: SnapshotStore, table: str, change: Callable[[dict[str, Any]], None], *, recording: bool = True
) -> None:
    """Let CBS publish the table with other metadata, or the same at the live service."""
    old = snapshots.current(table)
    assert old
    metadata = snapshots.all_metadata(old)
    change(metadata)
    row = CatalogueRow(table, "", Stamps(NEW_STAMP, NEW_STAMP, NEW_STAMP), old.row_count, {})
    with snapshots.write(table) as draft:
        for entity, rows in metadata.items():
            draft.add_metadata(entity, rows)
        draft.add_rows([json.loads(line) for batch in snapshots.rows(old) for line in batch.splitlines()])
        snapshots.keep(draft, Origin(row, Source("http://127.0.0.1:1", recording=recording), None))


def spoil(snapshots: SnapshotStore, table: str, change: Any, place: int = 0) -> None:
    """Let CBS publish the table with other properties of the topic in this place."""

    def spoilt_topic(metadata: dict[str, Any]) -> None:
        change([row for row in metadata["DataProperties"] if row["Type"] == "Topic"][place])

    republish(snapshots, table, spoilt_topic)


def test_each_table_is_read_once_and_then_unchanged(stores: tuple[SnapshotStore, ObservationStore]) -> None:
    first = observe_dataset(JEUGD, None, *stores)
    assert [(o.table, o.result, o.observations) for o in first] == [
        ("85075NED", "read", 3600 * 21),
        ("85335NED", "read", 346 * 21),
    ]
    assert {o.result for o in observe_dataset(JEUGD, None, *stores)} == {"unchanged"}


def test_only_the_chosen_years_are_read(stores: tuple[SnapshotStore, ObservationStore]) -> None:
    assert [o.table for o in observe_dataset(JEUGD, {2022}, *stores)] == ["85335NED"]


@pytest.mark.parametrize(
    "change",
    [
        lambda topic: topic.pop("Datatype"),
        lambda topic: topic.update(Title=None),
    ],
    ids=["no datatype", "no title"],
)
def test_metadata_that_cannot_be_understood_fails_that_table_only(
    stores: tuple[SnapshotStore, ObservationStore], change: Any
) -> None:
    spoil(stores[0], "85335NED", change)
    read, failed = observe_dataset(JEUGD, None, *stores)
    assert (read.table, read.result) == ("85075NED", "read")
    assert (failed.table, failed.result) == ("85335NED", "failed")
    assert failed.problem
    assert "85335NED" in failed.problem.english
    assert "nothing to fall back on" in failed.problem.english
    assert failed.problem.dutch.endswith("; er is geen eerdere versie, dus haar cijfers ontbreken.")


def test_the_last_version_that_was_understood_stays_in_use(
    stores: tuple[SnapshotStore, ObservationStore], tmp_path: Path
) -> None:
    snapshots, observations = stores
    observe_dataset(JEUGD, None, *stores)
    good = observations.current("85335NED")
    spoil(snapshots, "85335NED", lambda topic: topic.update(Title="Anders"))
    changed = JEUGD.model_copy(update={"eigenaar": "iemand anders"})
    failed = observe_dataset(changed, {2022}, snapshots, observations)[0]
    assert failed.result == "failed"
    assert failed.problem
    assert "the last version that was understood stays in use" in failed.problem.english
    assert failed.problem.dutch == (
        "Een kolom waarvan cijfers worden gelezen staat niet precies één keer in de tabel; "
        "de laatste versie die te lezen was blijft in gebruik."
    )
    assert observations.current("85335NED") == good
    assert freeze(PROJECT, observations, tmp_path / "bron") == {}


def test_a_measure_that_is_not_found_in_a_table_never_read_costs_itself_only(
    stores: tuple[SnapshotStore, ObservationStore], tmp_path: Path
) -> None:
    snapshots, observations = stores
    spoil(snapshots, "85335NED", lambda topic: topic.update(Title="Anders"))
    outcomes = observe_dataset(JEUGD, {2022}, *stores)
    assert [(outcome.result, outcome.problem) for outcome in outcomes] == [("read", None)]
    (told,) = outcomes[0].lacking
    assert told.english.startswith("Table 85335NED, measure jeugdzorg_jongeren: expected exactly one column ")
    assert "write for this measure in jeugdzorg_wijken.yml `kolom: [[" in told.english
    assert told.english.endswith("Until then its figures are missing (niet_begrepen).")
    assert told.dutch.startswith(
        "Zonder jeugdzorg_jongeren (2022): een kolom waarvan cijfers worden gelezen staat niet"
    )
    measures = observations.measures("85335NED")
    assert measures
    assert measures == JEUGD.maten.keys() - {"jeugdzorg_jongeren"}
    freeze(PROJECT, observations, tmp_path / "bron")
    lacking = pl.read_parquet(tmp_path / "bron" / "niet_begrepen").filter(pl.col("tabel_id") == "85335NED")
    assert lacking.rows() == [("jeugdzorg_wijken", "jeugdzorg_jongeren", 2022, "85335NED")]
    # Until somebody writes the line no night is quiet, and it is told again without reading the table again.
    snapshot = snapshots.current("85335NED")
    assert snapshot
    assert not all_understood(JEUGD, [snapshot], observations)
    (again,) = observe_dataset(JEUGD, {2022}, *stores)
    assert (again.result, again.lacking) == ("unchanged", outcomes[0].lacking)
    assert ObservationOutcome.from_row(again.as_row()) == again


def test_a_measure_that_the_version_in_use_lacks_may_lack_again_and_no_other(
    stores: tuple[SnapshotStore, ObservationStore],
) -> None:
    snapshots, observations = stores
    spoil(snapshots, "85335NED", lambda topic: topic.update(Title="Anders"))
    observe_dataset(JEUGD, {2022}, *stores)
    spoil(snapshots, "85335NED", lambda topic: topic.update(Title="Weer anders"))
    (still,) = observe_dataset(JEUGD, {2022}, *stores)
    assert (still.result, len(still.lacking)) == ("read", 1)
    good = observations.current("85335NED")
    spoil(snapshots, "85335NED", lambda topic: topic.update(Title="Ook anders"), place=1)
    (failed,) = observe_dataset(JEUGD, {2022}, *stores)
    assert failed.result == "failed"
    assert failed.problem
    assert "measure jeugdzorg_jongeren_0_4" in failed.problem.english
    assert "measure jeugdzorg_jongeren:" not in failed.problem.english
    assert observations.current("85335NED") == good


@pytest.fixture
def unrecorded() -> Project:
    """The project with a measure more, of which the yml says that the recording lacks it."""
    unrecorded = {"kolom": [["Nieuw"]], "niet_in_opname": [Years(first=2021, last=2022)]}
    more = JEUGD.maten["jeugdzorg_jongeren"].model_copy(update=unrecorded)
    project = Project()
    project.datasets = {JEUGD.name: JEUGD.model_copy(update={"maten": {**JEUGD.maten, "nieuw": more}})}
    return project


def test_a_measure_that_the_recording_lacks_is_not_expected_of_it(
    stores: tuple[SnapshotStore, ObservationStore], unrecorded: Project, tmp_path: Path
) -> None:
    snapshots, observations = stores
    dataset = unrecorded.datasets[JEUGD.name]
    outcomes = observe_dataset(dataset, None, *stores)
    assert [(outcome.result, outcome.lacking, outcome.warnings) for outcome in outcomes] == [("read", (), ())] * 2
    assert observations.measures("85335NED") == JEUGD.maten.keys()
    assert all_understood(dataset, [s for t in dataset.tabellen if (s := snapshots.current(t.tabel))], observations)
    freeze(unrecorded, observations, tmp_path / "bron")
    assert pl.read_parquet(tmp_path / "bron" / "niet_begrepen").is_empty()


def test_of_a_live_table_the_same_measure_is_told_as_any_other(
    stores: tuple[SnapshotStore, ObservationStore], unrecorded: Project, tmp_path: Path
) -> None:
    snapshots, observations = stores
    dataset = unrecorded.datasets[JEUGD.name]
    observe_dataset(dataset, None, *stores)
    republish(snapshots, "85335NED", lambda _: None, recording=False)
    (outcome,) = observe_dataset(dataset, {2022}, *stores)
    assert outcome.result == "read"
    (told,) = outcome.lacking
    assert told.english.startswith("Table 85335NED, measure nieuw: expected exactly one column 'Nieuw' ")
    snapshot = snapshots.current("85335NED")
    assert snapshot
    assert not all_understood(dataset, [snapshot], observations)
    freeze(unrecorded, observations, tmp_path / "bron")
    lacking = pl.read_parquet(tmp_path / "bron" / "niet_begrepen")
    assert lacking.rows() == [(JEUGD.name, "nieuw", 2022, "85335NED")]


def test_what_the_version_in_use_has_may_not_go_though_the_recording_lacks_it(
    stores: tuple[SnapshotStore, ObservationStore], unrecorded: Project
) -> None:
    snapshots, observations = stores
    dataset = unrecorded.datasets[JEUGD.name]
    spoil(snapshots, "85335NED", lambda topic: topic.update(Title="Nieuw", ParentID=None), place=5)
    (read,) = observe_dataset(dataset, {2022}, *stores)
    assert read.result == "read", read
    assert "nieuw" in (observations.measures("85335NED") or ())
    good = observations.current("85335NED")
    spoil(snapshots, "85335NED", lambda topic: topic.update(Title="Anders"), place=5)
    (failed,) = observe_dataset(dataset, {2022}, *stores)
    assert failed.result == "failed"
    assert failed.problem
    assert "measure nieuw: expected exactly one column 'Nieuw'" in failed.problem.english
    assert observations.current("85335NED") == good


def test_a_table_without_any_measure_that_is_found_was_not_understood(
    stores: tuple[SnapshotStore, ObservationStore],
) -> None:
    nothing = JEUGD.model_copy(
        update={"maten": {name: m.model_copy(update={"kolom": [["Nergens"]]}) for name, m in JEUGD.maten.items()}}
    )
    (failed,) = observe_dataset(nothing, {2022}, *stores)
    assert failed.result == "failed"
    assert failed.problem
    assert "And 12 more measures of this table." in failed.problem.english
    assert stores[1].current("85335NED") is None


def test_only_a_table_that_is_indispensable_or_was_released_stops_the_build(
    stores: tuple[SnapshotStore, ObservationStore], tmp_path: Path
) -> None:
    observe_dataset(JEUGD, {2021}, *stores)
    observations, target = stores[1], tmp_path / "bron"
    assert freeze(PROJECT, observations, target) == {}
    lacking = pl.read_parquet(target / "niet_begrepen")
    assert set(lacking["tabel_id"]) == {"85335NED"}
    assert set(lacking["maat"]) == JEUGD.maten.keys()
    assert set(lacking["jaar"]) == {2022}
    assert freeze(PROJECT, observations, target, {"85335NED": "a version"}) == {
        "85335NED": "Table 85335NED: the current release was made of it, and it has no version now. Refresh its year: "
        "that makes it again from its snapshot."
    }
    needed = Project()
    listed = [table.model_copy(update={"onmisbaar": True}) for table in JEUGD.tabellen]
    needed.datasets = {JEUGD.name: JEUGD.model_copy(update={"tabellen": listed})}
    assert freeze(needed, observations, target) == {
        "85335NED": "Table 85335NED was never fetched or understood: refresh its year."
    }


def test_a_snapshot_that_cannot_be_unpacked_fails_that_table_only(
    stores: tuple[SnapshotStore, ObservationStore],
) -> None:
    snapshot = stores[0].current("85335NED")
    assert snapshot
    rows = snapshot.folder / "rows.ndjson.gz"
    size = rows.stat().st_size
    rows.write_bytes(gzip.compress(b"{}")[:20].ljust(size, b"x"))
    assert [o.result for o in observe_dataset(JEUGD, None, *stores)] == ["read", "failed"]


def spoilt(observations: ObservationStore, table: str) -> Path:
    """Change a byte of a file of the observations in use, not its size."""
    folder = observations.current(table)
    assert folder
    path = folder / "maten.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return path


def test_damaged_observations_are_made_again_from_the_snapshot(
    stores: tuple[SnapshotStore, ObservationStore], tmp_path: Path
) -> None:
    observe_dataset(JEUGD, None, *stores)
    path = spoilt(stores[1], "85335NED")
    assert f"{path} has sha256 " in (stores[1].damage("85335NED") or "")
    again = observe_dataset(JEUGD, None, *stores)
    assert [(o.table, o.result) for o in again] == [("85075NED", "unchanged"), ("85335NED", "read")]
    assert stores[1].damage("85335NED") is None
    assert freeze(PROJECT, stores[1], tmp_path / "bron") == {}


@pytest.mark.parametrize("name", ["maten.parquet", "inhoud.json"])
def test_observations_of_which_a_file_is_gone_are_made_again(
    stores: tuple[SnapshotStore, ObservationStore], name: str
) -> None:
    observe_dataset(JEUGD, None, *stores)
    folder = stores[1].current("85335NED")
    assert folder
    (folder / name).unlink()
    assert [o.result for o in observe_dataset(JEUGD, {2022}, *stores)] == ["read"]


def test_a_build_never_reads_damaged_observations(
    stores: tuple[SnapshotStore, ObservationStore], tmp_path: Path
) -> None:
    observe_dataset(JEUGD, None, *stores)
    path = spoilt(stores[1], "85335NED")
    unusable = freeze(PROJECT, stores[1], tmp_path / "bron")
    assert list(unusable) == ["85335NED"]
    assert re.match(
        rf"Table 85335NED: {re.escape(str(path))} has sha256 \w{{12}}, expected \w{{12}}\. Refresh",
        unusable["85335NED"],
    )
    assert not (tmp_path / "bron" / "maten" / "85335NED.parquet").exists()


def test_observations_are_not_made_of_a_damaged_snapshot(stores: tuple[SnapshotStore, ObservationStore]) -> None:
    observe_dataset(JEUGD, None, *stores)
    snapshot = stores[0].current("85335NED")
    assert snapshot
    (snapshot.folder / "metadata" / "Perioden.json").write_text("[]", encoding="utf-8")
    spoilt(stores[1], "85335NED")
    (failed,) = observe_dataset(JEUGD, {2022}, *stores)
    assert failed.result == "failed"
    assert failed.problem
    assert failed.problem.english.startswith(
        f"Snapshot {snapshot.hash} of table 85335NED is damaged: metadata Perioden has"
    )
    assert "maten.parquet has sha256" in failed.problem.english
    assert (
        failed.problem.dutch
        == "De bewaarde versie van de tabel is niet te gebruiken; haar vorige versie is beschadigd."
    )


def test_a_code_that_the_list_lacks_only_warns_of_a_table_never_read(
    stores: tuple[SnapshotStore, ObservationStore],
) -> None:
    def unlisted(metadata: dict[str, Any]) -> None:
        metadata["Wijken"] = [row for row in metadata["Wijken"] if row["Key"].strip() != "GM0363"]

    snapshots, _observations = stores
    republish(snapshots, "85335NED", unlisted)
    (first,) = observe_dataset(JEUGD, {2022}, *stores)
    assert (first.result, len(first.warnings)) == ("read", 1)
    assert "the rows have in Wijken 'GM0363'" in first.warnings[0].english


def test_where_only_live_versions_are_allowed_what_came_of_a_recording_gives_no_figures(
    stores: tuple[SnapshotStore, ObservationStore], tmp_path: Path
) -> None:
    observe_dataset(JEUGD, None, *stores)
    allowing = stores[1]
    strict = ObservationStore(allowing.root.parent, only_live=True)
    assert allowing.usable("85335NED") == allowing.current("85335NED") == strict.current("85335NED")
    assert strict.usable("85335NED") is None
    versions = {
        part: version for part, version in inputs_of(PROJECT, strict).parts.items() if part.startswith("tabel ")
    }
    assert versions == {"tabel 85075NED": "ontbreekt", "tabel 85335NED": "ontbreekt"}
    target = tmp_path / "bron"
    # Whoever sets it gives up what was released of a recording, and nothing that came from CBS.
    assert freeze(PROJECT, strict, target, {"85335NED": "a-b-opname"}) == {}
    assert set(pl.read_parquet(target / "niet_begrepen")["tabel_id"]) == {"85075NED", "85335NED"}
    assert freeze(PROJECT, strict, target, {"85335NED": "a-b-live"}).keys() == {"85335NED"}
