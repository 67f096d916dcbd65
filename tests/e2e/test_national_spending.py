"""National spending is the sum of all municipalities, or nothing with the number of those that delivered nothing."""

import duckdb
import pytest

from tests.oracle import LAND, RECORDING, compute

GROUPS = ("jeugd", "wmo", "participatie", "sociaal_domein")
COMPLETE = {2017: 24_162_827, 2019: 25_783_970, 2021: 27_847_109}
"""All lasten of the social domain (x 1 000 euro) in the years in which every municipality delivered."""
MISSING = {2017: 0, 2018: 3, 2019: 0, 2020: 2, 2021: 0, 2022: 4, 2023: 1, 2024: 1}


@pytest.mark.parametrize("group", GROUPS)
def test_the_country_is_the_sum_of_its_municipalities_to_the_thousand_or_empty(
    release: duckdb.DuckDBPyConnection, group: str
) -> None:
    indicator = f"lasten_{group}"
    cells = {key: figure.waarde for key, figure in compute(RECORDING).items() if key[0] == indicator and key[1] != LAND}
    rows = release.execute(
        """
        select
            cijfer.jaar, cijfer.waarde, cijfer.reden_ontbreekt, dekking.leden_zonder_cijfer, dekking.som_bekende_leden
        from fct_indicator as cijfer
        inner join mart_dekking as dekking using (indicator_id, regio_code, jaar)
        where indicator_id = ? and regio_code = 'NL' and cijfer.indeling = 'origineel'
        order by cijfer.jaar
        """,
        [indicator],
    ).fetchall()
    assert {year: missing for year, _, _, missing, _ in rows} == MISSING
    for year, value, reason, missing, known in rows:
        amounts = [amount for (_, _, jaar), amount in cells.items() if jaar == year]
        assert known == sum(amount for amount in amounts if amount is not None)
        assert (value, reason) == ((known, None) if missing == 0 else (None, "deel_ontbreekt"))


def test_the_whole_domain_in_the_complete_years(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute("""
        select jaar, waarde from fct_indicator
        where indicator_id = 'lasten_sociaal_domein' and regio_code = 'NL' and indeling = 'origineel'
            and waarde is not null
    """).fetchall()
    assert dict(rows) == COMPLETE
