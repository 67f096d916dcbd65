"""The quality report says of a release what an analyst, a council's clerk and the data engineer must know."""

import re
from pathlib import Path

import pytest

from pipelines.releases.store import GUIDE, INDICATORS, REPORT
from tests.support.html_page import Page, Table, flaws, read_page
from tests.support.made_up_releases import CHECK, release_to_show, with_pages

FAILED = CHECK | {"controle": "fct_indicator.som", "geslaagd": False, "gevonden": "3 rijen", "ernst": "waarschuwing"}
ACCEPTED = FAILED | {"controle": "fct_indicator.vorige", "ernst": "kritiek", "aanvaard": "door Els: bericht 12"}
FETCH = CHECK | {"controle": "ophalen.1ABC", "tabel": "1ABC", "ernst": "waarschuwing", "gevonden": "in orde"}
NAMES = (REPORT, INDICATORS, GUIDE)


def pages(folder: Path, *statements: str, **how: object) -> dict[str, Page]:
    with_pages(release_to_show(folder, *statements, **how))  # type: ignore[arg-type]
    return {name: read_page(folder / name) for name in NAMES}


def report(folder: Path, *statements: str, **how: object) -> Page:
    with_pages(release_to_show(folder, *statements, **how))  # type: ignore[arg-type]
    return read_page(folder / REPORT)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Page:
    """The report of the made-up release as it is."""
    return report(tmp_path_factory.mktemp("plain"))


def table(page: Page, caption: str) -> Table:
    (found,) = (table for table in page.tables if table.caption.startswith(caption))
    return found


def cells(found: Table) -> list[list[str]]:
    return [[" ".join(text.split()) for _, _, text in row] for row in found.rows]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_whole_and_loads_nothing(tmp_path: Path, name: str) -> None:
    made = pages(tmp_path, checks=(CHECK, FAILED, ACCEPTED, FETCH))
    assert made[name].tables
    assert flaws(made[name], made) == []
    policy = next(a["content"] for tag, a in made[name].attributes if a.get("http-equiv") == "Content-Security-Policy")
    assert re.fullmatch(r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; .*", policy or "")
    assert dict(made[name].attributes)["html"] == {"lang": "nl"}


def test_the_same_release_gives_the_same_bytes(tmp_path: Path) -> None:
    made = release_to_show(tmp_path)
    written = []
    for _ in range(2):
        with_pages(made)
        written.append([(made / name).read_bytes() for name in NAMES])
    assert written[0] == written[1]


def test_a_recording_says_so_wherever_a_person_looks(tmp_path: Path) -> None:
    recorded = pages(tmp_path / "opname")
    live = pages(tmp_path / "live", bron="live", toelichting="Gemaakt van de live tabellen.")
    for page in recorded.values():
        assert len(re.findall("opname, niet live", page.text, re.IGNORECASE)) >= 3
        assert "opname" in page.ids
    assert [name for name, page in live.items() if "opname" in page.ids] == []
    # The guide is about every release, so it tells what a recording is.
    for name in (REPORT, INDICATORS):
        assert not re.search("niet live|van de opname", live[name].text, re.IGNORECASE)


def test_a_heat_map_has_the_counts_of_the_figures(plain: Page) -> None:
    shown = table(plain, "Jeugd: gemeenten met een cijfer")
    assert cells(shown) == [
        ["Indicator", "2020van 4", "2021van 4", "2022van 4"],
        ["Jongeren & zorg", "4/4", "2/4", "geen van 4"],
        ["Jongeren per 1 000", "4/4", "·buiten de reeks", "·buiten de reeks"],
    ]
    assert [[shade for _, shade, _ in row[1:]] for row in shown.rows[1:]] == [
        ["vol", "s50", "geen"],
        ["vol", "buiten", "buiten"],
    ]


def test_missing_figures_are_counted_by_reason(plain: Page) -> None:
    found = cells(table(plain, "Cijfers van gemeenten die ontbreken"))
    assert [[row[0], row[-1]] for row in found[1:]] == [["niet_gepubliceerd", "4"], ["onbekend_of_geheim", "2"]]


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        ((CHECK,), "Ja: elke controle is geslaagd (1 van 1)."),
        ((CHECK, FAILED), "Ja, met 1 waarschuwing. Lees"),
        ((CHECK, FAILED, ACCEPTED), "Ja, met 1 waarschuwing en 1 aanvaarde bevinding. Lees"),
        ((CHECK, FETCH | {"geslaagd": False}), "Ja, met 1 waarschuwing, en niet elke tabel is bijgewerkt."),
        ((FAILED | {"ernst": "kritiek"},), "Nee: 1 kritieke controle is niet geslaagd en niet aanvaard."),
        ((), "Dat is niet te zeggen: deze uitgave heeft geen controles."),
    ],
)
def test_the_verdict_follows_the_checks(tmp_path: Path, checks: tuple[dict[str, object], ...], said: str) -> None:
    assert said in report(tmp_path, checks=checks).text


