"""Numbers, moments and lists are written as Dutch writes them, in the form that each place asks for."""

from datetime import datetime

import pytest

from pipelines.common.dutch import (
    POINT,
    SPACE,
    change,
    counted,
    day,
    domain,
    dotted,
    exact,
    listed,
    minute,
    number,
    plain,
    significant,
    stamp,
    years,
)

MOMENT = datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - as the tables have it


def test_a_number_has_so_many_decimals_and_breaks_nowhere() -> None:
    assert number(1234567.891, 1) == "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567,9"
    assert number(-1234.5, 2, thousands=SPACE) == "-1 234,50"
    assert number(1234.5, 1, thousands=POINT) == "1.234,5"
    assert (number(0), number(None)) == ("0", "")
    # A councillor knows no zero below zero.
    assert (number(-0.04, 1), number(-0.06, 1), number(-0.4)) == ("0,0", "-0,1", "0")


@pytest.mark.parametrize(
    ("value", "shown", "in_full"),
    [
        (1250.5, "1 250,5", "1 250,5"),
        (100.0, "100", "100"),
        (123_456_789_012, "123 456 789 012", "123 456 789 012"),
        (10 / 3, "3,333333333", "3,3333333333333335"),
        (0.00001, "1e-05", "0,00001"),
        (-0.004, "-0,004", "-0,004"),
        (None, "", ""),
    ],
)
def test_a_number_has_the_decimals_it_has(value: float | None, shown: str, in_full: str) -> None:
    assert plain(value, thousands=SPACE) == shown
    assert exact(value, thousands=SPACE) == in_full


def test_a_change_has_its_sign() -> None:
    assert [change(share, thousands=SPACE) for share in (0.1, -0.0312, 0, 12.345)] == [
        *("+10,0 %", "-3,1 %", "+0,0 %", "+1 234,5 %")
    ]


def test_a_count_and_a_figure_of_a_check() -> None:
    assert (dotted(71_429), dotted(12)) == ("71.429", "12")
    assert (significant(71_429.25), significant(100 / 3, 3), significant(1e12)) == ("71429,25", "33,3", "1e+12")


def test_moments() -> None:
    assert (day(MOMENT), minute(MOMENT)) == ("2 januari 2026", "2 januari 2026, 03:04 UTC")
    assert (stamp(MOMENT), stamp(MOMENT, "day")) == ("2-1-2026 03:04", "2-1-2026")
    assert (day(None), minute(None), stamp(None)) == ("", "", "")


def test_lists_counts_and_domains() -> None:
    assert [listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a en b", "a, b en c"]
    assert (counted(1, "tabel", "tabellen"), counted(2, "tabel", "tabellen")) == ("1 tabel", "2 tabellen")
    assert (domain("wmo"), domain("anders"), domain(None)) == ("Wmo", "anders", "Overige")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([], ""),
        ([2020], "2020"),
        ([2020, 2021], "2020 en 2021"),
        ([2019, 2017, 2018, 2021], "2017 tot en met 2019 en 2021"),
        ([2017, 2018, 2019, 2021, 2023], "2017 tot en met 2019, 2021 en 2023"),
    ],
)
def test_years_are_told_as_spans(found: list[int], said: str) -> None:
    assert years(found) == said
