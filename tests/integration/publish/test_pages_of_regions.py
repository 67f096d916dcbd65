"""The pages of regions and of the country, of the whole release: every figure on them is that of the tables.

Read from the pages as text and compared by SQL; numbers are written in Dutch here by other code than the pages use.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest

from pipelines.common.files import read_text
from tests.support.dutch_numbers import in_dutch
from tests.support.site_pages import FORBIDDEN, cells, number, words

# Every figure of every page takes a while; `make test` reads those of a few pages (test_site_of_a_release).
pytestmark = pytest.mark.slow

REGIONS = "regio_soort not in ('gemeente', 'land')"
Rows = list[list[str]]


class Made(NamedTuple):
    """The pages: of each region by its code, of all of them, and of the country."""

    of_region: dict[str, str]
    regions: str
    country: str

    @property
    def all(self) -> dict[str, str]:
        return {**self.of_region, "regios": self.regions, "nederland": self.country}


@pytest.fixture(scope="module")
def made(warehouse: Path) -> Made:
    folder = warehouse / "huidig"
    return Made(
        {path.stem: read_text(path) for path in sorted((folder / "regio").glob("*.html"))},
        read_text(folder / "regios.html"),
        read_text(folder / "nederland.html"),
    )


def select(release: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    found = release.execute(sql)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def table(page: str, name: str) -> tuple[list[str], Rows]:
    """The header cells as words, and the cells of each row as they are written, of the table with this id."""
    (found,) = re.findall(rf'<span id="{name}">.*?</table>', page, re.DOTALL)
    head, *rows = found.split("<tr")[1:]
    return [words(each) for each in cells(head)], [cells(f"<tr{row}") for row in rows]


def tables(page: str, prefix: str) -> Iterator[tuple[list[str], Rows]]:
    for name in re.findall(rf'<span id="({prefix}[a-z_]+)">', page):
        yield table(page, name)


def linked(cell: str) -> str | None:
    """What a cell leads to: the id of an indicator, or the code of an area."""
    found = re.search(r'href="[^"]*?(?:indicator|gemeente|regio)/([^"/]+)\.html"', cell)
    return found and found[1]


# --- one region ---


def test_the_newest_figures_of_every_region_are_those_of_the_tables(
    made: Made, release: duckdb.DuckDBPyConnection
) -> None:
    figures = select(
        release,
        f"""select f.regio_code, f.indicator_id, f.jaar, f.waarde, i.decimalen, count.waarde as aantal,
                coalesce(reeks.gewogen_land, land.waarde) as land, d.leden_met_cijfer as met, d.leden
            from mart_indicator_actueel as f
            inner join dim_indicator as i on f.indicator_id = i.indicator_id and f.jaar = i.laatste_jaar_met_cijfer
            left join mart_indicator_actueel as count
                on i.teller = count.indicator_id and f.regio_code = count.regio_code and f.jaar = count.jaar
                    and i.soort = 'verhouding'
            left join mart_benchmark_reeks as reeks on f.indicator_id = reeks.indicator_id and f.jaar = reeks.jaar
            left join mart_indicator_actueel as land
                on f.indicator_id = land.indicator_id and f.jaar = land.jaar and land.regio_code = 'NL'
            left join mart_dekking_actueel as d
                on f.indicator_id = d.indicator_id and f.jaar = d.jaar and f.regio_code = d.regio_code
            where f.{REGIONS}""",
    )
    expected = {(row["regio_code"], row["indicator_id"]): row for row in figures}
    wrong, seen = [], 0
    for code, page in made.of_region.items():
        for _, rows in tables(page, "t-"):
            for name, *shown in rows:
                indicator = linked(name)
                if (code, indicator) not in expected or len(shown) != 5:
                    continue
                seen += 1
                row = expected[code, str(indicator)]
                own, amount, land, known, _ = shown
                told = [number(re.sub(r"\(\d{4}\)", "", own)), number(land).removesuffix(" (CBS)"), words(known)]
                coverage = "alle" if row["met"] == row["leden"] else f"{row['met']} van {row['leden']}"
                right = [in_dutch(row["waarde"], row["decimalen"]), in_dutch(row["land"], row["decimalen"]), coverage]
                if row["aantal"] is not None:
                    told.append(number(amount).split(" ")[0])
                    right.append(in_dutch(row["aantal"]))
                if told != right or f"({row['jaar']})" not in own or (row["waarde"] is None) != ("<em>" in own):
                    wrong.append((code, indicator, told, right))
    assert wrong == []
    assert seen > 80 * len(made.of_region)


def test_every_region_has_its_page_and_each_indicator_a_row(made: Made, release: duckdb.DuckDBPyConnection) -> None:
    codes = select(release, f"select distinct regio_code from mart_indicator_actueel where {REGIONS}")
    assert sorted(made.of_region) == sorted(row["regio_code"] for row in codes)
    # A count that a rate is made of stands beside the rate.
    wanted = {
        row["indicator_id"]
        for row in select(
            release,
            """select indicator_id from dim_indicator where laatste_jaar_met_cijfer is not null and (
                   soort in ('verhouding', 'gepubliceerd')
                   or indicator_id not in (select teller from dim_indicator where teller is not null))""",
        )
    }
    for page in made.of_region.values():
        assert set(re.findall(r'<tr><th><a href="\.\./indicator/(\w+)\.html">', page)) == wanted


def test_a_region_names_every_year_that_its_script_can_show(made: Made, release: duckdb.DuckDBPyConnection) -> None:
    rows = select(
        release,
        f"""select regio_code, list(distinct jaar order by jaar) as jaren from mart_indicator_actueel
            where waarde is not null and {REGIONS} group by regio_code""",
    )
    for row in rows:
        years = " ".join(map(str, row["jaren"]))
        assert f'data-regio="{row["regio_code"]}" data-jaren="{years}"' in made.of_region[row["regio_code"]]


def test_the_members_are_those_of_the_year_that_the_figures_are_made_of(
    made: Made, release: duckdb.DuckDBPyConnection
) -> None:
    rows = select(
        release,
        f"""select regio_code, list(gm_code) as leden, any_value(jaar) as jaar
            from gemeente_regio
            inner join (
                select regio_code, year(max(lidmaatschap_datum)) as jaar from mart_indicator_actueel
                where {REGIONS} group by regio_code) using (regio_code, jaar)
            group by regio_code""",
    )
    members = {row["regio_code"]: row for row in rows}
    figures = {
        (row["regio_code"], row["naam"], row["jaar"]): in_dutch(row["waarde"], row["decimalen"])
        for row in select(
            release,
            """select regio_code, naam, jaar, waarde, decimalen
               from mart_indicator_actueel inner join dim_indicator using (indicator_id)""",
        )
    }
    wrong = []
    for code, page in made.of_region.items():
        head, rows_shown = table(page, "t-leden")
        columns = [(title[:-5], int(title[-4:])) for title in head[1:]]
        assert len(columns) == 9
        assert sorted(str(linked(name)) for name, *_ in rows_shown[1:]) == sorted(members[code]["leden"])
        assert f"1 januari {members[code]['jaar']}" in words(page)
        for name, *shown in rows_shown:
            area = linked(name) or code
            for (title, year), cell in zip(columns, shown, strict=True):
                if number(cell) != figures[area, title, year]:
                    wrong.append((code, area, title, year, number(cell)))
    assert wrong == []


def test_the_line_of_a_region_never_leads_over_a_break(made: Made, release: duckdb.DuckDBPyConnection) -> None:
    breaks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in select(
        release, f"select regio_code, indicator_id, jaar from mart_indicator_actueel where reeksbreuk and {REGIONS}"
    ):
        breaks[row["regio_code"], row["indicator_id"]].append(row["jaar"])
    found = r'<tr><th><a href="\.\./indicator/(\w+)\.html">[^\n]*Verloop (\d{4})-(\d{4})"><path class="l" d="([^"]*)"'
    tried = 0
    for code, page in made.of_region.items():
        for indicator, first, last, line in re.findall(found, page):
            step = 56 / (int(last) - int(first))
            # A stroke that ends in the year of a break would lead over it.
            ends = [float(end) for end in re.findall(r"L([\d.]+)", line)]
            for year in breaks[code, indicator]:
                tried += 1
                place = 4 + (year - int(first)) * step
                assert all(abs(end - place) > step / 2 for end in ends), (code, indicator, year)
    assert tried > 100


# --- all regions ---


def test_the_page_of_all_regions_has_members_and_inhabitants(made: Made, release: duckdb.DuckDBPyConnection) -> None:
    rows = select(
        release,
        """select regio_code, list(dim_regio.naam) as namen, any_value(f.waarde) as inwoners
           from gemeente_regio
           inner join (select regio_code, year(lidmaatschap_datum) as jaar, waarde from mart_indicator_actueel
               where indicator_id = 'inwoners' and jaar = 2026) as f using (regio_code, jaar)
           inner join dim_regio on gemeente_regio.gm_code = dim_regio.regio_code
           group by gemeente_regio.regio_code""",
    )
    expected = {row["regio_code"]: row for row in rows}
    for kind, regions in {"jeugdregio": 42, "arbeidsmarktregio": 35, "ggd_regio": 25, "veiligheidsregio": 25}.items():
        _, shown = table(made.regions, f"t-{kind}")
        assert len(shown) == regions
        for place, (nr, name, names, count, inhabitants) in enumerate(shown, 1):
            row = expected[str(linked(name))]
            assert words(nr) == str(place)
            assert sorted(words(names).split("; ")) == sorted(row["namen"])
            assert (words(count), words(inhabitants)) == (str(len(row["namen"])), in_dutch(row["inwoners"]))
        drawing = re.search(rf'<svg class="rg"[^>]*aria-labelledby="kaart-{kind}-t".*?</svg>', made.regions, re.DOTALL)
        assert drawing
        assert len(set(re.findall(r'data-r="(\w+)"', drawing[0]))) == regions


def test_congruence_is_that_of_the_mart(made: Made, release: duckdb.DuckDBPyConnection) -> None:
    years = {str(row["jaar"]): row for row in select(release, "from mart_regiocongruentie_jaar")}
    _, shown = table(made.regions, "t-congruentie")
    assert [words(row[0]) for row in shown] == sorted(years, reverse=True)
    for year, *numbers in shown:
        row = years[words(year)]
        expected = [in_dutch(row["gemeenten"]), in_dutch(row["beide_bekend"])]
        if row["gelijk_pct"] is None:
            expected.append("")
        else:
            for name in ("gelijk", "jeugdregio_binnen_arbeidsmarktregio", "arbeidsmarktregio_binnen_jeugdregio"):
                expected += [in_dutch(row[name]), in_dutch(row[f"{name}_pct"], 1)]
            expected.append(in_dutch(100 * row["overlap_gemiddeld"], 1))
        assert [number(each) for each in numbers[:-1]] == expected
        assert words(numbers[-1]) == ("nee" if row["onvolledig"] else "ja")
    compared = max(year for year, row in years.items() if row["gelijk_pct"] is not None)
    row = years[compared]
    text = words(made.regions).replace("\N{NO-BREAK SPACE}", " ")
    assert f"In {compared} zijn van {row['beide_bekend']} van de {row['gemeenten']} gemeenten" in text
    assert f"hebben er {row['gelijk']} ({in_dutch(row['gelijk_pct'], 1)} %)" in text
    complete = any(not row["onvolledig"] for row in years.values())
    assert ("In geen enkel jaar zijn beide regio's van elke gemeente bekend." in text) == (not complete)


def test_size_and_white_spots_are_those_of_the_mart(made: Made, release: duckdb.DuckDBPyConnection) -> None:
    years = {str(row["jaar"]): row for row in select(release, "from mart_regiocongruentie_jaar")}
    for year, *numbers in table(made.regions, "t-wit")[1]:
        row = years[words(year)]
        names = (
            "gemeenten",
            *(f"{kind}_{what}" for kind in ("jeugdregio", "arbeidsmarktregio") for what in ("onbekend", "wit")),
        )
        assert [words(each) for each in numbers] == [in_dutch(row[name]) for name in names]
    for year, *numbers in table(made.regions, "t-omvang")[1]:
        row, expected = years[words(year)], []
        for kind in ("jeugdregios", "arbeidsmarktregios"):
            parts = [
                row[kind],
                *(row[f"{kind}_{what}"] for what in ("vanaf_100000", "onder_100000", "omvang_onbekend")),
            ]
            expected += [in_dutch(each) for each in parts] if row[kind] else [""]
        assert [number(each) for each in numbers] == expected
    for row in select(release, "select naam, jaar from mart_regiocongruentie where arbeidsmarktregio_status = 'wit'"):
        assert re.search(rf"In geen arbeidsmarktregio lagen:[^.]*{row['naam']}[^.]*{row['jaar']}", words(made.regions))


def test_every_municipality_stands_in_the_compared_year(made: Made, release: duckdb.DuckDBPyConnection) -> None:
    rows = select(
        release,
        """from mart_regiocongruentie where jaar = (
               select max(jaar) from mart_regiocongruentie_jaar where gelijk_pct is not null)""",
    )
    expected = {row["gm_code"]: row for row in rows}
    _, shown = table(made.regions, "t-gemeenten")
    assert len(shown) == len(rows)
    for name, youth, work, both, compared, same in shown:
        row = expected[str(linked(name))]
        assert words(youth) == (row["jeugdregio_naam"] or row["jeugdregio_status"])
        assert words(work) == (row["arbeidsmarktregio_naam"] or row["arbeidsmarktregio_status"])
        assert words(both) == in_dutch(row["leden_gemeenschappelijk"])
        assert words(compared) == in_dutch(row["leden_vergeleken"])
        assert words(same) == {True: "ja", False: "nee", None: ""}[row["gelijk"]]


# --- the country ---


def country_rows(page: str) -> Iterator[tuple[str, str, list[int], list[str], str]]:
    """Indicator, label, years, cells and change of every row about use."""
    for domain in ("jeugd", "wmo", "bijstand", "context"):
        head, body = table(page, f"t-{domain}")
        years, indicator = [int(year) for year in head[2:-1]], ""
        for row in body:
            if len(row) == len(head):
                indicator, row = str(linked(row[0])), row[1:]
            label, *shown, change = row
            yield indicator, words(label), years, shown, words(change)


def test_the_use_in_the_country_is_that_of_the_tables(made: Made, release: duckdb.DuckDBPyConnection) -> None:
    country = {
        (row["indicator_id"], row["jaar"]): in_dutch(row["waarde"], row["decimalen"])
        for row in select(
            release,
            """select indicator_id, jaar, waarde, decimalen from mart_indicator_actueel
               inner join dim_indicator using (indicator_id) where regio_code = 'NL'""",
        )
    }
    together = {
        (row["indicator_id"], row["jaar"]): row
        for row in select(release, "from mart_benchmark_reeks inner join dim_indicator using (indicator_id)")
    }
    about = {row["indicator_id"]: row for row in select(release, "from dim_indicator")}
    wrong, seen = [], 0
    for indicator, label, years, shown, _ in country_rows(made.country):
        for year, cell in zip(years, shown, strict=True):
            if label == "Gemeenten samen":
                row = together.get((indicator, year))
                value = row["gewogen_land"] if row else None
                right = in_dutch(value, about[indicator]["decimalen"])
                assert value is None or f"({row['aantal_vergeleken']})" in words(cell)
            else:
                unit = label.removeprefix("Nederland, ")
                name = indicator if about[indicator]["eenheid"] == unit else about[indicator]["teller"]
                right = country.get((name, year), "")
            seen += bool(right)
            if number(cell) != right:
                wrong.append((indicator, label, year, number(cell), right))
    assert wrong == []
    assert seen > 120


def test_no_change_is_told_over_a_break_nor_one_that_chance_explains(
    made: Made, release: duckdb.DuckDBPyConnection
) -> None:
    newest = {
        row["indicator_id"]: row
        for row in select(
            release,
            """from mart_trend where regio_code = 'NL' and stap = 1 and waarde is not null
               qualify jaar = max(jaar) over (partition by indicator_id)""",
        )
    }
    about = {row["indicator_id"]: row for row in select(release, "from dim_indicator")}
    changes = 0
    for indicator, label, _, _, change in country_rows(made.country):
        if label == "Gemeenten samen":
            assert change == ""
            continue
        unit = label.removeprefix("Nederland, ")
        row = newest.get(indicator if about[indicator]["eenheid"] == unit else about[indicator]["teller"])
        if row is None:
            assert change == ""
        elif row["reden_geen_richting"]:
            assert change.startswith("geen: ")
            assert not re.search(r"\d,\d %", change)
            assert (row["breuk_jaar"] is None) or change == f"geen: breuk in {row['breuk_jaar']}"
        elif row["richting"] in ("stijging", "daling"):
            changes += 1
            sign = "+" if row["mutatie_pct"] > 0 else ""
            assert change.split(" %")[0] == f"{sign}{in_dutch(row['mutatie_pct'], 1)}"
            assert f"sinds {row['jaar_van']}" in change
        else:
            assert not re.search(r"\d,\d", change)
    assert changes >= 2


def test_spending_is_that_of_the_country_or_of_those_who_reported(
    made: Made, release: duckdb.DuckDBPyConnection
) -> None:
    rows = {
        (row["domein"], row["jaar"]): row
        for row in select(release, "from mart_lasten_en_gebruik where regio_soort = 'land'")
    }
    sums = {
        (row["indicator_id"], row["jaar"]): row for row in select(release, "from mart_dekking where regio_code = 'NL'")
    }
    together = {(row["indicator_id"], row["jaar"]): row for row in select(release, "from mart_benchmark_reeks")}
    seen = 0
    for domain in re.findall(r'<span id="u-(\w+)">', made.country):
        head, body = table(made.country, f"u-{domain}")
        for year, *shown in body:
            row = rows[domain, int(words(year))]
            for title, cell in zip(head[1:], shown, strict=True):
                right, known = spending(title.replace("\N{NO-BREAK SPACE}", " "), row, sums, together)
                assert number(cell) == right, (domain, words(year), title)
                assert ("(" in words(cell)) == bool(known)
                assert known in words(cell)
                seen += bool(right)
    assert seen > 200


def spending(title: str, row: dict[str, Any], sums: dict[Any, Any], together: dict[Any, Any]) -> tuple[str, str]:
    """What a cell must show: the figure of the country, or else of those who reported, with how many they are."""
    domain, year = row["domein"], row["jaar"]
    column, decimals, indicator = {
        "Lasten, x 1 000 euro": ("lasten", 0, f"lasten_{domain}"),
        "Euro per inwoner": ("lasten_per_inwoner", 0, f"lasten_{domain}_per_inwoner"),
        "Begroot, x 1 000 euro": ("begroot", 0, f"begroot_{domain}"),
        "Rekening naast begroting, bruto, %": ("begrotingsafwijking_pct", 1, f"begrotingsafwijking_{domain}_pct"),
        "Rekening naast begroting, netto, %": (
            "netto_begrotingsafwijking_pct",
            1,
            f"netto_begrotingsafwijking_{domain}_pct",
        ),
        "Gebruikers": ("gebruikers", 0, ""),
        "Euro per gebruiker": ("lasten_per_gebruiker", 0, ""),
    }[title]
    if row[column] is not None:
        return in_dutch(row[column], decimals), ""
    found = sums.get((indicator, year)) if column in ("lasten", "begroot") else None
    if found and found["som_bekende_leden"] is not None:
        return in_dutch(found["som_bekende_leden"], decimals), f"({found['leden_met_cijfer']} van {found['leden']})"
    found = together.get((indicator, year))
    if found and found["gewogen_land"] is not None:
        return in_dutch(found["gewogen_land"], decimals), f"({found['aantal_vergeleken']} van {found['gemeenten']})"
    return "", ""


def test_differences_are_those_of_the_marts(made: Made, release: duckdb.DuckDBPyConnection) -> None:
    rows = select(
        release,
        """select reeks.*, decimalen, kwartiel_1, mediaan, kwartiel_3
           from mart_benchmark_reeks as reeks
           inner join dim_indicator using (indicator_id)
           inner join (select distinct indicator_id, jaar, kwartiel_1, mediaan, kwartiel_3 from mart_benchmark
               where kwartiel_1 is not null) using (indicator_id, jaar)
           qualify jaar = max(jaar) over (partition by indicator_id)""",
    )
    expected = {row["indicator_id"]: row for row in rows}
    # The style sheet with the histograms is of the newest year with a place.
    drawn = select(
        release, "select indicator_id, max(jaar) as jaar from mart_benchmark where rang is not null group by 1"
    )
    assert {row["indicator_id"]: row["jaar"] for row in drawn} == {row["indicator_id"]: row["jaar"] for row in rows}
    assert 'href="beeld/stroken.css"' in made.country
    _, shown = table(made.country, "t-verschillen")
    assert sorted(str(linked(row[0])) for row in shown) == sorted(expected)
    for name, year, compared, lower, middle, upper, country, _, *limits in shown:
        row = expected[str(linked(name))]
        assert words(year) == str(row["jaar"])
        assert words(compared) == f"{row['aantal_vergeleken']} van {row['gemeenten']}"
        found = [words(each) for each in (lower, middle, upper, country)]
        names = ("kwartiel_1", "mediaan", "kwartiel_3", "gewogen_land")
        assert found == [in_dutch(row[each], row["decimalen"]) for each in names]
        if row["spreiding_tussen_gemeenten"] is None:
            assert [number(each) for each in limits] == [""]
        else:
            usual = in_dutch(row["spreiding_tussen_gemeenten"], row["decimalen"])
            chance = in_dutch(row["aandeel_toeval_pct"], 1)
            outside = [in_dutch(row["boven_buitengrens"]), in_dutch(row["onder_buitengrens"])]
            assert [words(each) for each in limits] == [usual, chance, *outside]


def test_the_change_of_youth_care_is_that_of_the_mart_and_never_over_a_break(
    made: Made, release: duckdb.DuckDBPyConnection
) -> None:
    rows = select(
        release,
        """from mart_volumeontwikkeling_jeugd where groep_soort = 'land' and not over_breuk
           order by indicator_id, bevolking_soort, jaar_van""",
    )
    _, shown = table(made.country, "t-volume")
    assert len(shown) == len(rows)
    for cells_shown, row in zip(shown, rows, strict=True):
        assert words(cells_shown[0]) == f"{row['jaar_van']}-{row['jaar_tot']}"
        told = [words(cells_shown[place]) for place in (4, 6, 7)]
        for text, name in zip(told, ("mutatie", "bevolkingseffect", "gebruikseffect"), strict=True):
            sign = "+" if row[f"{name}_pct"] > 0 else ""
            assert text == f"{sign}{in_dutch(row[f'{name}_pct'], 1)} %"


def test_what_may_not_be_concluded_is_told_of_the_data(made: Made, release: duckdb.DuckDBPyConnection) -> None:
    texts = {row["tekst"] for row in select(release, "select distinct tekst from dim_reeksbreuk")}
    _, shown = table(made.country, "t-breuken")
    assert {words(row[2]) for row in shown} == {" ".join(text.split()) for text in texts}
    blocking = {row["tekst"] for row in select(release, "select tekst from dim_reeksbreuk where blokkerend")}
    assert {words(row[2]) for row in shown if words(row[1]) == "nee"} == {" ".join(text.split()) for text in blocking}
    doubted = {
        row["tekst"]: row["aantal"]
        for row in select(
            release,
            """select any_value(tekst) as tekst, count(*) as aantal from dim_twijfel
               where indeling = 'origineel' and regio_code like 'GM%' group by soort""",
        )
    }
    assert {words(text): words(count) for count, text in table(made.country, "t-twijfel")[1]} == {
        text: in_dutch(count) for text, count in doubted.items()
    }
    holes = select(
        release,
        """select count_if(reden_ontbreekt = 'niet_opgenomen') as holes, count(*) as figures
           from mart_indicator_actueel where regio_code = 'NL'""",
    )[0]
    assert f"mist zij {holes['holes']} van {holes['figures']} cijfers" in words(made.country)
    for row in select(
        release,
        """select jaar, aantal_vergeleken, gemeenten from mart_benchmark_reeks
           where indicator_id in (select indicator_id from mart_gebruik)
               and aantal_vergeleken between 1 and 0.9 * gemeenten""",
    ):
        told = f"{row['aantal_vergeleken']} van {row['gemeenten']} in {row['jaar']}"
        assert told in words(made.country)


# --- all pages ---


def test_no_page_has_a_word_of_judgement(made: Made) -> None:
    found = {}
    for name, page in made.all.items():
        text = words(page)
        if match := FORBIDDEN.search(text):
            found[name] = text[max(0, match.start() - 60) : match.end() + 40]
    assert found == {}


def test_sentences_are_short(made: Made) -> None:
    """Those of the pages: not the texts of the seeds, which stand in ``tekst``, nor sources and lists of names."""
    for page in made.all.values():
        main = re.search(r"<main.*</main>", page, re.DOTALL)
        assert main
        own = re.sub(r'<span class="tekst">.*?</span>|<p class="bron">.*?</p>|<small>.*?</small>', "", main[0])
        for text in re.findall(r"<(?:p|li)[ >].*?</(?:p|li)>", own, re.DOTALL):
            for sentence in re.split(r"(?<=[.!?:])\s", words(f"<x {text}")):
                without_names = re.sub(r"(?:[A-Z'][^,.]*, )+[^,.]* en [^,.]*", "", sentence)
                assert len(without_names.split(" ")) <= 20, sentence


def test_the_pages_are_small_and_need_nothing_from_elsewhere(made: Made) -> None:
    assert max(len(page.encode()) for page in made.of_region.values()) < 80_000
    assert sum(len(page.encode()) for page in made.of_region.values()) < 9_500_000
    assert len(made.regions.encode()) < 400_000
    assert len(made.country.encode()) < 300_000
    for page in made.all.values():
        assert not re.search(r'\s(?:style|on\w+)="', page)
        assert not re.search(r'\ssrc="(?!(?:\.\./)?beeld/)', page)
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'(?:href="#|aria-labelledby=")([^"]+)"', page)) <= set(ids)