def test_what_did_not_pass_comes_first_and_what_passed_is_folded(tmp_path: Path) -> None:
    page = report(tmp_path, checks=(CHECK, ACCEPTED, FAILED))
    failed = cells(table(page, "2 controles die niet slaagden"))
    assert [(row[0], row[3], row[1], row[4]) for row in failed[1:]] == [
        ("fct_indicator.som", "waarschuwing", "3 rijen", "nee"),
        ("fct_indicator.vorige", "kritiek", "3 rijen", "door Els: bericht 12"),
    ]
    passed = cells(table(page, "Geslaagde controles van fct_indicator"))
    assert passed[1:] == [
        ["fct_indicator.sleutel", "", "kritiek", "0 dubbele rijen", "0 dubbele rijen", CHECK["reden"]]
    ]
    assert "fct_indicator: 1 van 3 geslaagd" in page.text


def test_a_message_cannot_become_markup(tmp_path: Path) -> None:
    evil = FAILED | {"gevonden": "<script>alert('x')</script> & \"<b>", "controle": "<img src=x onerror=y>"}
    page = report(tmp_path, checks=(CHECK, evil))
    assert page.loads == []
    assert page.tags["script"] == page.tags["img"] == 0
    assert cells(table(page, "1 controle die niet slaagde"))[1][0] == evil["controle"]
    assert evil["gevonden"] in page.text


def test_each_table_of_cbs_says_when_it_was_refreshed_and_whether_that_was_in_order(tmp_path: Path) -> None:
    late = FETCH | {"geslaagd": False, "gevonden": "CBS geeft 503."}
    unknown = FETCH | {"controle": "ophalen.9ZZZ", "tabel": "9ZZZ", "geslaagd": False}
    page = report(tmp_path, checks=(CHECK, late, unknown))
    assert cells(table(page, "Dataset jeugdzorg_wijken"))[1] == [
        *("1ABC", "Jeugd; wijken 2020", "2020", "1-5-2021", "2-1-2026 03:00opname", "1 234", "Regulier"),
        *("niet geslaagd: CBS geeft 503.", "niet gecontroleerd in deze uitgave"),
    ]
    summary = "2 tabellen van CBS niet bijgewerkt Van 1ABC en 9ZZZ is de laatste goede versie gebruikt. Alle tabellen"
    assert summary in " ".join(page.text.split())
    assert "zonder herkomst in deze uitgave: 9ZZZ." in page.text
    assert "Alleen gemeenten." in page.text
    assert {link for link in page.links if "statline" in link} == {
        "https://opendata.cbs.nl/statline/#/CBS/nl/dataset/1ABC",
        "https://iv3statline.cbs.nl",
    }


def test_breaks_with_one_cause_are_one_row_and_doubts_are_counted(plain: Page) -> None:
    (found,) = cells(table(plain, "Breuken in reeksen"))[1:]
    assert found[:4] == ["2021", "CBS begon een nieuwe reeks.", "ja", "methode"]
    assert found[4:] == ["2 indicatorenjeugd, jeugd_per_1000", "CBS, bericht 12"]
    assert cells(table(plain, "Betwijfelde cijfers"))[1] == ["jeugd", "1 (3)"]


