"""Four redivisions followed from the cells CBS published to today's division, with sums worked out by hand.

The cells are read from the recording as text; what they add up to is typed here, not computed.
"""

import duckdb
import pytest

from tests.oracle import RECORDING
from tests.oracle.recording import Table

KWB_2019, KWB_2018, KWB_2017, IV3_2020, IV3_2022 = "84583NED", "84286NED", "83765NED", "45050NED", "45059NED"
BIJSTAND = ("Sociale zekerheid", "Personen per soort uitkering; Bijstand")

APPINGEDAM, DELFZIJL, LOPPERSUM, EEMSDELTA = "GM0003", "GM0010", "GM0024", "GM1979"
TEN_BOER, HAREN, GRONINGEN = "GM0009", "GM0017", "GM0014"
HAAREN, TILBURG, OISTERWIJK = "GM0788", "GM0855", "GM0824"
WEESP, AMSTERDAM = "GM0457", "GM0363"
HAAREN_TO_TILBURG = 1_442 / (2_149 + 5_827 + 1_442 + 4_900)
"""Inhabitants of Haaren that went to Tilburg, of those that went to Boxtel, Oisterwijk, Tilburg and Vught."""


def cells(table_id: str, year: int, titles: tuple[str, ...], *codes: str, **members: str) -> list[str]:
    table = Table(RECORDING, table_id)
    found = table.cells(table.column(*titles), year, members)
    return [found[code].strip() for code in codes]


def amounts(table_id: str, year: int, report: str, taakvelden: tuple[str, ...], code: str) -> list[str]:
    """The taakvelden of one municipality in the second delivery of Iv3, in the order asked for."""
    table = Table(RECORDING, table_id)
    column = table.column("2e plaatsing")
    rows = {
        row["TaakveldBalanspost"].strip(): row[column].strip()
        for row in table.rows
        if row["Gemeenten"].strip() == code and row["Verslagsoort"].strip() == f"{year}{report}"
    }
    return [rows[taakveld] for taakveld in taakvelden]


def wmo_clients(table_id: str, year: int, *codes: str) -> list[str]:
    table = Table(RECORDING, table_id)
    members = {"TypeMaatwerkarrangement": str(table.member("TypeMaatwerkarrangement", "Totaal"))}
    return cells(table_id, year, ("Wmo-cliënten",), *codes, **members)


@pytest.fixture(scope="module")
def now(release: duckdb.DuckDBPyConnection):
    """Value, reason and estimate of a figure in today's division."""

    def figure(indicator: str, region: str, year: int) -> tuple[float | None, str | None, float | None]:
        sql = """
            select waarde, reden_ontbreekt, schatting from fct_indicator
            where indicator_id = ? and regio_code = ? and jaar = ? and indeling = 'actueel'
        """
        rows = release.execute(sql, [indicator, region, year]).fetchall()
        assert len(rows) == 1, f"expected one row for {indicator} {region} {year}, found {len(rows)}"
        return rows[0]

    return figure


def test_a_new_code_is_the_sum_of_the_municipalities_before_it(now) -> None:
    """Eemsdelta exists since 1 January 2021; its figures of 2019 are those of three municipalities."""
    assert cells(KWB_2019, 2019, BIJSTAND, APPINGEDAM, DELFZIJL, LOPPERSUM) == ["480", "970", "220"]
    assert now("bijstand_personen", EEMSDELTA, 2019) == (1_670, None, None)
    assert now("inwoners", EEMSDELTA, 2019) == (46_051, None, None)
    rate, reason, _ = now("bijstand_per_1000_inwoners", EEMSDELTA, 2019)
    assert rate == pytest.approx(36.2641419, abs=1e-7), "1 670 / 46 051 x 1 000, not a mean of three rates"
    assert reason is None


def test_a_sum_of_amounts_adds_the_taakvelden_of_every_part(now) -> None:
    jeugd = ("6.72", "6.82")
    assert amounts(IV3_2020, 2020, "X005", jeugd, APPINGEDAM) == ["4841", "538"]
    assert amounts(IV3_2020, 2020, "X005", jeugd, DELFZIJL) == ["9576", "1291"]
    assert amounts(IV3_2020, 2020, "X005", jeugd, LOPPERSUM) == ["3915", "129"]
    assert now("lasten_jeugd", EEMSDELTA, 2020) == (20_290, None, None)


def test_one_secret_part_leaves_the_sum_empty_with_its_reason(now) -> None:
    """Two of the three parts of Eemsdelta are secret in 2018 and 2019, another one in 2020."""
    assert wmo_clients("84753NED", 2019, APPINGEDAM, DELFZIJL, LOPPERSUM) == [".", ".", "225"]
    assert wmo_clients("84908NED", 2020, APPINGEDAM, DELFZIJL, LOPPERSUM) == ["935", "1580", "."]
    assert [now("wmo_clienten", EEMSDELTA, year)[:2] for year in (2018, 2019, 2020)] == [(None, "deel_ontbreekt")] * 3
    assert now("wmo_clienten_per_1000_inwoners", EEMSDELTA, 2019)[:2] == (None, "deel_ontbreekt")
    assert now("wmo_clienten", EEMSDELTA, 2021)[:2] == (4_250, None)


