"""Types of Wmo help that a municipality registers otherwise than others, or than a year before, are doubted by rule."""

from collections import Counter

import duckdb
import pytest

from tests.oracle.published import WMO_SOORTEN
from tests.oracle.recording import RECORDING, municipalities_per_year
from tests.oracle.registration import marks

HELP = "wmo_hulp_bij_het_huishouden"
TYPES = [f"wmo_{name}" for name in WMO_SOORTEN]


def told(release: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, int], str]:
    rows = release.execute(
        "select indicator_id, regio_code, jaar, soort from dim_twijfel "
        "where indeling = 'origineel' and starts_with(regio_code, 'GM') and list_contains(?, indicator_id)",
        [TYPES],
    ).fetchall()
    return {(indicator, code, year): kind for indicator, code, year, kind in rows}


def test_the_marks_are_those_of_a_second_computation(release: duckdb.DuckDBPyConnection) -> None:
    again = marks(RECORDING, municipalities_per_year())
    assert told(release) == again


def test_how_many_are_marked(release: duckdb.DuckDBPyConnection) -> None:
    """Of some 300 municipalities a year; of verblijf en opvang of 37 to 48."""
    assert Counter((indicator, year) for indicator, _, year in told(release)) == {
        (f"wmo_{name}", 2017 + i): count
        for name, counts in {
            "hulp_bij_het_huishouden": (7, 13, 21, 14),
            "ondersteuning_thuis": (13, 22, 27, 20),
            "hulpmiddelen_en_diensten": (16, 24, 25, 15),
            "verblijf_en_opvang": (4, 12, 5, 4),
        }.items()
        for i, count in enumerate(counts)
    }


@pytest.mark.parametrize(
    ("code", "year", "clients", "kind"),
    [
        pytest.param("GM0518", 2019, 20, "registratie_laag", id="Den Haag: of 38,085 clients"),
        pytest.param("GM0479", 2018, 150, "registratie_laag", id="Zaanstad: 3,730 a year later"),
        pytest.param("GM0855", 2019, 1_105, "registratie_laag", id="Tilburg: 8,765 a year later"),
        pytest.param("GM0275", 2018, 365, "registratie_sprong", id="Rheden: before the jump"),
        pytest.param("GM0275", 2019, 1_885, "registratie_sprong", id="Rheden: after it"),
        pytest.param("GM0344", 2019, 6_720, None, id="Utrecht: as others"),
    ],
)
def test_a_marked_figure_stays_published_and_is_compared_nowhere(
    release: duckdb.DuckDBPyConnection, code: str, year: int, clients: int, kind: str | None
) -> None:
    assert told(release).get((HELP, code, year)) == kind
    figure = release.execute(
        "select waarde, twijfel from mart_indicator_origineel where indicator_id = ? and regio_code = ? and jaar = ?",
        [HELP, code, year],
    ).fetchall()
    assert figure == [(clients, kind is not None)]
    compared = release.execute(
        "select reden_geen_vergelijking, rang is null from mart_benchmark "
        f"where indicator_id = '{HELP}_per_1000_inwoners' and gm_code = ? and jaar = ?",
        [code, year],
    ).fetchall()
    # Tilburg received a part of Haaren later, so that it has no figure in the newest division at all.
    why = "gesplitst" if code == "GM0855" else "twijfel" if kind else None
    assert [(reason, is_left_out) for reason, is_left_out in compared] == [(why, why is not None)]


def test_no_change_from_or_to_a_marked_year_has_a_direction(release: duckdb.DuckDBPyConnection) -> None:
    marked = told(release)
    rows = release.execute(
        "select indicator_id, regio_code, jaar_van, jaar, richting from mart_trend "
        "where regio_soort = 'gemeente' and list_contains(?, indicator_id) and richting is not null",
        [TYPES],
    ).fetchall()
    assert len(rows) > 1_000
    assert [row for row in rows if {(row[0], row[1], row[2]), (row[0], row[1], row[3])} & marked.keys()] == []
