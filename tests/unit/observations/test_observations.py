"""Real recorded rows become observations with their value, symbol, reason and status; what changed shape is refused."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.common.settings import RECORDING
from pipelines.observations.cells import read_parts, to_observations, write_parts
from pipelines.observations.columns import SchemaDriftError
from pipelines.observations.plan import TablePlan, plan_table
from pipelines.observations.shape_builder import ShapeBuilder
from pipelines.sources.datasets import Dataset, TableReference, Years
from tests.support.recorded_datasets import recorded_datasets

Metadata = dict[str, list[dict[str, Any]]]
DATASETS = recorded_datasets()


def metadata_of(table: str) -> Metadata:
    return {path.stem: json.loads(path.read_bytes()) for path in (RECORDING / table).glob("*.json")}


def rows_of(table: str) -> list[dict[str, Any]]:
    with gzip.open(RECORDING / table / "UntypedDataSet.json.gz") as file:
        rows: list[dict[str, Any]] = json.load(file)
    return rows


def batch(rows: list[dict[str, Any]]) -> bytes:
    return b"\n".join(json.dumps(row).encode() for row in rows)


def reference(table: str) -> tuple[Dataset, TableReference]:
    return next((d, t) for d in DATASETS.values() for t in d.tabellen if t.tabel == table)


def plan_of(table: str, change: Callable[[Metadata], None] | None = None) -> TablePlan:
    metadata = metadata_of(table)
    if change:
        change(metadata)
    return plan_table(*reference(table), metadata)


def observe(table: str, rows: list[dict[str, Any]] | None = None) -> pl.DataFrame:
    return to_observations(plan_of(table), batch(rows if rows is not None else rows_of(table)))


def measured(observations: pl.DataFrame, measure: str, region: str) -> dict[str, Any]:
    found = observations.filter((pl.col("maat") == measure) & (pl.col("regio") == region))
    return found.row(0, named=True)


def test_every_cell_becomes_one_row() -> None:
    rows = rows_of("84286NED")
    observations = observe("84286NED", rows)
    assert observations.height == len(rows) * 16
    assert observations.select("rij_id", "onderwerp").is_unique().all()


def test_a_published_number() -> None:
    cell = measured(observe("84286NED"), "jeugdzorg_jongeren", "GM1680")
    assert (cell["waarde"], cell["symbool"], cell["reden_ontbreekt"]) == (620.0, None, None)
    assert (cell["jaar"], cell["periode"], cell["status"], cell["regio_soort"]) == (2018, None, "onbekend", "gemeente")


def test_a_dot_is_unknown_or_secret_and_never_zero() -> None:
    cell = measured(observe("84286NED"), "wmo_clienten", "GM1680")
    assert (cell["waarde"], cell["symbool"], cell["reden_ontbreekt"]) == (None, ".", "onbekend_of_geheim")


def test_a_dot_of_iv3_is_not_delivered() -> None:
    found = observe("45042NED").filter((pl.col("regio") == "GM0545") & (pl.col("maat") == "lasten_jaarrekening"))
    assert found["reden_ontbreekt"].unique().to_list() == ["niet_geleverd"]
    assert sorted(found["uitsplitsing"].unique().to_list())[:2] == ["6.1", "6.2"]


def test_a_blank_cannot_occur_and_is_not_a_dot() -> None:
    rows = [{**rows_of("84286NED")[1], "WmoClienten_86": ""}]
    cell = measured(observe("84286NED", rows), "wmo_clienten", "GM1680")
    assert (cell["waarde"], cell["symbool"], cell["reden_ontbreekt"]) == (None, "", "kan_niet_voorkomen")


@pytest.mark.parametrize(
    ("measure", "region", "recorded", "reason"),
    [
        ("jeugdzorg_jongeren", "GM0003", True, "niet_opgenomen"),
        ("jeugdzorg_jongeren", "GM0003", False, "onbekend_of_geheim"),
        ("huishoudens", "NL00", True, "niet_opgenomen"),
        ("bijstand_personen", "NL00", True, None),
        ("jeugdzorg_jongeren", "GM1680", True, None),
    ],
)
def test_a_dot_for_what_the_copy_lacked_is_no_word_of_cbs(
    measure: str, region: str, recorded: bool, reason: str | None
) -> None:
    """Only in a recording: of a live table every dot is CBS's own."""
    plan = plan_table(*reference("84286NED"), metadata_of("84286NED"), recorded=recorded)
    found = measured(to_observations(plan, batch(rows_of("84286NED"))), measure, region)
    assert (found["reden_ontbreekt"], found["symbool"]) == (reason, "." if reason else None)


