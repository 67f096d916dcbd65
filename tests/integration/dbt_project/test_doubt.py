"""Which figures are doubted, worked out from the recorded cells themselves."""

import duckdb

from tests.oracle import RECORDING
from tests.oracle.recording import Table

KWB_2021, YOUTH_2021 = "85039NED", "85075NED"


def recorded(table: str, *titles: str, **members: str) -> dict[str, float]:
    """The numbers of a column in 2021 by municipality."""
    source = Table(RECORDING, table)
    chosen = {name: str(source.member(name, title)) for name, title in members.items()}
    cells = source.cells(source.column(*titles), 2021, chosen)
    return {region: float(text) for region, text in cells.items() if text.strip() != "." and region != "NL"}


def test_count_and_percentage_of_2021_are_of_different_states_in_eleven_municipalities(
    release: duckdb.DuckDBPyConnection,
) -> None:
    """All but one in Holland Rijnland: more young people up to 23 by CBS's own two figures than live there up to 25."""
    share = recorded(KWB_2021, "Zorg", "Percentage jongeren met jeugdzorg")
    count = recorded(
        YOUTH_2021,
        "Jongeren met jeugdzorg in natura",
        "Totaal jongeren met jeugdzorg in natura",
        VormenVanJeugdzorg="Totaal jeugdzorg",
    )
    young = recorded(KWB_2021, "Bevolking", "Leeftijdsgroepen", "0 tot 15 jaar")
    older = recorded(KWB_2021, "Bevolking", "Leeftijdsgroepen", "15 tot 25 jaar")
    # The count is rounded to 5 and the percentage to a tenth; the population is not rounded.
    impossible = {
        region
        for region, percentage in share.items()
        if young[region] + older[region] < 1.03 * 100 * (count[region] - 2.5) / (percentage + 0.05)
    }
    doubted = release.sql(
        """
        select indicator_id, regio_code
        from dim_twijfel
        where soort = 'verschillende_stand' and indeling = 'origineel'
        """
    ).fetchall()
    assert set(doubted) == {(name, region) for name in ("jeugdzorg_jongeren", "jeugdzorg_pct") for region in impossible}
    names = dict(release.sql("select gm_code, naam from dim_gemeente where geldig_tot is null").fetchall())
    assert sorted(names[region] for region in impossible) == [
        "Barneveld", "Hillegom", "Katwijk", "Leiden", "Leiderdorp", "Lisse", "Nieuwkoop", "Noordwijk", "Oegstgeest",
        "Teylingen", "Zoeterwoude",
    ]  # fmt: skip


def test_what_rests_on_a_doubted_count_is_doubted_too(release: duckdb.DuckDBPyConnection) -> None:
    rates = release.sql(
        """
        select indicator_id, twijfel from mart_indicator_origineel
        where regio_code = 'GM0546' and jaar = 2021
            and indicator_id in ('jeugdzorg_per_1000_inwoners', 'jeugdzorg_per_1000_jongeren_tot_25')
        """
    ).fetchall()
    assert sorted(rates) == [("jeugdzorg_per_1000_inwoners", True), ("jeugdzorg_per_1000_jongeren_tot_25", True)]
