"""Figures below the municipality: as CBS publishes them, cell by cell, and never more than that."""

from collections.abc import Iterator, Mapping
from functools import cache

import duckdb
import pytest

from tests.support.statline_service import recorded_rows

YOUTH = {
    "jeugdzorg_jongeren": "TotaalJongerenMetJeugdzorgInNatura_1",
    "jeugdzorg_jongeren_0_4": "k_0Tot4Jaar_2",
    "jeugdzorg_jongeren_4_12": "k_4Tot12Jaar_3",
    "jeugdzorg_jongeren_12_18": "k_12Tot18Jaar_4",
    "jeugdzorg_jongeren_18_23": "k_18Tot23Jaar_5",
    "jeugdzorg_jongeren_eenouderhuishouden": "ThuiswonendKindInEenouderhuishouden_6",
    "jeugdzorg_jongeren_paar": "ThuiswonendKindBijEenPaar_7",
    "jeugdzorg_jongeren_ander_huishouden": "AnderHuishouden_8",
    "jeugdzorg_trajecten": "TotaalTrajectenInNatura_9",
}
KEY_FIGURES = {
    "inwoners": "AantalInwoners_5",
    "inwoners_tot_15": "k_0Tot15Jaar_8",
    "inwoners_15_25": "k_15Tot25Jaar_9",
    "inwoners_65_plus": "k_65JaarOfOuder_12",
    "huishoudens": "HuishoudensTotaal_28",
    "bijstand_personen": "PersonenPerSoortUitkeringBijstand_83",
}
# Typed over from the rows of both tables: name in 2020; in 2021 young people with care, those of 12 to 18, trajecten
# and those by the family doctor; in 2020 inhabitants and people with bijstand.
BY_HAND = {
    "WK168000": ("Wijk 00 Annen", 85, 45, 120, 55, 3610, 30),
    "WK036301": ("Burgwallen-Nieuwe Zijde", 30, 10, 45, 10, 4130, 70),
    "WK059905": ("Noord", 545, 220, 810, 255, 52495, 2920),
    "WK009600": ("Wijk 00", 10, None, 10, 10, 1155, 10),
    "WK193100": ("Wijk 00 Lekkerkerk", 155, 55, 225, 70, 7700, 100),
    "WK034401": ("Wijk 01 West", 750, 270, 1005, 170, 29270, 720),
    "WK088200": ("Wijk 00 Schaesberg", 360, 140, 615, 145, 15945, 510),
    "WK168017": ("Wijk 17 Gieten", 110, 50, 150, 70, 5050, 80),
    "WK039401": ("Hoofddorp", 2060, 855, 2815, 1370, 76660, 1300),
    "WK168020": ("Wijk 20 Grolloo", 20, 10, 25, 10, 1135, 20),
}


@cache
def published(table: str, dimension: str) -> Mapping[str, Mapping[str, str]]:
    """The rows of wijken and buurten of a recorded table as published, by their code."""
    return {row[dimension].strip(): row for row in recorded_rows(table) if row[dimension].startswith(("WK", "BU"))}


def cells() -> Iterator[tuple[str, str, str, int]]:
    """Of every measure that is one column: indicator, table, column and year."""
    yield from ((indicator, "85075NED", column, 2021) for indicator, column in YOUTH.items())
    yield from ((indicator, "84799NED", column, 2020) for indicator, column in KEY_FIGURES.items())


@pytest.mark.parametrize(("indicator", "table", "column", "year"), list(cells()))
def test_every_figure_is_the_cell_of_cbs_and_a_dot_stays_a_dot(
    release: duckdb.DuckDBPyConnection, indicator: str, table: str, column: str, year: int
) -> None:
    rows = published(table, "Wijken" if table == "85075NED" else "WijkenEnBuurten")
    expected = {
        code: (None, "onbekend_of_geheim") if (text := row[column].strip()) == "." else (float(text), None)
        for code, row in rows.items()
    }
    found = release.execute(
        "select regio_code, waarde, reden_ontbreekt from fct_indicator_wijk where indicator_id = ? and jaar = ?",
        [indicator, year],
    ).fetchall()
    assert {code: (value, reason) for code, value, reason in found} == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize("code", BY_HAND)
