"""The page of an indicator: all municipalities first, reasons instead of gaps, and no place without ground."""

import json
import re
from pathlib import Path

import pytest

from pipelines.publish.charts import map_shapes
from pipelines.publish.files.boundaries import SOURCE, boundaries_of
from pipelines.publish.pages.indicator import IndicatorPages
from pipelines.publish.pages.material import Material
from pipelines.releases.reader import open_folder
from tests.support.indicator_release import CODES, NAMES, indicator_release
from tests.support.site_pages import cells, number, words

RATE = "indicator/zorg_per_1000.html"


def made(folder: Path, *statements: str) -> dict[str, str]:
    with open_folder(indicator_release(folder, *statements)) as release:
        return {
            name: text
            for each in IndicatorPages(Material(release), map_shapes(boundaries_of(release, SOURCE))).files()
            for name, text in each.files.items()
        }


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return made(tmp_path_factory.mktemp("indicators"))


def rows(page: str) -> list[list[str]]:
    """The cells of the table of municipalities."""
    body = re.search(r'<tbody id="rijen">(.*?)</tbody>', page, re.DOTALL)
    assert body
    return [cells(row) for row in body[1].split("<tr>")[1:]]


def table(page: str, name: str) -> list[list[str]]:
    """The texts of the cells of a table, with its head."""
    found = re.search(rf'<table[^>]* id="{name}".*?</table>', page, re.DOTALL)
    assert found
    return [[words(cell) for cell in cells(row)] for row in found[0].split("<tr>")[1:]]


def section(page: str, heading: str) -> str:
    found = re.search(rf'<section aria-labelledby="{heading}">.*?</section>', page, re.DOTALL)
    assert found
    return words(found[0])


def script(files: dict[str, str], name: str) -> dict:  # type: ignore[type-arg]
    text = files[f"gegevens/indicator/{name}.js"]
    return json.loads(text.removeprefix("monitor.indicator(").removesuffix(");\n"))


def test_every_indicator_has_a_page_and_one_to_embed(files: dict[str, str]) -> None:
    names = {"zorg", "zorg_per_1000", "lasten_wmo_per_inwoner", "zorg_pct", "later"}
    assert {name for name in files if not name.startswith("gegevens/")} == {
        f"{folder}/{name}.html" for folder in ("indicator", "insluiten") for name in names
    }
    # One year needs no choice.
    assert {name for name in files if name.startswith("gegevens/")} == {
        f"gegevens/indicator/{name}.js" for name in ("zorg", "zorg_per_1000")
    }


def test_the_table_comes_first_and_has_every_municipality_from_high_to_low(files: dict[str, str]) -> None:
    page = files[RATE]
    assert page.index('id="rijen"') < page.index("<svg")
    shown = [(words(row[0]), number(row[1])) for row in rows(page)]
    assert shown[0] == ("Groningen", "1\N{NO-BREAK SPACE}234,6")
    assert [name for name, _ in shown[1:]] == list(NAMES.values())[1:]
    assert "De tabel heeft 10 rijen." in section(page, "gemeenten")
    assert "in 2022 : alle 10 gemeenten" in section(page, "gemeenten")


def test_a_row_says_figure_count_place_peers_and_class(files: dict[str, str]) -> None:
    almere = [words(cell) for cell in rows(files[RATE])[1]]
    assert almere == ["Almere", "39,1", "1\N{NO-BREAK SPACE}953", "2", "21,2", "2"]
    assert [words(cell) for cell in table(files[RATE], "gemeentetabel")[0]][1:] == [
        "2022, per 1 000 inwoners v",
        "Jongeren",
        "Plaats van 9, van hoog naar laag",
        "Vergelijkbare gemeenten",
        "Groep op de kaart",
    ]


def test_small_numbers_and_doubt_have_their_letter_and_no_place(files: dict[str, str]) -> None:
    found = {words(row[0]): row for row in rows(files[RATE])}
    assert re.sub(r"<[^>]+>|\n", "", found["Vlieland"][1]) == "36,1k"
    assert words(found["Vlieland"][3]) == "geen: kleine aantallen"
    assert re.sub(r"<[^>]+>|\n", "", found["Rotterdam"][1]) == "15,1t"
    assert [words(cell) for cell in found["Rotterdam"][3:]] == ["geen: twijfel", "21,2", ""]
    assert "Bij 1 cijfer is er twijfel . Dat cijfer telt niet mee in een vergelijking." in words(files[RATE])


