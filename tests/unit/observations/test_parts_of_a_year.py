"""Half-years, quarters and months of a made table: read beside the years, never as one of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.observations.cells import read_parts, to_observations, write_parts
from pipelines.observations.columns import SchemaDriftError
from pipelines.observations.plan import TablePlan, plan_table
from pipelines.observations.shape_builder import ShapeBuilder
from pipelines.sources.datasets import Dataset

TABLE = "82015NED"
REGION, PERIOD, COUNT, KIND = "RegioS", "Perioden", "Aantal_1", "Soort"


def dataset(**changes: Any) -> Dataset:
    """A dataset of one table; ``changes`` of the measure stand under ``maat``."""
    measure = {"kolom": ["Aantal"], "eenheid": "aantal", "jaren": "2024-"} | changes.pop("maat", {})
    values = {
        **dict.fromkeys(("titel", "omschrijving", "eigenaar", "licentie", "bronvermelding"), "gemaakt"),
        "dataset": "gemaakt",
        "link": "https://www.cbs.nl",
        "catalogus": "CBS",
        "regio": REGION,
        "periode": PERIOD,
        "binnen_het_jaar": True,
        "tabellen": [{"tabel": TABLE, "jaren": "2024-"}],
        "maten": {"aantal": measure},
    }
    return Dataset.model_validate(values | changes)


def metadata(periods: list[str], kinds: tuple[str, ...] = ()) -> dict[str, list[dict[str, Any]]]:
    def described(key: str, kind: str, **rest: Any) -> dict[str, Any]:
        return {"Key": key, "Type": kind, "Title": key, "Description": "", "ParentID": None, **rest}

    dimensions = [described(REGION, "GeoDimension"), described(PERIOD, "TimeDimension")]
    if kinds:
        dimensions.append(described(KIND, "Dimension"))
    topic = described(COUNT, "Topic", Unit="aantal", Datatype="Long", Decimals=0) | {"Title": "Aantal"}
    properties = [row | {"odata.type": "x", "ID": place} for place, row in enumerate([*dimensions, topic])]
    status = {True: "Voorlopig", False: "Definitief"}
    return {
        "DataProperties": properties,
        REGION: [{"Key": "NL01", "Title": "Nederland"}, {"Key": "GM0001", "Title": "Een"}],
        PERIOD: [{"Key": key, "Title": key, "Status": status[key >= "2025"]} for key in periods],
        KIND: [{"Key": key, "Title": key} for key in kinds],
    }


def rows(*cells: tuple[str, str, str], kind: str | None = None) -> bytes:
    made = [
        {"ID": place, REGION: region, PERIOD: period, COUNT: text} | ({KIND: kind} if kind else {})
        for place, (region, period, text) in enumerate(cells)
    ]
    return "\n".join(map(json.dumps, made)).encode()


def plan_of(of: Dataset, periods: list[str], kinds: tuple[str, ...] = ()) -> TablePlan:
    return plan_table(of, of.tabellen[0], metadata(periods, kinds), held=())


def test_a_table_that_holds_half_a_year_only_gives_no_year() -> None:
    """As the tables of a year about the use of several laws, before the year is out."""
    plan = plan_of(dataset(), ["2025HJ01"])
    found = to_observations(plan, rows(("GM0001", "2025HJ01", "40"), ("NL01", "2025HJ01", "900")))
    assert found["maat"].to_list() == [None, None]
    assert found.select("maat_binnen_jaar", "regio", "periode", "jaar", "waarde", "status").rows() == [
        ("aantal", "GM0001", "2025HJ01", 2025, 40, "voorlopig"),
        ("aantal", "NL01", "2025HJ01", 2025, 900, "voorlopig"),
    ]
    assert plan.lacking == ()


def test_december_is_a_year_and_a_month_and_other_months_are_months_alone() -> None:
    of = dataset(maat={"periode": "MM12"})
    plan = plan_of(of, ["2024MM11", "2024MM12"])
    found = to_observations(plan, rows(("GM0001", "2024MM11", "40"), ("GM0001", "2024MM12", "41")))
    assert found.select("maat", "maat_binnen_jaar", "voorkeur", "waarde").rows() == [
        (None, "aantal", 1, 40),
        ("aantal", "aantal", 1, 41),
    ]


@pytest.mark.parametrize("period", ["2024JJ00", "2024X000", "2024G101", "2024MM13", "2024HJ03", "2024W101", "2023HJ01"])
def test_what_is_no_part_of_a_year_that_the_table_is_taken_for_is_not_read_as_one(period: str) -> None:
    found = to_observations(plan_of(dataset(), ["2024HJ01", period]), rows(("GM0001", period, "40")))
    assert found["maat_binnen_jaar"].to_list() == [None]


def test_parts_of_a_year_are_read_only_where_the_yml_asks_for_them() -> None:
    plan = plan_of(dataset(binnen_het_jaar=False), ["2024HJ01", "2024JJ00"])
    found = to_observations(plan, rows(("GM0001", "2024HJ01", "40"), ("GM0001", "2024JJ00", "41")))
    assert found.select("maat", "maat_binnen_jaar", "voorkeur").rows() == [(None, None, None), ("aantal", None, 1)]


def test_one_period_standing_twice_is_refused_and_two_periods_of_a_year_are_not(tmp_path: Path) -> None:
    plan = plan_of(dataset(), ["2024HJ01", "2024HJ02"])
    twice = [("GM0001", "2024HJ01", "40"), ("GM0001", "2024HJ02", "41")]
    write_parts(plan, read_parts(plan, [rows(*twice)]), tmp_path / "two", ShapeBuilder(plan))
    with pytest.raises(
        SchemaDriftError, match=r"measure aantal: expected one row for GM0001 in 2024HJ02, found 2 \(rows 1, 2\)"
    ):
        write_parts(plan, read_parts(plan, [rows(*twice, twice[1])]), tmp_path / "three", ShapeBuilder(plan))


def test_only_the_codes_of_the_measure_are_read_of_a_part_too() -> None:
    of = dataset(dimensies={KIND: "T"})
    plan = plan_of(of, ["2024HJ01"], ("T", "M"))
    for kind, measure in (("T", "aantal"), ("M", None)):
        found = to_observations(plan, rows(("GM0001", "2024HJ01", "40"), kind=kind))
        assert found["maat_binnen_jaar"].to_list() == [measure]


def test_a_measure_that_stays_split_is_read_of_years_alone() -> None:
    of = dataset(maat={"uitsplitsing": KIND})
    plan = plan_of(of, ["2024HJ01", "2024JJ00"], ("T", "M"))
    found = to_observations(plan, rows(("GM0001", "2024HJ01", "40"), ("GM0001", "2024JJ00", "41"), kind="T"))
    assert found.select("maat", "maat_binnen_jaar", "uitsplitsing").rows() == [
        (None, None, None),
        ("aantal", None, "T"),
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"periode": None, "tabellen": [{"tabel": TABLE, "jaren": "2024"}]}, "without `periode` a table has none"),
        (
            {
                "maten": {
                    name: {"kolom": ["Aantal"], "eenheid": "aantal", "jaren": "2024-", "periode": period}
                    for name, period in (("een", "JJ00"), ("twee", "MM12"))
                }
            },
            "all measures are of one kind of period, found JJ00, MM12",
        ),
    ],
)
def test_a_yml_that_leaves_open_whose_part_of_a_year_it_is_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dataset(**changes)
