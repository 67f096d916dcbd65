"""The pages of indicators of the whole release: every number on them is that of a table, read by another route.

Pages are made of the released database, and read as text. What they should say is asked by SQL of `fct_indicator` and
the marts, and written in Dutch by other code than the pages use.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.common.files import read_text
from pipelines.publish.pages.indicator import IndicatorFiles
from pipelines.publish.pages.material import Material
from pipelines.releases.reader import open_folder
from tests.support.dutch_numbers import in_dutch
from tests.support.site_pages import FORBIDDEN, cells, number, words

# Where it can go wrong: little coverage (2017 to 2021), small numbers, doubt, a break, a percentage without counts,
# money with central municipalities, few figures, counts, amounts, negative figures.
SAMPLE = (
    "wmo_clienten_per_1000_inwoners",
    "wmo_hulp_bij_het_huishouden_per_1000_inwoners",
    "wmo_verblijf_en_opvang_per_1000_inwoners",
    "jeugdzorg_per_1000_inwoners",
    "jeugdzorg_pct",
    "jeugdhulp_pct_tot_18",
    "lasten_wmo_per_inwoner",
    "begrotingsafwijking_jeugd_pct",
    "bijstand_personen",
    "lasten_jeugd",
)

# Every figure of every page takes a while; `make test` reads those of a few pages (test_site_of_a_release).
pytestmark = pytest.mark.slow
_FIGURES = """
    select f.regio_code as code, f.waarde, f.reden_ontbreekt as reden, f.twijfel, f.reeksbreuk, f.status,
        teller.waarde as aantal, teller_naam.decimalen as aantal_decimalen,
        b.rang, b.rang_van, coalesce(b.kleine_aantallen, false) as klein, b.vlag,
        g.gewogen as gelijken, g.mediaan as gelijken_mediaan, k.klasse,
        coalesce(l.centrumgemeente_opvang, false) as centrum,
        centrum and $name in (
            'lasten_wmo_per_inwoner', 'lasten_wmo_per_client', 'lasten_sociaal_domein_per_inwoner',
            'lasten_jeugd_wmo_en_wijkteams_per_inwoner', 'begrotingsafwijking_wmo_pct'
        ) as betaalt_voor_anderen, u.kanttekening is not null as valt_laag_uit
    from fct_indicator as f
    inner join dim_indicator as i using (indicator_id)
    left join fct_indicator as teller on i.teller = teller.indicator_id and f.regio_code = teller.regio_code
        and f.jaar = teller.jaar and teller.indeling = 'actueel'
    left join dim_indicator as teller_naam on i.teller = teller_naam.indicator_id
    left join mart_benchmark as b on f.indicator_id = b.indicator_id and f.regio_code = b.gm_code and f.jaar = b.jaar
    left join mart_benchmark_groep as g on f.indicator_id = g.indicator_id and f.regio_code = g.groep_code
        and f.jaar = g.jaar and g.groep_soort = 'vergelijkbare_gemeenten'
    left join mart_kaart as k on f.indicator_id = k.indicator_id and f.regio_code = k.gm_code and f.jaar = k.jaar
    left join (
        select regio_code, bool_or(centrumgemeente_opvang) as centrumgemeente_opvang from mart_lasten_en_gebruik
        where domein = 'wmo' group by regio_code
    ) as l on f.regio_code = l.regio_code
    left join mart_gebruik as u on f.indicator_id = u.indicator_id and f.regio_code = u.regio_code and f.jaar = u.jaar
    where f.indeling = 'actueel' and f.regio_soort = $kind and f.indicator_id = $name and f.jaar = $year
    order by f.regio_code
