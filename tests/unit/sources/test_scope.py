"""What a person may ask a refresh to fetch, and what is said when that cannot be."""

import pytest

from pipelines.sources.datasets import load_datasets, next_year
from pipelines.sources.scope import Scope, ScopeError

KNOWN = load_datasets()


def test_without_a_choice_everything_is_fetched() -> None:
    scope = Scope.of(KNOWN)
    assert scope.is_everything
    assert (scope.datasets, scope.first, scope.last) == (frozenset(KNOWN), 2015, next_year())
    listed = [table.tabel for dataset in KNOWN.values() for table in dataset.tabellen]
    assert sorted(table for dataset in KNOWN.values() for table in scope.tables(dataset)) == sorted(listed)


def test_datasets_and_years_choose_tables() -> None:
    scope = Scope.of(KNOWN, ["iv3_gemeenten", "jeugdzorg_wijken"], "2020-2021")
    assert not scope.is_everything
    assert scope.tables(KNOWN["iv3_gemeenten"]) == ["45050NED", "45054NED"]
    assert scope.tables(KNOWN["jeugdzorg_wijken"]) == ["85075NED"]
    assert scope.tables(KNOWN["wmo_regio"]) == []


def test_a_table_that_holds_more_years_is_fetched_for_any_of_them() -> None:
    assert Scope.of(KNOWN, ["regionale_kerncijfers"], "2019").tables(KNOWN["regionale_kerncijfers"]) == ["70072ned"]


def test_open_years_end_with_the_newest() -> None:
    scope = Scope.of(KNOWN, [], "2025-")
    assert (scope.first, scope.last) == (2025, next_year())


@pytest.mark.parametrize(
    ("datasets", "years", "message"),
    [
        (
            ["iv3_gemeente"],
            None,
            r"no dataset 'iv3_gemeente'\. Did you mean iv3_gemeenten\? The datasets are bevolking_naar_leeftijd",
        ),
        (["zorg"], None, r"no dataset 'zorg'\..*The datasets are"),
        ([], "1990", r"is not a span of years|greater than or equal"),
        ([], "twintig", r"'twintig' is not a span of years: write 2021, 2017-2021 or 2021-"),
        ([], "2030", r"No table has a year in 2030: the datasets have 2015 to 20\d\d"),
        (["jeugdzorg_wijken"], "2017-2019", r"jeugdzorg_wijken has no table for 2017-2019: it has 2021 to 2025"),
    ],
)
def test_what_cannot_be_fetched_is_said_with_what_can(datasets: list[str], years: str | None, message: str) -> None:
    with pytest.raises(ScopeError, match=message):
        Scope.of(KNOWN, datasets, years)