def test_a_figure_that_is_not_there_has_its_reason_in_words_and_stands_last(tmp_path: Path) -> None:
    page = made(
        tmp_path,
        """update mart_indicator_actueel set waarde = null, reden_ontbreekt = 'deel_ontbreekt'
           where jaar = 2022 and regio_code = 'GM0014' and indicator_id = 'zorg_per_1000'""",
    )[RATE]
    last = rows(page)[-1]
    assert words(last[0]) == "Groningen"
    assert words(last[1]) == "van een deel waaruit het cijfer bestaat is geen cijfer"
    assert "In 2022 hebben 9 van de 10 gemeenten een cijfer." in words(page)


def test_there_is_no_place_where_too_few_are_compared(tmp_path: Path) -> None:
    page = made(tmp_path, "update dim_indicator set laatste_jaar_met_cijfer = 2021")[RATE]
    heads = table(page, "gemeentetabel")[0]
    assert not [head for head in heads if "Plaats" in head]
    assert "Er staat geen plaats bij. Minder dan negen van de tien gemeenten" in words(page)
    assert "(8 van 10)" in section(page, "trechter")
    # The break of that year stands in the head, since all figures have it.
    assert heads[1] == "2021, per 1 000 inwoners b"
    assert "In 2021 is er een breuk." in words(page)


def test_a_count_has_no_map_and_leads_to_its_rate(files: dict[str, str]) -> None:
    page = files["indicator/zorg.html"]
    assert 'id="kaart"' not in page
    assert "Een aantal zegt vooral hoe groot een gemeente is." in words(page)
    assert '<a href="zorg_per_1000.html">' in page
    assert [len(row) for row in rows(page)] == [2] * 10


def test_money_and_percentages_without_counts_say_why_nobody_can_differ(files: dict[str, str]) -> None:
    assert "Dit cijfer gaat over geld." in section(files["indicator/lasten_wmo_per_inwoner.html"], "trechter")
    assert "CBS geeft bij dit percentage geen aantallen." in section(files["indicator/zorg_pct.html"], "trechter")


def test_a_percentage_without_counts_has_the_middle_of_its_peers(files: dict[str, str]) -> None:
    page = files["indicator/zorg_pct.html"]
    assert "De middelste van de vergelijkbare gemeenten" in table(page, "gemeentetabel")[0]
    assert words(rows(page)[0][3]) == "10,5"
    assert "Nederland: 13,2 %." in words(page)


def test_the_money_of_a_central_municipality_has_its_letter(files: dict[str, str]) -> None:
    found = {words(row[0]): row[1] for row in rows(files["indicator/lasten_wmo_per_inwoner.html"])}
    assert "<sup>c</sup>" in found["Groningen"]
    assert "<sup>c</sup>" not in found["Almere"]


def test_who_differs_is_named(files: dict[str, str]) -> None:
    said = section(files[RATE], "trechter")
    assert "1 gemeente ligt boven de buitenste lijn: Groningen (1\N{NO-BREAK SPACE}234,6)." in said
    assert "Geen gemeente ligt onder de buitenste lijn." in said
    assert "Een laag cijfer kan hier bij geen enkele gemeente opvallen." in said


def test_years_are_told_with_breaks_and_without_a_line_of_too_few(files: dict[str, str]) -> None:
    page = files[RATE]
    _, *shown = table(page, "jarentabel")
    assert [row[:2] for row in shown] == [["2020", "26,3"], ["2021", "26,3 b"], ["2022", "26,3 v"]]
    assert [row[-1] for row in shown] == ["10 van 10", "8 van 10", "9 van 10"]
    assert "Dat geldt voor 2021." in section(page, "jaren")
    drawing = re.search(r'<div id="verloop".*?</svg>', page, re.DOTALL)
    assert drawing
    assert "2021: geen cijfer." in drawing[0]
    assert "Breuk in 2021." in drawing[0]


def test_where_amounts_lack_the_sum_of_the_others_stands_beside_the_country(files: dict[str, str]) -> None:
    head, *shown = table(files["indicator/zorg.html"], "jarentabel")
    assert head[2:] == ["Som van wie een cijfer heeft", "Gemeenten van toen met een cijfer"]
    assert [row[2:] for row in shown] == [
        ["", "10 van 10"],
        ["12\N{NO-BREAK SPACE}345", "11 van 12"],
        ["", "10 van 10"],
    ]