"""


@pytest.fixture(scope="module")
def made(warehouse: Path) -> dict[str, IndicatorFiles]:
    folder = (warehouse / "huidig").resolve()
    with open_folder(folder) as release:
        indicators = Material(release).indicators
    return {name: IndicatorFiles(each, files_of(name, folder)) for name, each in indicators.items()}


def files_of(name: str, folder: Path) -> dict[str, str]:
    """The files about an indicator in the folder of a release."""
    paths = (f"indicator/{name}.html", f"insluiten/{name}.html", f"gegevens/indicator/{name}.js")
    return {path: read_text(folder / path) for path in paths if (folder / path).is_file()}


def asked(release: duckdb.DuckDBPyConnection, sql: str, **values: Any) -> list[dict[str, Any]]:
    found = release.execute(sql, values)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def about(release: duckdb.DuckDBPyConnection, name: str) -> dict[str, Any]:
    return asked(release, "from dim_indicator where indicator_id = $name", name=name)[0]


def figures(release: duckdb.DuckDBPyConnection, name: str, year: int, kind: str = "gemeente") -> list[dict[str, Any]]:
    return asked(release, _FIGURES, name=name, year=year, kind=kind)


def letters(row: dict[str, Any], name: str) -> set[str]:
    """Which letters a figure should have."""
    held = {
        "b": row["reeksbreuk"],
        "t": row["twijfel"],
        "v": row["status"] in ("voorlopig", "nader_voorlopig"),
        "k": row["klein"],
        "c": row["centrum"] and "lasten_wmo" in name and "zonder_opvang" not in name,
    }
    return {letter for letter, holds in held.items() if holds}


def marked(cell: str) -> set[str]:
    return set("".join(re.findall(r"<sup>(\w+)</sup>", cell)))


def body(page: str, name: str) -> list[list[str]]:
    """The cells of the body of a table."""
    found = re.search(rf'<table[^>]* id="{name}".*?<tbody[^>]*>(.*?)</tbody>', page, re.DOTALL)
    assert found, name
    return [cells(row) for row in found[1].split("<tr>")[1:]]


def code_in(cell: str) -> str:
    return re.search(r"/(\w+)\.html", cell)[1]  # type: ignore[index]


def has_place(row: dict[str, Any]) -> bool:
    caveats = ("klein", "twijfel", "betaalt_voor_anderen", "valt_laag_uit")
    return row["rang"] is not None and not any(row[name] for name in caveats) and row["rang_van"] / 342 >= 0.9


def wrong(shown: list[str], row: dict[str, Any], of: dict[str, Any], head: str) -> Iterator[str]:
    """What a row of the table of municipalities says otherwise than the tables; ``head`` is the head of that table."""
    _, own, *rest = shown
    yield from wrong_own(own, row, of, marked(head))
    expected = []
    if row["aantal_decimalen"] is not None:
        expected.append(in_dutch(row["aantal"], row["aantal_decimalen"]))
    if "Plaats van" in head:
        expected.append(str(row["rang"]) if has_place(row) else "")
    if of["soort"] in ("verhouding", "gepubliceerd"):
        peers = row["gelijken"] if row["gelijken"] is not None else _middle(row, of)
        expected += [in_dutch(peers, of["decimalen"]), str(row["klasse"] or "")]
    # Where there is no place, words say why.
    found = ["" if words(cell).startswith("geen: ") else words(cell) for cell in rest]
    if found != expected:
        yield f"{row['code']} shows {found}, not {expected}"


def wrong_own(own: str, row: dict[str, Any], of: dict[str, Any], common: set[str]) -> Iterator[str]:
    """What the cell of the own figure says otherwise: the number, its letters, or that there is none."""
    if row["waarde"] is None:
        if number(own) or not words(own):
            yield f"{row['code']} shows {words(own)!r} where there is no figure"
    elif number(own) != in_dutch(row["waarde"], of["decimalen"]):
        yield f"{row['code']} shows {number(own)!r}, not {row['waarde']}"
    elif (found := marked(own) | common) != letters(row, of["indicator_id"]):
        yield f"{row['code']} has letters {found}, not {letters(row, of['indicator_id'])}"


def _middle(row: dict[str, Any], of: dict[str, Any]) -> float | None:
    """The middle of peers stands there only of percentages of which nobody knows the counts."""
    return row["gelijken_mediaan"] if of["soort"] == "gepubliceerd" and of["indicator_id"] != "jeugdzorg_pct" else None


@pytest.mark.parametrize("name", SAMPLE)
def test_every_number_of_the_table_is_that_of_the_tables(
    name: str, made: dict[str, IndicatorFiles], release: duckdb.DuckDBPyConnection
) -> None:
    of, page = about(release, name), made[name].files[f"indicator/{name}.html"]
    expected = {row["code"]: row for row in figures(release, name, of["laatste_jaar_met_cijfer"])}
    shown = body(page, "gemeentetabel")
    head = re.search(r'<thead id="kop">.*?</thead>', page, re.DOTALL)
    assert head
    assert {code_in(row[0]) for row in shown} == set(expected)
    assert len(shown) == 342
    assert f"{of['laatste_jaar_met_cijfer']}, {of['eenheid']}" in words(head[0])
    assert ("Plaats van" in head[0]) == any(has_place(row) for row in expected.values())
    found = [wrong(row, expected[code_in(row[0])], of, head[0]) for row in shown]
    assert [each for row in found for each in row] == []


@pytest.mark.parametrize("name", SAMPLE)
def test_rows_go_from_high_to_low_and_those_without_a_figure_are_last(
    name: str, made: dict[str, IndicatorFiles], release: duckdb.DuckDBPyConnection
) -> None:
    of = about(release, name)
    known = {row["code"]: row["waarde"] for row in figures(release, name, of["laatste_jaar_met_cijfer"])}
    shown = [known[code_in(row[0])] for row in body(made[name].files[f"indicator/{name}.html"], "gemeentetabel")]
    with_figure = [value for value in shown if value is not None]
    assert with_figure == sorted(with_figure, reverse=True)
    assert shown[: len(with_figure)] == with_figure


@pytest.mark.parametrize("name", SAMPLE)
def test_regions_have_the_figures_of_the_facts(
    name: str, made: dict[str, IndicatorFiles], release: duckdb.DuckDBPyConnection
) -> None:
    of, page = about(release, name), made[name].files[f"indicator/{name}.html"]
    for kind in ("provincie", "corop", "arbeidsmarktregio", "jeugdregio", "ggd_regio", "grootteklasse"):
        expected = {
            row["code"]: in_dutch(row["waarde"], of["decimalen"])
            for row in figures(release, name, of["laatste_jaar_met_cijfer"], kind)
        }
        shown = {code_in(row[0]): row[1] for row in body(page, f"regio-{kind}")}
        # A region that has no row in this year has no figure either.
        assert {code: number(cell) for code, cell in shown.items()} == {code: expected.get(code, "") for code in shown}
        assert set(expected) <= set(shown)


@pytest.mark.parametrize("name", SAMPLE)
def test_all_years_are_those_of_the_country(
    name: str, made: dict[str, IndicatorFiles], release: duckdb.DuckDBPyConnection
) -> None:
    of, page = about(release, name), made[name].files[f"indicator/{name}.html"]
    rows = asked(
        release,
        """select f.jaar, f.waarde, s.gewogen_land, s.mediaan_land, s.aantal_vergeleken,
               any_value(b.kwartiel_1) as onder, any_value(b.kwartiel_3) as boven, count(g.waarde) as bekend
           from fct_indicator as f
           inner join fct_indicator as g on f.indicator_id = g.indicator_id and f.jaar = g.jaar
               and g.indeling = 'actueel' and g.regio_soort = 'gemeente'
           left join mart_benchmark_reeks as s on f.indicator_id = s.indicator_id and f.jaar = s.jaar
           left join mart_benchmark as b on f.indicator_id = b.indicator_id and f.jaar = b.jaar
               and g.regio_code = b.gm_code
           where f.indeling = 'actueel' and f.regio_code = 'NL' and f.indicator_id = $name
           group by all having bekend > 0 order by f.jaar""",
        name=name,
    )
    breaks = {
        year
        for (year,) in release.execute(
            "select jaar from dim_reeksbreuk where blokkerend and indicator_id = ?", [name]
        ).fetchall()
    }
    totals = {
        row["jaar"]: row
        for row in asked(
            release,
            "from mart_dekking where regio_code = 'NL' and indicator_id = $name and som_bekende_leden is not null",
            name=name,
        )
    }
    shown = {words(row[0]): row for row in body(page, "jarentabel")}
    assert list(shown) == [str(row["jaar"]) for row in rows]
    is_ratio = of["soort"] in ("verhouding", "gepubliceerd")
    is_weighted = is_ratio and any(row["gewogen_land"] is not None for row in rows)
    for row in rows:
        _, country, *rest, members = shown[str(row["jaar"])]
        value = row["gewogen_land"] if is_weighted else row["waarde"]
        assert number(country) == in_dutch(value, of["decimalen"])
        is_first = row is rows[0]
        assert ("b" in marked(country)) == (row["jaar"] in breaks and value is not None and not is_first)
        if of["soort"] == "bedrag":
            total = totals[row["jaar"]]
            assert number(rest[0]) == in_dutch(total["som_bekende_leden"], of["decimalen"])
            assert words(members) == f"{total['leden_met_cijfer']} van {total['leden']}"
            continue
        counted = row["aantal_vergeleken"] if is_ratio else row["bekend"]
        assert words(members) == f"{counted} van 342"
        if is_ratio:
            expected = [row["mediaan_land"], row["onder"], row["boven"]]
            assert [number(cell) for cell in rest[-3:]] == [in_dutch(each, of["decimalen"]) for each in expected]


@pytest.mark.parametrize("name", ["wmo_clienten_per_1000_inwoners", "jeugdzorg_per_1000_inwoners", "lasten_jeugd"])
def test_the_script_hands_over_the_figures_of_every_other_year(
    name: str, made: dict[str, IndicatorFiles], release: duckdb.DuckDBPyConnection
) -> None:
    of = about(release, name)
    told = json.loads(
        made[name].files[f"gegevens/indicator/{name}.js"].removeprefix("monitor.indicator(").removesuffix(");\n")
    )
    assert len(told["jaren"]) >= 3
    for year, content in told["jaren"].items():
        rows = figures(release, name, int(year))
        common = marked(content["html"]["kop"])
        for row, shown in zip(rows, content["cijfer"].split("|"), strict=True):
            text, _, marks = shown.partition("^")
            if row["waarde"] is None:
                assert text.startswith("~")
            else:
                assert (text, set(marks) | common) == (in_dutch(row["waarde"], of["decimalen"]), letters(row, name))
        places = content.get("plaats", "|" * 341).split("|")
        expected = [str(row["rang"]) if has_place(row) else "" for row in rows]
        assert [place if place.isdigit() else "" for place in places] == expected
        assert (content["van"] > 0) == any(expected)
        values = [rows[int(index)]["waarde"] for index in content["volgorde"].split()]
        known = [value for value in values if value is not None]
        assert known == sorted(known, reverse=True) == values[: len(known)]
        if "kaart" in content:
            classes = ["x" if row["waarde"] is not None and row["twijfel"] else str(row["klasse"] or 0) for row in rows]
            assert content["kaart"] == "".join(classes)
        regions = dict(zip(told["regios"], content["regios"].split("|"), strict=True))
        provinces = {
            row["code"]: in_dutch(row["waarde"], of["decimalen"])
            for row in figures(release, name, int(year), "provincie")
        }
        assert {code: re.sub(r"\^.*|~.*", "", regions[code]) for code in provinces} == provinces


def test_wmo_of_a_year_in_which_few_took_part_has_no_place_ranking_or_funnel(made: dict[str, IndicatorFiles]) -> None:
    name = "wmo_clienten_per_1000_inwoners"
    script = made[name].files[f"gegevens/indicator/{name}.js"]
    told = json.loads(script.removeprefix("monitor.indicator(").removesuffix(");\n"))["jaren"]["2017"]
    assert told["van"] == 0
    assert "plaats" not in told
    assert "<svg" not in told["html"]["beelden"]
    assert "(267 van 342)" in told["html"]["beelden"]
    assert "<svg" in json.dumps(
        json.loads(script.removeprefix("monitor.indicator(").removesuffix(");\n"))["jaren"]["2019"]["html"]
    )


def test_who_lies_outside_the_limits_is_named(
    made: dict[str, IndicatorFiles], release: duckdb.DuckDBPyConnection
) -> None:
    sql = """select b.indicator_id, b.gm_code from mart_benchmark as b
             inner join dim_indicator as i on b.indicator_id = i.indicator_id and b.jaar = i.laatste_jaar_met_cijfer
             where b.vlag in ('boven_buitengrens', 'onder_buitengrens')"""
    flagged = {(name, code) for name, code in release.execute(sql).fetchall()}
    assert len(flagged) > 10
    named = set()
    for name, each in made.items():
        found = re.search(
            r'<section aria-labelledby="trechter">.*?</section>', each.files[f"indicator/{name}.html"], re.DOTALL
        )
        named |= (
            {(name, code) for code in re.findall(r'href="\.\./gemeente/(\w+)\.html"', found[0])} if found else set()
        )
    assert named == flagged


def test_no_line_of_years_crosses_a_break(made: dict[str, IndicatorFiles], release: duckdb.DuckDBPyConnection) -> None:
    breaks: dict[str, set[int]] = {}
    for name, year in release.execute("select indicator_id, jaar from dim_reeksbreuk where blokkerend").fetchall():
        breaks.setdefault(name, set()).add(year)
    checked = 0
    for name, each in made.items():
        page = each.files[f"indicator/{name}.html"]
        drawing = re.search(r'<div id="verloop".*?</svg>', page, re.DOTALL)
        if not drawing:
            continue
        years = [int(words(row[0])) for row in body(page, "jarentabel")]
        within = {year for year in breaks.get(name, ()) if years[0] < year <= years[-1]}
        assert {int(year) for year in re.findall(r"Breuk in (\d{4})", drawing[0])} == within, name
        checked += len(within)
    assert checked > 20


def test_pages_have_no_word_of_judgement_and_are_small(made: dict[str, IndicatorFiles]) -> None:
    found = {}
    sizes: dict[str, int] = {}
    for each in made.values():
        for path, text in each.files.items():
            if match := FORBIDDEN.search(words(text) if path.endswith(".html") else re.sub(r"<[^>]+>", " ", text)):
                found[path] = match[0]
            folder = path.split("/", maxsplit=1)[0]
            sizes[folder] = sizes.get(folder, 0) + len(text.encode())
            assert len(text.encode()) < 400_000, path
    assert found == {}
    assert sizes["indicator"] + sizes["gegevens"] <= 14_000_000


def test_every_map_shows_the_classes_of_the_mart(
    made: dict[str, IndicatorFiles], release: duckdb.DuckDBPyConnection
) -> None:
    rows = asked(
        release,
        """select k.*, i.decimalen from mart_kaart as k
           inner join dim_indicator as i on k.indicator_id = i.indicator_id and k.jaar = i.laatste_jaar_met_cijfer""",
    )
    expected: dict[str, dict[str, str]] = {}
    bounds: dict[str, set[str]] = {}
    for row in rows:
        shade = f"k{row['klasse']}" if row["klasse"] else "doubt" if row["waarde"] is not None else "none"
        expected.setdefault(row["indicator_id"], {})[row["gm_code"]] = shade
        if row["klasse"]:
            low, high = (in_dutch(row[column], row["decimalen"]) for column in ("klasse_laagste", "klasse_hoogste"))
            span = low if low == high else f"{low} tot {high}"
            bounds.setdefault(row["indicator_id"], set()).add(f"{row['klasse']}: {span}")
    assert len(expected) > 50
    for name, shades in expected.items():
        for page in (f"indicator/{name}.html", f"insluiten/{name}.html"):
            drawing = re.search(r'<svg class="mp".*?</svg>', made[name].files[page], re.DOTALL)
            assert drawing
            groups = re.findall(r'<g class="(k\d|none|doubt)"[^>]*>(.*?)</g>', drawing[0], re.DOTALL)
            drawn = {code: shade for shade, paths in groups for code in re.findall(r'data-g="(\w+)"', paths)}
            assert drawn == {code: shades[code] for code in drawn}, page
            assert len(drawn) == 342
            texts = re.findall(r"<text[^>]*>(\d: [^<]*)</text>", drawing[0])
            assert set(texts) == bounds.get(name, set()), page


def test_rankings_and_funnels_tell_the_figures_of_the_mart(
    made: dict[str, IndicatorFiles], release: duckdb.DuckDBPyConnection
) -> None:
    sql = """select b.*, i.decimalen, i.noemer as noemer_naam, s.aantal_met_grenzen from mart_benchmark as b
             inner join dim_indicator as i on b.indicator_id = i.indicator_id and b.jaar = i.laatste_jaar_met_cijfer
             inner join mart_benchmark_reeks as s on b.indicator_id = s.indicator_id and b.jaar = s.jaar
             where b.indicator_id = $name and b.rang is not null order by b.waarde desc, b.gemeente_naam"""
    drawn = 0
    for name, each in made.items():
        page, rows = each.files[f"indicator/{name}.html"], asked(release, sql, name=name)
        ranking, funnel = (
            re.search(rf'<desc id="{part}-d">(.*?)</desc>', page) for part in ("ranglijst", "trechterbeeld")
        )
        assert (ranking is not None) == (len(rows) >= 0.9 * 342), name
        limited = [row for row in rows if row["bovengrens_99"] is not None]
        assert (funnel is not None) == any(row["noemer"] is not None for row in limited), name
        if ranking:
            drawn += 1
            assert f"Ranglijst van {len(rows)} gemeenten" in ranking[1], name
            for words_before, row in (("Hoogste", rows[0]), ("Laagste", rows[-1])):
                figure = in_dutch(row["waarde"], row["decimalen"])
                assert re.search(rf"{words_before} cijfer: .*?, {re.escape(figure)}\.", ranking[1]), name
        if funnel:
            assert f"Nederland: {in_dutch(limited[0]['gewogen_land'], limited[0]['decimalen'])}" in funnel[1], name
    assert drawn > 30
