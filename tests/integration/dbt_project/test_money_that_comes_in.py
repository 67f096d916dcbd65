"""Net spending beside what the gemeentefonds reckons: by another route, from the recorded Iv3 rows and the lists.

The parts of the social domain are typed here again, from the circulars and the Iv3 definitions.
"""

import csv
import re
from collections import defaultdict
from pathlib import Path
from typing import Final, NamedTuple

import duckdb
import pytest

from pipelines.common.settings import GUIDE_TEXTS
from tests.oracle.recording import RECORDING, REFERENCE, Table
from tests.support.site_pages import cells, words

PARTS: Final = {
    2024: {
        "jeugd": {"6.72", "6.73", "6.74", "6.82"},
        "wmo": {"6.6", "6.71"},
        "beschermd_wonen_en_opvang": {"6.81"},
        "participatie": {"6.3", "6.4", "6.5"},
        "sociale_basisvoorzieningen": {"6.1", "6.2", "7.1"},
    },
    2025: {
        "jeugd": {"6.75", "6.76", "6.792", "6.82", "6.92"},
        "wmo": {"6.60", "6.71", "6.791", "6.91"},
        "beschermd_wonen_en_opvang": {"6.81"},
        "participatie": {"6.3", "6.4", "6.5"},
        "sociale_basisvoorzieningen": {"6.1", "6.21", "6.22", "6.23", "7.1"},
    },
}
MONEY: Final = {
    ("cluster", "Individuele voorzieningen Jeugd"): "jeugd",
    ("cluster", "Individuele voorzieningen Wmo"): "wmo",
    ("cluster", "Participatie"): "participatie",
    ("uitkering", "Participatie"): "participatie",
    ("cluster", "Sociale basisvoorzieningen"): "sociale_basisvoorzieningen",
    ("uitkering", "Beschermd wonen"): "beschermd_wonen_en_opvang",
    ("uitkering", "maatschappelijke opvang"): "beschermd_wonen_en_opvang",
    ("uitkering", "vrouwenopvang"): "beschermd_wonen_en_opvang",
}
CIRCULAR: Final = {(2024, "begroting"): "S2023", (2024, "jaarrekening"): "S2024", (2025, "begroting"): "S2024"}
IV3: Final = {2024: "45067NED", 2025: "45071NED"}

Place = tuple[int, str, str, str]
"""Year, report, municipality and part."""


class Amounts(NamedTuple):
    """Lasten and baten, x 1 000 euro."""

    lasten: float
    baten: float