def test_regions_have_a_figure_or_a_reason(files: dict[str, str]) -> None:
    assert table(files[RATE], "regio-provincie")[1] == ["Groningen", "26,3 v"]
    assert table(files[RATE], "regio-arbeidsmarktregio")[1] == ["Groningen", "geheim"]
    assert "geheim CBS publiceert een punt" in section(files[RATE], "regios")


def test_meaning_source_and_caution_are_told(files: dict[str, str]) -> None:
    page = files[RATE]
    assert "zorg / inwoners * 1000" in section(page, "betekenis")
    assert 'href="https://opendata.cbs.nl/statline/#/CBS/nl/dataset/1ABC"' in page
    caution = section(page, "let-op")
    assert 'zie &lt;<a href="zorg_pct.html">Zorg in procenten</a>&gt; en wat_anders.' in page
    assert "2021 , vergelijk dit jaar niet met eerdere jaren: CBS begon een nieuwe reeks." in caution
    assert "2022 , vergelijken kan, met deze kanttekening: De wet veranderde." in caution
    assert "1 cijfer van gemeenten, in 2022: Wijkt sterk af." in caution


def test_an_indicator_without_figures_says_so(files: dict[str, str]) -> None:
    page = files["indicator/later.html"]
    assert "Nog geen gemeente heeft een cijfer." in words(page)
    assert "<tbody" not in page
    assert "Nog geen gemeente heeft een cijfer." in words(files["insluiten/later.html"])


def test_text_is_escaped(files: dict[str, str]) -> None:
    page = files["indicator/zorg.html"]
    assert "Aantal &lt;jongeren&gt;." in page
    assert "<jongeren>" not in page
    assert "<h1>Jongeren &amp; zorg</h1>" in page


def test_what_is_embedded_leaves_its_frame_and_runs_nothing(files: dict[str, str]) -> None:
    page = files["insluiten/zorg_per_1000.html"]
    assert "<script" not in page
    assert re.findall("<a [^>]*>", page) == ['<a href="../indicator/zorg_per_1000.html" target="_top">']
    assert "opname, niet live" in words(page)
    assert 'src="ADRES/insluiten/zorg_per_1000.html"' in words(files[RATE])


@pytest.mark.parametrize("kind", ["indicator", "insluiten"])
def test_no_page_has_a_style_or_a_script_of_its_own(files: dict[str, str], kind: str) -> None:
    for name, page in files.items():
        if name.startswith(f"{kind}/"):
            assert not re.search(r"\sstyle=|\son\w+=|<style|<script>", page), name


def test_other_years_are_told_in_the_order_of_codes(files: dict[str, str]) -> None:
    told = script(files, "zorg_per_1000")
    assert list(told["jaren"]) == ["2020", "2021"]
    year = told["jaren"]["2021"]
    figures = year["cijfer"].split("|")
    assert len(figures) == len(CODES)
    assert figures[:2] == ["1\N{NO-BREAK SPACE}234,6", "~0"]
    assert told["redenen"][0].startswith("CBS publiceert een punt")
    # Who has no figure stands last, by name.
    assert [CODES[int(index)] for index in year["volgorde"].split()][-2:] == ["GM0034", "GM0150"]
    assert year["van"] == 0
    assert "plaats" not in year
    assert year["kaart"] == "5020222222"
    assert year["titel"] == "Jongeren per 1 000 per gemeente in 2021"
    assert year["legenda"].startswith("<text")
    assert "geen cijfer (2)" in year["legenda"]
    assert dict(zip(told["regios"], year["regios"].split("|"), strict=True)) == {"AM01": "~0", "PV20": "26,3^b"}
    assert "In 2021 hebben 8 van de 10 gemeenten een cijfer." in year["html"]["kort"]
    assert told["jaren"]["2020"]["van"] == 10
    assert told["jaren"]["2020"]["plaats"] == "|".join(map(str, range(1, 11)))


def test_a_count_tells_no_map(files: dict[str, str]) -> None:
    year = script(files, "zorg")["jaren"]["2020"]
    assert set(year) == {"van", "cijfer", "volgorde", "regios", "regioletters", "html"}
    assert set(year["html"]) == {"kort", "kop"}


def test_the_same_release_gives_the_same_bytes(files: dict[str, str], tmp_path: Path) -> None:
    assert made(tmp_path) == files
