"""Why 2020 and 2021 are not compared for the Wmo: what both tables of CBS say of the same municipalities and years."""

import duckdb
import pytest

from tests.oracle import LAND, RECORDING
from tests.oracle.recording import Table

KWB = {2018: "84286NED", 2019: "84583NED", 2020: "84799NED"}
WMO = {2018: "84752NED", 2019: "84753NED", 2020: "84908NED"}
BOTH = {
    2018: {"GM0034": 10_820},
    2019: {"GM0034": 11_440, "GM0363": 70_295},
    # Of 2020 the recording has Kerncijfers as they were before they had figures about care.
    2020: {},
}
"""What stands in Kerncijfers, where the recording has it: Almere and Amsterdam."""
AA_EN_HUNZE = "GM1680"


def filled(cells: dict[str, str]) -> dict[str, float]:
    return {code: float(text) for code, text in cells.items() if text.strip() not in ("", ".")}


def wmo(year: int) -> dict[str, float]:
    table = Table(RECORDING, WMO[year])
    code = table.member("TypeMaatwerkarrangement", "Totaal")
    assert code is not None
    return filled(table.cells(table.column("Wmo-cliënten"), year, {"TypeMaatwerkarrangement": code}))


def kwb(year: int) -> dict[str, float]:
    table = Table(RECORDING, KWB[year])
    return filled(table.cells(table.column("Zorg", "Wmo-cliënten"), year, {}))


@pytest.mark.parametrize("year", BOTH)
def test_up_to_2019_both_tables_give_the_same_number(year: int) -> None:
    """Of 2020 they do not, by a later state of Kerncijfers than the recorded one."""
    own, other = wmo(year), kwb(year)
    municipal = {code: number for code, number in other.items() if code != LAND}
    assert municipal == BOTH[year]
    assert {code: own[code] for code in municipal} == municipal


def test_the_country_of_2019_is_the_estimate_of_the_wmo_table() -> None:
    table = Table(RECORDING, "83262NED")
    titles = {
        "Geslacht": "Totaal mannen en vrouwen",
        "KenmerkenVanPersonen": "Totaal personen",
        "TypeMaatwerkarrangement": "Totaal",
    }
    members = {dimension: table.member(dimension, title) or "" for dimension, title in titles.items()}
    estimate = filled(table.cells(table.column("Wmo-cliënten"), 2019, members))[LAND]
    assert kwb(2019)[LAND] == estimate == 1_166_485


def test_the_break_of_2021_is_a_difference_of_state_and_says_by_which_numbers(
    release: duckdb.DuckDBPyConnection,
) -> None:
    rows = release.execute("""
        select indicator_id, soort, blokkerend, tekst
        from dim_reeksbreuk
        where jaar = 2021
          and indicator_id in ('wmo_clienten', 'wmo_clienten_per_1000_inwoners', 'lasten_wmo_per_client')
        order by all
    """).fetchall()
    assert [row[:3] for row in rows] == [
        ("lasten_wmo_per_client", "stand", True),
        ("wmo_clienten", "stand", True),
        ("wmo_clienten_per_1000_inwoners", "stand", True),
    ]
    # The number of the Wmo table is the recorded one; that of Kerncijfers stands in a later state of them.
    assert wmo(2020)[AA_EN_HUNZE] == 1_770
    assert all("Aa en Hunze 1 770" in text and "1 865" in text for *_, text in rows)


def test_no_change_of_wmo_clients_is_drawn_from_2020_to_2021(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute("""
        select distinct mutatie, richting, reden_geen_richting, breuk_jaar
        from mart_trend
        where indicator_id = 'wmo_clienten' and regio_soort = 'gemeente' and jaar = 2021
    """).fetchall()
    assert rows == [(None, None, "reeksbreuk", 2021)]