def test_holes_of_the_recording_are_those_of_its_provenance() -> None:
    """The municipalities without households in 2017-2019 and without youth care in 2018-2019, and no others."""
    found = {}
    for table in ("83765NED", "84286NED", "84583NED"):
        plan = plan_table(*reference(table), metadata_of(table), recorded=True)
        observed = to_observations(plan, batch(rows_of(table)))
        holes = observed.filter((pl.col("reden_ontbreekt") == "niet_opgenomen") & (pl.col("regio_soort") == "gemeente"))
        counted = holes.group_by("maat").len().rows()
        found[table] = {name: count for name, count in counted if not name.startswith(("wmo", "sted", "omg"))}
    assert found == {
        "83765NED": {"huishoudens": 56},
        "84286NED": {"huishoudens": 49, "jeugdzorg_jongeren": 49, "jeugdzorg_pct": 49},
        "84583NED": {"huishoudens": 26, "jeugdzorg_jongeren": 26, "jeugdzorg_pct": 26},
    }


def test_status_and_year_come_from_the_period() -> None:
    assert measured(observe("85335NED"), "jeugdzorg_jongeren", "GM0193")["status"] == "voorlopig"


def test_parts_of_a_year_stand_apart_from_the_years_of_their_measure() -> None:
    observed = observe("83262NED")
    kinds = {
        name: set(observed.filter(pl.col(name) == "wmo_clienten")["periode"].str.slice(4))
        for name in ("maat", "maat_binnen_jaar")
    }
    assert kinds == {"maat": {"JJ00"}, "maat_binnen_jaar": {"HJ01", "HJ02"}}
    assert observed.filter(pl.col("maat").is_not_null() & pl.col("maat_binnen_jaar").is_not_null()).is_empty()


def test_only_the_selected_rows_are_the_measure() -> None:
    observations = observe("84751NED")
    totals = observations.filter(pl.col("maat") == "wmo_clienten")
    assert totals.height == 388
    assert all('"TypeMaatwerkarrangement":"T001024"' in dimensions for dimensions in totals["dimensies"])


def test_budget_and_accounts_are_told_apart_by_the_kind_of_period() -> None:
    observations = observe("45038NED")
    assert set(observations.filter(pl.col("maat") == "lasten_begroting")["periode"]) == {"2017X000"}
    assert set(observations.filter(pl.col("maat") == "lasten_jaarrekening")["periode"]) == {"2017X005"}


def test_codes_are_trimmed_and_text_is_kept_as_text() -> None:
    cell = measured(observe("83553NED"), "provincie_naam", "GM1680")
    assert (cell["tekst"], cell["waarde"]) == ("Drenthe", None)


def test_batches_give_the_same_observations_as_the_whole(tmp_path: Path) -> None:
    rows, plan = rows_of("85335NED"), plan_of("85335NED")
    batches = (batch(rows[i : i + 100]) for i in range(0, len(rows), 100))
    count = write_parts(plan, read_parts(plan, batches), tmp_path, ShapeBuilder(plan))
    parts = pl.read_parquet(tmp_path / "*.parquet").sort("rij_id", "onderwerp")
    assert count == parts.height
    assert parts.equals(to_observations(plan, batch(rows)).sort("rij_id", "onderwerp"))


