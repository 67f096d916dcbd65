"""An observation of v4 becomes the cell that v3 has in its place; what is neither figure nor known word is refused."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.observations import v4_cells
from pipelines.observations.cells import write_parts
from pipelines.observations.columns import SchemaDriftError
from pipelines.observations.grid import Grid
from pipelines.observations.plan import plan_table
from pipelines.observations.shape_builder import ShapeBuilder
from pipelines.observations.v4_cells import ObservationReader
from pipelines.sources.datasets import Dataset, TableReference
from pipelines.statline.translation import metadata_in_v3_terms

Row = dict[str, Any]
DATASET = Dataset.model_validate(
    {
        "dataset": "proef",
        "titel": "Proef",
        "omschrijving": "Proef",
        "eigenaar": "CBS",
        "licentie": "CC BY 4.0",
        "bronvermelding": "Bron: CBS",
        "link": "https://www.cbs.nl",
        "catalogus": "CBS",
        "regio": "RegioS",
        "periode": "Perioden",
        "dimensies": {"Vorm": "T1"},
        "tabellen": [{"tabel": "12345NED", "jaren": 2021}],
        "maten": {
            "jongeren": {
                "kolom": ["Jongeren", "Totaal"],
                "anders": ["Jongeren", "Geschat"],
                "eenheid": "aantal",
                "jaren": 2021,
            },
        },
    }
)
METADATA: dict[str, list[Row]] = {
    "Properties": [{"Identifier": "12345NED", "Title": "Proef", "Modified": "2026-01-01T02:00:00+01:00"}],
    "Dimensions": [
        {"Identifier": "Vorm", "Title": "Vorm", "Kind": "Dimension"},
        {"Identifier": "RegioS", "Title": "Regio's", "Kind": "GeoDimension"},
        {"Identifier": "Perioden", "Title": "Perioden", "Kind": "TimeDimension"},
    ],
    "MeasureGroups": [{"Id": "1", "Title": "Jongeren", "ParentId": None}],
    "MeasureCodes": [
        {"Identifier": "M1", "Title": "Totaal", "MeasureGroupId": "1", "DataType": "Long", "Unit": "aantal"},
        {"Identifier": "M2", "Title": "Geschat", "MeasureGroupId": "1", "DataType": "Double", "Unit": "aantal"},
        {"Identifier": "M3", "Title": "Naam", "MeasureGroupId": None, "DataType": "String", "Unit": "naam"},
    ],
    "VormCodes": [{"Identifier": "T1", "Title": "Totaal"}, {"Identifier": "A1", "Title": "Deel"}],
    "RegioSCodes": [{"Identifier": "GM0363", "Title": "Amsterdam"}, {"Identifier": "GM0518", "Title": "Den Haag"}],
    "PeriodenCodes": [{"Identifier": "2021JJ00", "Title": "2021", "Status": "NaderVoorlopig"}],
}
PLAN = plan_table(
    DATASET, TableReference.model_validate(DATASET.tabellen[0]), metadata_in_v3_terms("12345NED", METADATA, "v4")
)


def observation(number: int, measure: str, value: object = None, word: str = "None", **other: object) -> Row:
    codes = {"Vorm": "T1", "RegioS": "GM0363", "Perioden": "2021JJ00"}
    shared = {"Id": number, "Measure": measure, "ValueAttribute": word, "Value": value, "StringValue": None}
    return {**shared, **codes, **other}


def reader(*, is_filtered: bool = False) -> ObservationReader:
    return ObservationReader(PLAN, metadata_in_v3_terms("12345NED", METADATA, "v4"), is_filtered=is_filtered)


def cells(*rows: Row, is_filtered: bool = False, size: int = 100) -> pl.DataFrame:
    """All cells of a table of these observations, in the order of rows and columns of v3."""
    batches = [
        b"\n".join(json.dumps(row).encode() for row in rows[start : start + size])
        for start in range(0, len(rows), size)
    ]
    made = [part for _, part in reader(is_filtered=is_filtered).parts(batches)]
    texts = pl.concat(made).with_columns(pl.col(pl.Categorical).cast(pl.String))
    return texts.sort("rij_id", "onderwerp")


def cell(found: pl.DataFrame, measure: str, region: str = "GM0363", kind: str = "T1") -> Row:
    one = found.filter(
        (pl.col("onderwerp") == measure)
        & (pl.col("regio") == region)
        & (pl.col("dimensies") == json.dumps({"Vorm": kind}, separators=(",", ":")))
    )
    return one.row(0, named=True)


CONTENT = ("waarde", "tekst", "symbool", "reden_ontbreekt")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (observation(0, "M1", 17407585), (17407585.0, None, None, None)),
        (observation(0, "M2", 13.2), (13.2, None, None, None)),
        (observation(0, "M2", -0.1), (-0.1, None, None, None)),
        (observation(0, "M1", 0), (0.0, None, None, None)),
        (observation(0, "M3", StringValue="Amsterdam   "), (None, "Amsterdam", None, None)),
        (observation(0, "M3", StringValue="  ."), (None, None, ".", "onbekend_of_geheim")),
        (observation(0, "M1", None, "Impossible"), (None, None, "", "kan_niet_voorkomen")),
        (observation(0, "M3", None, "Impossible"), (None, None, "", "kan_niet_voorkomen")),
        (observation(0, "M1", None, "Confidential"), (None, None, ".", "onbekend_of_geheim")),
        (observation(0, "M1", None, "NotAvailable"), (None, None, ".", "onbekend_of_geheim")),
        (observation(0, "M1", None), (None, None, ".", "onbekend_of_geheim")),
    ],
)
def test_what_an_observation_says(row: Row, expected: tuple[object, ...]) -> None:
    found = cell(cells(row), row["Measure"])
    assert tuple(found[name] for name in CONTENT) == expected
    assert (found["jaar"], found["periode"], found["status"]) == (2021, "2021JJ00", "nader_voorlopig")
    assert (found["regio"], found["regio_soort"]) == ("GM0363", "gemeente")


def test_what_v4_leaves_out_is_a_dot_in_the_row_that_v3_has() -> None:
    found = cells(observation(7, "M1", 5))
    # Two forms, two regions, one period, three columns.
    assert found.height == 12
    assert found["rij_id"].unique().sort().to_list() == [0, 1, 2, 3]
    dots = found.filter(pl.col("symbool") == ".")
    assert dots.height == 11
    assert set(dots["reden_ontbreekt"]) == {"onbekend_of_geheim"}
    assert cell(found, "M1", "GM0518", "A1")["rij_id"] == 3
    assert cell(found, "M1", "GM0518")["maat"] == "jongeren"
    assert cell(found, "M1", "GM0518", "A1")["maat"] is None


def test_the_columns_of_a_measure_stand_in_one_row_in_the_order_of_the_yml() -> None:
    found = cells(observation(900, "M2", 6), observation(13, "M1", None, "Impossible"))
    pair = [cell(found, measure) for measure in ("M1", "M2")]
    assert [(one["rij_id"], one["maat"], one["voorkeur"]) for one in pair] == [(0, "jongeren", 1), (0, "jongeren", 2)]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_order_and_the_parts_in_which_observations_come_make_no_difference(size: int) -> None:
    rows = [
        observation(number, measure, 10 * number, RegioS=region, Vorm=kind)
        for number, (measure, region, kind) in enumerate(
            [("M1", "GM0518", "A1"), ("M2", "GM0363", "T1"), ("M1", "GM0363", "T1"), ("M2", "GM0518", "T1")]
        )
    ]
    assert cells(*rows, size=size).equals(cells(*reversed(rows)))


def test_of_a_table_with_very_many_combinations_only_what_measures_take_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(v4_cells, "_MOST_CELLS", 11)
    found = cells(observation(0, "M1", 5, RegioS="GM0518", Vorm="A1"))
    # The rows of T1 in both regions, and whole the one row of A1 of which something came.
    assert found["rij_id"].unique().sort().to_list() == [0, 1, 3]
    assert found.height == 9


def test_of_a_filtered_table_nothing_is_made_up_about_codes_without_any_observation() -> None:
    found = cells(observation(0, "M1", 5), is_filtered=True)
    assert set(found["regio"]) == {"GM0363"}
    assert found.height == 3


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (observation(4, "M1", 5, "Confidential"), r"expected no value where ValueAttribute is not None, found .*\"5\""),
        (observation(4, "M1", 5, "Voorlopig"), r"expected None, Impossible, Confidential, NotAvailable as ValueAttrib"),
        (observation(4, "M1", 5, ValueAttribute=None), r"expected None, Impossible, .* as ValueAttribute"),
        (
            observation(4, "M1", "veel"),
            r"column 'Jongeren > Totaal' \(M1\): expected a number as Value, .*\"veel\".* 4",
        ),
        (observation(4, "M1", True), r"expected a number as Value, found .*\"true\""),
        (observation(4, "M1", {"a": 1}), r"expected a number as Value"),
        (observation(4, "M1", "NaN"), r"expected a number as Value"),
        (observation(4, "M1", StringValue="5"), r"expected numbers as Value and texts as StringValue"),
        (observation(4, "M3", 5), r"expected numbers as Value and texts as StringValue"),
        (
            observation(4, "M9", 5),
            r"Measure of an observation should be one of MeasureCodes, found 'M9' in observation 4",
        ),
        (
            observation(4, "M1", 5, RegioS="GM9999"),
            r"RegioS of an observation should be one of RegioSCodes, found 'GM99",
        ),
        (observation(4, "M1", 5, Vorm=None), r"Vorm of an observation should be one of VormCodes, found None"),
    ],
)
def test_what_is_no_figure_is_refused_with_its_place(row: Row, message: str) -> None:
    with pytest.raises(SchemaDriftError, match=message) as refused:
        cells(observation(0, "M2", 1), row)
    assert str(refused.value).startswith("Table 12345NED")


def test_a_cell_that_comes_twice_is_refused() -> None:
    with pytest.raises(
        SchemaDriftError, match=r"expected one observation per cell, found M1 of Vorm T1, RegioS GM0363"
    ):
        cells(observation(0, "M1", 1), observation(1, "M1", 2), size=1)


@pytest.mark.parametrize("field", ["ValueAttribute", "StringValue", "Vorm"])
def test_an_observation_that_lacks_a_field_is_refused(field: str) -> None:
    row = observation(0, "M1", 1)
    del row[field]
    with pytest.raises(SchemaDriftError, match=f"an observation should have the fields Id, .*{field}"):
        cells(row)


def test_what_was_published_in_a_row_can_be_found_back() -> None:
    table = reader()._table
    batches = [json.dumps(observation(7, "M1", 5, RegioS="GM0518")).encode()]
    assert table.published(batches, [1, 3], ["M1", "M2"]) == {
        1: {"Vorm": "T1", "RegioS": "GM0518", "Perioden": "2021JJ00", "M1": "5", "M2": "."},
        3: {"Vorm": "A1", "RegioS": "GM0518", "Perioden": "2021JJ00", "M1": ".", "M2": "."},
    }


def test_the_shape_is_told_of_all_cells_also_of_those_that_were_left_out(tmp_path: Path) -> None:
    described = metadata_in_v3_terms("12345NED", METADATA, "v4")
    shape = ShapeBuilder(PLAN)
    made = reader()
    count = write_parts(PLAN, made.parts([json.dumps(observation(7, "M1", 5)).encode()]), tmp_path, shape)
    assert (count, made.row_count) == (12, 4)
    found = shape.build(described, None)
    assert found.region_kinds == ("gemeente",)
    assert found.municipalities == {"GM0363": "Amsterdam"}
    assert [(column.path, column.unit) for column in found.columns] == [
        (("Jongeren", "Totaal"), "aantal"),
        (("Jongeren", "Geschat"), "aantal"),
        (("Naam",), "naam"),
    ]


@pytest.mark.parametrize("numbers", [list(range(24)), list(range(24))[::-5], []])
def test_a_grid_numbers_its_combinations_the_last_dimension_fastest(numbers: list[int]) -> None:
    grid = Grid({"A": ["x", "y"], "B": ["1", "2", "3"], "C": ["p", "q", "r", "s"]})
    rows = grid.combinations(pl.Series(numbers, dtype=pl.Int64))
    assert grid.size == 24
    assert grid.numbers(rows).to_list() == numbers
    assert [tuple(row) for row in rows.rows()] == [("xy"[n // 12], "123"[n // 4 % 3], "pqrs"[n % 4]) for n in numbers]
    assert grid.part({"A": ["y"], "B": ["1", "3"], "C": ["q", "r"]}).to_list() == [13, 14, 21, 22]