def test_revisions_are_told_in_words_when_there_are_none(tmp_path: Path) -> None:
    assert "Geen enkel cijfer is anders." in report(tmp_path / "a").text
    first = report(tmp_path / "b", vorige=None)
    assert "Dit is de eerste uitgave; er is niets om mee te vergelijken." in first.text
    assert "Geen enkel cijfer is anders." not in first.text


def test_revisions_are_counted_per_table_and_the_largest_are_named(tmp_path: Path) -> None:
    page = report(
        tmp_path,
        """insert into revisie_telling values ('r', '1ABC', 'jeugd', 2020, 'origineel', 1000, 20, 3, 4, 5, 6, 7),
            ('r', '1ABC', 'jeugd', 2021, 'origineel', 2000, 1, 0, 0, 0, 0, 0),
            ('r', '1ABC', 'jeugd', 2020, 'actueel', 9999, 99, 99, 99, 99, 99, 99)""",
        """insert into revisies by name
            select 'r' as release, 'jeugd' as indicator_id, 'gemeente' as regio_soort, 'origineel' as indeling,
                2020 as jaar, regio_code, oude_waarde, nieuwe_waarde, 'gewijzigd' as soort
            from (values ('GM0001', 100.0, 1250.5), ('GM0002', 100.0, 90.0), ('GM0003', 0.0, 5.0),
                ('GM0004', 1.0, null)) as anders (regio_code, oude_waarde, nieuwe_waarde)""",
    )
    assert cells(table(page, "Cijfers die anders zijn"))[1:] == [["1ABC", "3 000", "21", "5", "3", "4", "6", "7"]]
    assert cells(table(page, "De grootste veranderingen"))[1:] == [
        ["jeugd", "(GM0003)", "2020", "0", "5", "was nul"],
        ["jeugd", "Aalten (GM0001)", "2020", "100", "1 250,5", "+1 150,5 %"],
        ["jeugd", "(GM0002)", "2020", "100", "90", "-10,0 %"],
    ]


def test_a_correction_is_listed(tmp_path: Path) -> None:
    page = report(
        tmp_path,
        """insert into correctie values ('1ABC', 'GM0001', 2020, 'jeugd', '', '10', '12', '10', 'toegepast',
            'cbs.nl/bericht', '2026-01-01', 'Dubbel geteld.')""",
    )
    assert cells(table(page, "1 bekende fout"))[1][4:8] == ["10", "12", "10", "toegepast"]


def test_a_release_without_most_tables_gets_a_page_too(tmp_path: Path) -> None:
    made = pages(
        tmp_path,
        *(f"drop table {name}" for name in ("dim_reeksbreuk", "dim_twijfel", "dim_regio", "correctie", "revisies")),
        "drop table herkomst",
        "drop table dim_indicator",
        "create table dim_indicator as select 'jeugd' as indicator_id, 'Jongeren' as naam, 'aantal' as eenheid",
    )
    assert {name: flaws(page, made) for name, page in made.items()} == {name: [] for name in NAMES}
    assert "Deze uitgave heeft geen tabel herkomst." in made[REPORT].text
    assert cells(table(made[REPORT], "Overige: gemeenten met een cijfer"))[1][:2] == ["Jongeren", "4/4"]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2 defines it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_every_text_stands_out_from_its_background(plain: Page) -> None:
    style = re.findall(r"<style>(.*?)</style>", plain.source, re.DOTALL)[0]
    schemes = [dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", part)) for part in style.split(":root")[1:]]
    light, dark, paper = schemes
    pairs = [(text, back) for text in ("fg", "muted", "link") for back in ("bg", "soft")]
    pairs += [
        ("fg", "warn-bg"),
        ("fg", "bad-bg"),
        ("fg", "stripe"),
        ("good", "bg"),
        ("bad-line", "bg"),
        ("vol-fg", "vol-bg"),
    ]
    pairs += [("shade-fg", f"{shade}-bg") for shade in ("s90", "s75", "s50", "s25", "s0")]
    for scheme in (light, dark, light | paper):
        found = {pair: contrast(scheme[pair[0]], scheme[pair[1]]) for pair in pairs}
        assert {pair: ratio for pair, ratio in found.items() if ratio < 4.5} == {}