def test_parts_have_the_columns_that_dbt_and_explain_read(tmp_path: Path) -> None:
    plan = plan_of("85335NED")
    write_parts(plan, read_parts(plan, [batch(rows_of("85335NED"))]), tmp_path, ShapeBuilder(plan))
    numbers = {"rij_id": pl.Int64, "jaar": pl.Int16, "voorkeur": pl.Int8, "waarde": pl.Float64}
    keys = ["dataset", "tabel_id", "rij_id", "regio", "regio_soort", "periode", "jaar", "dimensies", "onderwerp"]
    values = [
        *("maat", "maat_binnen_jaar", "voorkeur", "uitsplitsing"),
        *("waarde", "tekst", "symbool", "reden_ontbreekt", "status"),
    ]
    schema = pl.read_parquet_schema(tmp_path / "part-00000.parquet")
    assert list(schema.items()) == [(name, numbers.get(name, pl.String)) for name in [*keys, *values]]


def test_the_shape_is_the_same_whether_a_table_comes_in_one_batch_or_in_many(tmp_path: Path) -> None:
    rows, plan, metadata = rows_of("84799NED")[::40], plan_of("84799NED"), metadata_of("84799NED")
    shapes = []
    for size in (len(rows), 50):
        shape = ShapeBuilder(plan)
        batches = (batch(rows[start : start + size]) for start in range(0, len(rows), size))
        write_parts(plan, read_parts(plan, batches), tmp_path / str(size), shape)
        shapes.append(shape.build(metadata, 118))
    assert shapes[0] == shapes[1]
    assert set(shapes[0].region_kinds) >= {"gemeente", "wijk", "buurt"}
    assert len(shapes[0].municipalities) > 5


def test_the_first_unreadable_cell_is_named_with_how_many_its_column_has() -> None:
    rows = rows_of("84286NED")[:6]
    for number in (2, 4):
        rows[number]["WmoClienten_86"] = "veel"
    with pytest.raises(SchemaDriftError, match=r"found 'veel' in row 2 \(2 such cells\)"):
        observe("84286NED", rows)


def test_a_number_that_became_text_is_refused_with_table_column_and_cell() -> None:
    rows = [{**rows_of("84286NED")[0], "WmoClienten_86": " ca. 100"}]
    with pytest.raises(
        SchemaDriftError, match=r"Table 84286NED, column 'Zorg > Wmo-cliënten' .* found ' ca. 100' in row 0"
    ):
        observe("84286NED", rows)


def test_rows_without_a_column_of_the_metadata_are_refused_and_not_read_as_missing() -> None:
    rows = [{key: value for key, value in rows_of("84286NED")[0].items() if key != "WmoClienten_86"}]
    with pytest.raises(SchemaDriftError, match=r"only in the metadata: \['WmoClienten_86'\]"):
        observe("84286NED", rows)


def test_a_new_dimension_is_refused() -> None:
    def add(metadata: Metadata) -> None:
        metadata["DataProperties"].append(
            {"ID": 99, "ParentID": None, "Type": "Dimension", "Key": "Leeftijd", "Title": "Leeftijd"}
        )

    with pytest.raises(SchemaDriftError, match=r"Table 84751NED: .*not selected by the yml: \['Leeftijd'\]"):
        plan_of("84751NED", add)


def test_a_vanished_dimension_code_is_refused_with_those_that_are_there() -> None:
    def drop(metadata: Metadata) -> None:
        metadata["TypeMaatwerkarrangement"] = [r for r in metadata["TypeMaatwerkarrangement"] if r["Key"] != "T001024"]

    with pytest.raises(
        SchemaDriftError,
        match=r"measure wmo_clienten: expected one code of dimension TypeMaatwerkarrangement to be T001024 or "
        r"'Totaal', found none; it has",
    ):
        plan_of("84751NED", drop)


def test_a_code_that_was_renumbered_is_found_by_its_title() -> None:
    def renumber(metadata: Metadata) -> None:
        (total,) = (row for row in metadata["TypeMaatwerkarrangement"] if row["Key"] == "T001024")
        total["Key"] = "T009999"

    plan = plan_of("84751NED", renumber)
    (wmo,) = {key: columns for key, columns in plan.mapped.items() if key.startswith("WmoClienten_")}.values()
    taken = {column.measure: column.selection["TypeMaatwerkarrangement"] for column in wmo}
    assert (taken["wmo_clienten"], taken["wmo_hulp_bij_het_huishouden"]) == ("T009999", "A019507")