def test_a_merger_into_an_existing_code_is_not_hidden_by_that_code(now, release: duckdb.DuckDBPyConnection) -> None:
    """Groningen kept its code in 2019 when Haren and Ten Boer joined: before that the code means something else."""
    assert cells(KWB_2017, 2017, BIJSTAND, TEN_BOER, HAREN, GRONINGEN) == ["100", "310", "11170"]
    assert now("bijstand_personen", GRONINGEN, 2017) == (11_580, None, None)
    assert now("wmo_clienten", GRONINGEN, 2017) == (16_355, None, None)
    assert now("lasten_jeugd", GRONINGEN, 2018) == (63_071, None, None)
    assert now("wmo_clienten", GRONINGEN, 2018) == (None, "deel_ontbreekt", None), "Haren is secret in 2018"
    original = release.execute("""
        select waarde from fct_indicator
        where indicator_id = 'bijstand_personen' and regio_code = 'GM0014' and jaar = 2017 and indeling = 'origineel'
    """).fetchall()
    assert original == [(11_170,)]


def test_a_published_percentage_of_merged_municipalities_is_not_made(now) -> None:
    titles = ("Zorg", "Percentage jongeren met jeugdzorg")
    assert cells(KWB_2018, 2018, titles, TEN_BOER, HAREN, GRONINGEN) == ["10.4", "7.2", "7.2"]
    assert now("jeugdzorg_pct", GRONINGEN, 2018) == (None, "niet_optelbaar", None)


def test_a_receiver_of_a_split_has_an_estimate_by_inhabitants_and_no_value(now) -> None:
    """Haaren went to four municipalities on 1 January 2021; 1 442 of its 14 318 inhabitants went to Tilburg."""
    assert cells("84799NED", 2020, BIJSTAND, HAAREN, TILBURG) == ["100", "7080"]
    value, reason, estimate = now("bijstand_personen", TILBURG, 2020)
    assert (value, reason) == (None, "gesplitst")
    assert estimate == pytest.approx(7_080 + 100 * HAAREN_TO_TILBURG)
    assert estimate == pytest.approx(7_090.0712390, abs=1e-6)
    assert now("lasten_wmo", TILBURG, 2020)[2] == pytest.approx(151_580.0555944, abs=1e-6)
    assert now("bijstand_per_1000_inwoners", TILBURG, 2020) == (None, "gesplitst", None)
    assert now("bijstand_personen", TILBURG, 2021) == (6_900, None, None)


def test_an_estimate_needs_every_part(now) -> None:
    """Wmo clients of Oisterwijk itself are secret in 2020: there is nothing to estimate from."""
    assert now("wmo_clienten", OISTERWIJK, 2020) == (None, "gesplitst", None)


def test_a_split_inside_a_province_does_not_touch_the_province(now, release: duckdb.DuckDBPyConnection) -> None:
    """All four heirs of Haaren lie in Noord-Brabant (PV30); its COROP areas CR34 and CR35 share them."""
    provinces = Table(RECORDING, "84721NED")
    lies_in = provinces.cells(provinces.column("Lokaliseringen van gemeenten", "Provincies", "Code"), 2020, {})
    members = [code for code, province in lies_in.items() if province.strip() == "PV30"]
    assert (len(members), sum(map(int, cells("84799NED", 2020, BIJSTAND, *members)))) == (62, 47_940)
    assert now("bijstand_personen", "PV30", 2020) == (47_940, None, None)
    touched = release.execute("""
        select regio_code from fct_indicator
        where indicator_id = 'bijstand_personen' and regio_soort = 'corop' and jaar = 2020 and indeling = 'actueel'
            and reden_ontbreekt = 'gesplitst'
        order by 1
    """).fetchall()
    assert touched == [("CR34",), ("CR35",)]


def test_a_merger_during_the_year_applies_from_the_next_year(now) -> None:
    """Weesp joined Amsterdam on 24 March 2022: in the figures of 2022 it is still itself."""
    assert cells(
        "70072ned", 2022, ("Bevolking", "Bevolkingssamenstelling op 1 januari", "Totale bevolking"), WEESP, AMSTERDAM
    ) == [
        "20766",
        "882633",
    ]
    assert now("inwoners", AMSTERDAM, 2022) == (903_399, None, None)
    assert now("jeugdzorg_jongeren", AMSTERDAM, 2022) == (21_920, None, None)
    assert now("begroot_jeugd", AMSTERDAM, 2022) == (223_623, None, None)
    assert now("inwoners", AMSTERDAM, 2023) == (918_117, None, None)


def test_accounts_that_were_not_delivered_leave_the_sum_empty(now) -> None:
    """No source says whether the accounts of Amsterdam over 2022 hold those of Weesp: then there is no sum."""
    assert amounts(IV3_2022, 2022, "X005", ("6.72", "6.82"), WEESP) == [".", "."]
    assert now("lasten_jeugd", AMSTERDAM, 2022) == (None, "deel_ontbreekt", None)
    assert now("lasten_jeugd_per_inwoner", AMSTERDAM, 2022)[:2] == (None, "deel_ontbreekt")
    assert now("lasten_jeugd", AMSTERDAM, 2023) == (328_078, None, None)


def test_no_municipality_that_is_gone_has_a_figure_in_todays_division(release: duckdb.DuckDBPyConnection) -> None:
    gone = release.execute("""
        select count(*) from fct_indicator
        where indeling = 'actueel'
            and regio_code in ('GM0003', 'GM0010', 'GM0024', 'GM0009', 'GM0017', 'GM0788', 'GM0457')
    """).fetchone()
    assert gone == (0,)