def rows_of(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def recorded(year: int) -> dict[str, dict[str, Amounts]]:
    """Of each municipality that delivered its budget, the amounts per taakveld of the recorded table."""
    table = Table(RECORDING, IV3[year])
    report, column = table.member("Verslagsoort", "Begroting"), table.column("2e plaatsing")
    sides: dict[tuple[str, str, str], float] = {}
    for row in table.rows:
        if row["Verslagsoort"].strip() == report and row[column].strip() != ".":
            key = (row["Gemeenten"].strip(), row["TaakveldBalanspost"].strip(), row["Categorie"].strip())
            sides[key] = float(row[column])
    found: dict[str, dict[str, Amounts]] = defaultdict(dict)
    for code, taakveld, _ in sides:
        found[code][taakveld] = Amounts(*(sides.get((code, taakveld, side), 0) for side in ("LTOTAAL", "BTOTAAL")))
    return found


def net_by_hand() -> dict[Place, float]:
    """Net lasten in euro, of the municipalities that delivered."""
    found: dict[Place, float] = {}
    for year, parts in PARTS.items():
        for code, amounts in recorded(year).items():
            own = {taakveld: each.lasten - each.baten for taakveld, each in amounts.items()}
            if year == 2025:
                own |= {
                    row["taakveld"]: float(row["lasten_x1000"]) - float(row["baten_x1000"])
                    for row in SPLIT
                    if row["gm_code"] == code
                }
            for part, taakvelden in parts.items():
                found[year, "begroting", code, part] = 1000 * sum(own.get(each, 0) for each in taakvelden)
    return found


SPLIT = rows_of("iv3_taakveld_deel.csv")


def reckoned_by_hand() -> dict[Place, float]:
    found: dict[Place, float] = defaultdict(float)
    for row in rows_of("gemeentefonds.csv"):
        for (year, report), circular in CIRCULAR.items():
            if (row["circulaire"], row["uitkeringsjaar"]) == (circular, str(year)):
                found[year, report, row["gm_code"], MONEY[row["soort"], row["onderdeel"]]] += int(row["bedrag_euro"])
    return found


def test_every_amount_is_that_of_the_recorded_rows_and_of_the_circular(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute(
        """select jaar, verslagsoort, gm_code, onderdeel, netto_lasten_euro, verdeling_euro, circulaire
           from mart_verdeling"""
    ).fetchall()
    net, reckoned = net_by_hand(), reckoned_by_hand()
    assert {tuple(row[:4]): row[5] for row in rows} == reckoned
    assert len(rows) == 3 * (4 * 342 + 43)
    assert {tuple(row[:4]): row[4] for row in rows if row[4] is not None} == {
        place: euro for place, euro in net.items() if place in reckoned
    }
    assert {(year, report): circular for year, report, *_, circular in rows} == CIRCULAR


# Worked out with a pencil from the rows of the two lists: euro net, the cluster, the grants.
BY_HAND: Final = {
    # A centre municipality: 48 899 + 26 089 - 760 - 926, and 48 416 302 + 14 787 102 + 6 885 546.
    (2025, "begroting", "GM0080", "beschermd_wonen_en_opvang"): (73_302_000, None, 70_088_950),
    # 40 561 (6.75) + 15 083 - 210 (6.76) + 851 (6.792) + 7 271 (6.82) + 650 (6.92).
    (2025, "begroting", "GM0080", "jeugd"): (64_206_000, 70_991_599, None),
    # 6 370 - 1 375 (6.60) + 33 643 (6.71) + 2 242 (6.791) + 2 470 (6.91).
    (2025, "begroting", "GM0080", "wmo"): (43_350_000, 46_678_479, None),
    # 127 532 - 91 348 (6.3) + 16 360 (6.4) + 12 503 - 1 686 (6.5).
    (2025, "begroting", "GM0080", "participatie"): (63_361_000, 51_194_421, 14_722_674),
    # 13 660 - 5 787 (6.1) + 627 + 4 563 + 14 861 (6.2) + 9 228 - 842 (7.1).
    (2025, "begroting", "GM0080", "sociale_basisvoorzieningen"): (36_310_000, 41_338_247, None),
    # 3 731 (6.72) + 389 (6.73) + 320 (6.74) + 353 (6.82).
    (2024, "begroting", "GM1680", "jeugd"): (4_793_000, 8_101_595, None),
    # 1 732 - 136 (6.6) + 5 031 (6.71).
    (2024, "begroting", "GM1680", "wmo"): (6_627_000, 7_277_601, None),
    (2024, "begroting", "GM1680", "participatie"): (3_685_000, 3_630_381, 79_978),
    (2024, "begroting", "GM0363", "beschermd_wonen_en_opvang"): (261_788_000, None, 205_694_385),
    (2024, "begroting", "GM0363", "participatie"): (416_408_000, 368_765_138, 72_439_640),
    (2025, "begroting", "GM0096", "jeugd"): (243_000, 795_017, None),
    (2024, "begroting", "GM0569", "jeugd"): (-40_973_000, 8_451_821, None),
}


def test_five_municipalities_are_as_worked_out_by_hand(release: duckdb.DuckDBPyConnection) -> None:
    for place, amounts in BY_HAND.items():
        found = release.execute(
            """select netto_lasten_euro, verdeling_cluster_euro, verdeling_uitkering_euro, verdeling_euro
               from mart_verdeling where (jaar, verslagsoort, gm_code, onderdeel) = (?, ?, ?, ?)""",
            place,
        ).fetchall()
        assert found == [(*amounts, sum(each or 0 for each in amounts[1:]))], place


def test_the_country_is_what_the_circular_of_september_2024_says(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute("""
        select onderdeel, round(sum(verdeling_cluster_euro) / 1e6), round(sum(verdeling_uitkering_euro) / 1e6)
        from mart_verdeling where jaar = 2024 and circulaire = 'S2024' group by onderdeel order by onderdeel
    """).fetchall()
    assert rows == [
        ("beschermd_wonen_en_opvang", None, 1731 + 385 + 231),
        ("jeugd", 7605, None),
        ("participatie", 4053, 2071),
        ("sociale_basisvoorzieningen", 5108, None),
        ("wmo", 5148, None),
    ]


def test_the_parts_of_personal_budgets_are_the_whole_of_the_recording() -> None:
    """So the list is of the same delivery as the recorded table that added them up, lasten and baten alike."""
    listed: dict[str, Amounts] = defaultdict(lambda: Amounts(0, 0))
    for row in SPLIT:
        own = listed[row["gm_code"]]
        listed[row["gm_code"]] = Amounts(own.lasten + int(row["lasten_x1000"]), own.baten + int(row["baten_x1000"]))
    whole = {code: amounts.get("6.79", Amounts(0, 0)) for code, amounts in recorded(2025).items()}
    assert len(whole) == 338
    assert whole == listed


def test_both_sides_are_compared_with_the_same_municipalities(release: duckdb.DuckDBPyConnection) -> None:
    """Country and peers again, from the euros and inhabitants of the municipalities themselves."""
    rows = release.execute("""
        select jaar, verslagsoort, onderdeel, gm_code, netto_lasten_euro, verdeling_euro, inwoners,
            netto_lasten_index, verdeling_index, netto_lasten_index_gelijken, verdeling_index_gelijken,
            gelijken_met_cijfer, gemeenten_land
        from mart_verdeling where reden_vergelijking is null
    """).fetchall()
    peers: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    for variant, year, code, peer in release.execute(
        "select variant, jaar, gm_code, vergelijkbare_gm_code from mart_vergelijkbare_gemeenten where jaar >= 2024"
    ).fetchall():
        peers[variant, year, code].append(peer)
    own: dict[tuple[int, str, str], dict[str, tuple[float, ...]]] = defaultdict(dict)
    for year, report, part, code, *amounts in rows:
        own[year, report, part][code] = tuple(amounts[:3])
    few = 0
    for year, report, part, code, spent, reckoned, people, *shown in rows:
        all_of_them = own[year, report, part]
        variant = "zonder_bijstand_per_1000_inwoners" if part == "participatie" else "alle_kenmerken"
        alike = [all_of_them[peer] for peer in peers[variant, year, code] if peer in all_of_them]
        country = [sum(each) for each in zip(*all_of_them.values(), strict=True)]
        index = [100 * spent / people / (country[0] / country[2]), 100 * reckoned / people / (country[1] / country[2])]
        assert shown[:2] == pytest.approx(index)
        assert shown[4:] == [len(alike), len(all_of_them)]
        if len(alike) < 3:
            few += 1
            assert shown[2:4] == [None, None]
            continue
        group = [sum(each) for each in zip(*alike, strict=True)]
        expected = [100 * group[side] / group[2] / (country[side] / country[2]) for side in (0, 1)]
        assert shown[2:4] == pytest.approx(expected)
    assert len(rows) == 4 * 339 + 42 + 4 * 338 + 43
    assert few > 0, "a centre municipality with hardly any others among its peers"


def test_without_baten_or_with_doubt_there_is_no_comparison_and_the_reason(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute("""
        select jaar, verslagsoort, reden_vergelijking, reden_netto_lasten, twijfel, count(distinct gm_code),
            count(netto_lasten_index) + count(verdeling_index) + count(verdeling_index_gelijken)
            + count(netto_lasten_per_inwoner_land), count(*) = count(verdeling_per_inwoner)
        from mart_verdeling where reden_vergelijking is not null group by all order by all
    """).fetchall()
    assert rows == [
        (2024, "begroting", "niet_geleverd", "niet_geleverd", False, 1, 0, True),
        (2024, "begroting", "twijfel", None, True, 2, 0, True),
        (2024, "jaarrekening", "buiten_reeks", "buiten_reeks", False, 342, 0, True),
        (2025, "begroting", "niet_geleverd", "niet_geleverd", False, 4, 0, True),
    ]


def test_no_column_subtracts_the_two_sides_or_divides_them(release: duckdb.DuckDBPyConnection) -> None:
    """By name, and by value: no other number of a row is their difference or ratio."""
    columns = [name for name, *_ in release.execute("describe mart_verdeling").fetchall()]
    assert [name for name in columns if re.search("saldo|verschil|tekort|overschot|verhouding|_pct", name)] == []
    names = ("GM0080", "GM1680", "GM0363")
    for row in release.execute("select * from mart_verdeling where gm_code in (?, ?, ?)", names).fetchall():
        found = dict(zip(columns, row, strict=True))
        if (spent := found["netto_lasten_euro"]) is None:
            continue
        reckoned, people = found["verdeling_euro"], found["inwoners"]
        gap, ratio = abs(spent - reckoned), spent / reckoned
        told = [abs(each) for each in row if isinstance(each, float)]
        forbidden = (gap, gap / people, gap / 1000, ratio, 1 / ratio, 100 * ratio, 100 / ratio)
        assert [each for each in told if any(each == pytest.approx(wrong, rel=1e-9) for wrong in forbidden)] == []


def test_the_methods_page_tells_the_figures_of_the_release(release: duckdb.DuckDBPyConnection) -> None:
    page = (GUIDE_TEXTS / "methoden/verdeling.md").read_text(encoding="utf-8")
    for year, said in ((2024, "0,79 van het cluster (5,8 van 7,3 miljard euro,\n  341"), (2025, "0,88 (6,7 van 7,6")):
        ((spent, reckoned, delivered),) = release.execute(
            """select sum(netto_lasten_euro), sum(verdeling_euro), count(*) from mart_verdeling
               where jaar = ? and onderdeel = 'jeugd' and netto_lasten_euro is not null""",
            [year],
        ).fetchall()
        texts = [f"{spent / reckoned:.2f}", f"{spent / 1e9:.1f}", f"{reckoned / 1e9:.1f}", str(delivered)]
        assert said in page
        assert [text for text in texts[:3] if text.replace(".", ",") not in said] == []
        assert f"{delivered} gemeenten" in page
    (query,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    for part, *figures in release.execute(query).fetchall():
        assert "| {} | {:.0f} | {:.0f} | {:.0f} | {:.0f} |".format(part, *figures) in page


@pytest.mark.parametrize("code", ["GM0080", "GM1680", "GM0310"])
def test_the_page_of_a_municipality_shows_its_row(
    release: duckdb.DuckDBPyConnection, warehouse: Path, code: str
) -> None:
    page = (warehouse / "huidig" / "gemeente" / f"{code}.html").read_text(encoding="utf-8")
    (section,) = re.findall(r'<section aria-labelledby="verdeling">.*?</section>', page, re.DOTALL)
    assert len(section.encode()) <= 1800
    shown = {words(row[0]): [words(cell) for cell in row[1:]] for row in map(cells, section.split("<tr>")[1:])}
    for part, words_of_it in (("jeugd", "Jeugd"), ("participatie", "Participatie")):
        figures = release.execute(
            """select netto_lasten_per_inwoner, verdeling_per_inwoner, netto_lasten_index, verdeling_index,
                   netto_lasten_index_gelijken, verdeling_index_gelijken
               from mart_verdeling where gm_code = ? and onderdeel = ? and jaar = 2025""",
            [code, part],
        ).fetchone()
        assert figures is not None
        assert shown[words_of_it] == ["niet geleverd" if each is None else f"{each:.0f}" for each in figures]
    assert "septembercirculaire 2024" in section
    assert ("73,3 miljoen euro" in section) == (code == "GM0080")
    assert '<a href="#verdeling">' in page