def test_two_codes_that_fit_one_measure_are_refused_by_name() -> None:
    def double(metadata: Metadata) -> None:
        metadata["TypeMaatwerkarrangement"].append({"Key": "T009999", "Title": "Totaal", "Description": ""})

    with pytest.raises(SchemaDriftError, match=r"to be T001024 or 'Totaal', found T001024, T009999; it has"):
        plan_of("84751NED", double)


def test_the_cells_of_a_table_with_another_name_for_its_dimension_are_the_same() -> None:
    """As CBS renamed the tables of 2017 and later: metadata, codes and rows say voorziening."""

    def rename(metadata: Metadata) -> None:
        metadata["TypeMaatwerkvoorziening"] = metadata.pop("TypeMaatwerkarrangement")
        (dimension,) = (row for row in metadata["DataProperties"] if row["Key"] == "TypeMaatwerkarrangement")
        dimension["Key"] = "TypeMaatwerkvoorziening"

    published = batch(rows_of("84751NED"))
    was = observe("84751NED")
    now = to_observations(plan_of("84751NED", rename), published.replace(b"arrangement", b"voorziening"))
    assert now.drop("dimensies").equals(was.drop("dimensies"))
    assert set(was["dimensies"]) != set(now["dimensies"])
    assert was.filter(pl.col("maat").is_not_null()).height > 1_000


def test_something_that_is_no_period_is_refused() -> None:
    rows = [{**rows_of("84751NED")[0], "Perioden": "heel2017"}]
    with pytest.raises(SchemaDriftError, match=r"Table 84751NED, column Perioden: 'heel2017' is not a period key"):
        observe("84751NED", rows)


@pytest.mark.parametrize("text", ["inf", "-Infinity", "NaN", "1,5", "1 000"])
def test_what_is_no_published_number_is_refused(text: str) -> None:
    rows = [{**rows_of("84286NED")[0], "WmoClienten_86": text}]
    with pytest.raises(SchemaDriftError, match=r"expected a number, '\.' or blank"):
        observe("84286NED", rows)


def test_a_later_row_that_lacks_a_cell_is_refused_and_not_read_as_missing() -> None:
    rows = rows_of("84286NED")[:3]
    del rows[2]["WmoClienten_86"]
    with pytest.raises(SchemaDriftError, match="found no value in WmoClienten_86 of row 2"):
        observe("84286NED", rows)


def test_a_doubled_row_is_refused_with_measure_region_and_rows(tmp_path: Path) -> None:
    rows = rows_of("70072ned")[:50]
    plan, doubled = plan_of("70072ned"), [*rows, {**rows[7], "ID": 5000}]
    with pytest.raises(
        SchemaDriftError,
        match=r"Table 70072ned, measure inwoners: expected one row for GM1680 in 2024, found 2 \(rows 7, 5000\)",
    ):
        write_parts(plan, read_parts(plan, [batch(doubled[:30]), batch(doubled[30:])]), tmp_path, ShapeBuilder(plan))


def test_a_cell_is_a_measure_s_only_in_the_years_that_its_table_is_taken_for() -> None:
    """Of two tables that both have a year one is taken: else its figures would stand there twice."""
    dataset, whole = reference("83262NED")
    later = whole.model_copy(update={"jaren": Years(first=2019, last=2020)})
    metadata, rows = metadata_of("83262NED"), batch(rows_of("83262NED"))
    taken = {
        table.jaren.first: set(
            to_observations(plan_table(dataset, table, metadata), rows)
            .filter(pl.col("maat") == "wmo_clienten")["jaar"]
            .unique()
        )
        for table in (whole, later)
    }
    assert taken[2019] == taken[whole.jaren.first] & {2019, 2020} != set()
    assert taken[whole.jaren.first] - {2019, 2020} != set()