def test_ten_wijken_by_hand(release: duckdb.DuckDBPyConnection, code: str) -> None:
    figures = {
        indicator: (value, numerator)
        for indicator, value, numerator in release.execute(
            "select indicator_id, waarde, teller from fct_indicator_wijk where regio_code = ?", [code]
        ).fetchall()
    }
    name = release.execute("select naam from dim_wijk where regio_code = ? and jaar = 2020", [code]).fetchone()
    expected, young, older, trajecten, family_doctor, inhabitants, benefits = BY_HAND[code]
    assert name == (expected,)
    assert figures["jeugdzorg_jongeren"][0] == young
    assert figures["jeugdzorg_jongeren_12_18"][0] == older
    assert figures["jeugdzorg_trajecten"][0] == trajecten
    assert figures["jeugdzorg_verwijzer_huisarts_pct"][1] == family_doctor
    assert figures["inwoners"][0] == inhabitants
    assert figures["bijstand_personen"][0] == benefits
    assert figures["bijstand_per_1000_inwoners"][0] == pytest.approx(1000 * benefits / inhabitants)


def test_a_ratio_of_a_small_group_is_not_made(release: duckdb.DuckDBPyConnection) -> None:
    """One step of rounding would be ten percentage points and more; the count itself is there."""
    smallest, filled = release.execute(
        "select min(noemer), count(*) from fct_indicator_wijk where noemer is not null and waarde is not null"
    ).fetchall()[0]
    small = release.execute(
        "select count(*) from fct_indicator_wijk where noemer > 0 and noemer < 50 and teller is not null"
        " and (waarde is not null or reden_ontbreekt <> 'noemer_te_klein')"
    ).fetchall()
    assert smallest == 50
    assert filled > 10_000
    assert small == [(0,)]


def test_the_share_of_a_municipality_in_its_wijken_is_not_there_where_it_would_tell_a_secret(
    release: duckdb.DuckDBPyConnection,
) -> None:
    """Worked out from the rows as published: all wijken, or three and more of which nothing is known."""
    parts: dict[str, list[str]] = {}
    for code, row in published("85075NED", "Wijken").items():
        parts.setdefault(f"GM{code[2:6]}", []).append(row["TotaalJongerenMetJeugdzorgInNatura_1"].strip())
    wholes = {
        row["Wijken"].strip(): float(row["TotaalJongerenMetJeugdzorgInNatura_1"])
        for row in recorded_rows("85075NED")
        if row["Wijken"].startswith("GM")
    }
    expected = {}
    for code, texts in parts.items():
        known = [float(text) for text in texts if text != "."]
        is_safe = bool(known) and len(texts) - len(known) not in (1, 2)
        expected[code] = (len(texts), len(known), 100 * sum(known) / wholes[code] if is_safe else None)
    found = {
        code: (areas, filled, share)
        for code, areas, filled, share in release.execute(
            "select gm_code, gebieden, gebieden_met_cijfer, aandeel_pct from mart_wijk_dekking"
            " where indicator_id = 'jeugdzorg_jongeren' and regio_soort = 'wijk' and jaar = 2021"
        ).fetchall()
    }
    assert {code: each[:2] for code, each in found.items()} == {code: each[:2] for code, each in expected.items()}
    assert {code for code, each in found.items() if each[2] is None} == {
        code for code, each in expected.items() if each[2] is None
    }
    for code, (_, _, share) in found.items():
        assert share is None or abs(share - expected[code][2]) <= 0.5, code
    assert sum(share is None for _, _, share in found.values()) == 95


def test_names_and_borders_are_those_of_the_year(release: duckdb.DuckDBPyConnection) -> None:
    counts = release.execute("select jaar, regio_soort, count(*) from dim_wijk group by all order by all").fetchall()
    assert counts == [(2020, "buurt", 13808), (2020, "wijk", 3177), (2021, "wijk", 3248)]
    changed = release.execute(
        "select indelingswijziging, count(*) from dim_wijk where jaar = 2021 group by all order by all"
    ).fetchall()
    assert changed == [(1, 2941), (2, 32), (3, 265), (None, 10)]
    # Weesp lay in itself in 2021, and in Amsterdam since 2022.
    assert release.execute(
        "select distinct gm_code from dim_wijk where jaar = 2021 and starts_with(regio_code, 'WK0457')"
    ).fetchall() == [("GM0457",)]
