"""The made CBS of 2026 is served as CBS would, with the names of the live tables, and says that its figures are made
up.
"""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import cbsodata
import pytest

from pipelines.recording import serve_recording
from pipelines.recording.store import Recording
from pipelines.statline.client import StatlineClient
from tests.support.cbs_2026 import NEXT_YEAR, MadeCbs, TablesMissingError, make_cbs_2026, shared_cbs_2026
from tests.support.cbs_2026.form import MADE_UP, Table, key_of
from tests.support.cbs_2026.made import all_tables
from tests.support.cbs_2026.neighbourhoods import kwb_2025_topics
from tests.support.cbs_2026.region import members
from tests.support.cbs_2026.trap import YOUTH_2024
from tests.support.statline_service import quick_client

# It is what slow tests are made with, at full size.
pytestmark = pytest.mark.slow

TOTAL_IN_NATURA = "Jongeren met jeugdzorg in natura|Totaal jongeren met jeugdzorg in natur"


# One of each kind; all of them come in a test of their own.
SOME = ("85098NED", "86204NED", "86158NED", "80794ned", "86165NED", "86247NED", "85637NED", "45059NED", "86204ENG")


@pytest.fixture(scope="module")
def cbs(pytestconfig: pytest.Config) -> MadeCbs:
    return shared_cbs_2026(pytestconfig.cache.mkdir("cbs_2026"))


@pytest.fixture(scope="module")
def url(cbs: MadeCbs) -> Iterator[str]:
    with serve_recording(cbs.folder) as served:
        yield served


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[StatlineClient]:
    with StatlineClient(url) as asking:
        yield asking


def assert_served_as_made(cbs: MadeCbs, client: StatlineClient, table: Table) -> None:
    """Every row and cell, in order, by the numbers and texts that were made."""
    rows = [row for page in client.pages(table.id, table.catalog) for row in page.rows]
    assert [row["ID"] for row in rows] == list(range(table.record_count)), table.id
    made = cbs.figures.of(table.id)
    for row in rows:
        for column, figure in zip(table.columns, islice(made, len(table.columns)), strict=True):
            text = row[column.key].strip()
            same = text == figure.value.strip() if isinstance(figure.value, str) else float(text) == figure.value
            assert same, (table.id, column.key, row, figure)
            assert {key: row[key].strip() for key in figure.codes} == figure.codes
    assert next(made, None) is None


@pytest.mark.parametrize("table", SOME)
def test_figures_arrive_at_the_monitors_client_as_they_were_made(
    cbs: MadeCbs, client: StatlineClient, table: str
) -> None:
    assert_served_as_made(cbs, client, cbs.tables[table])


def test_every_figure_of_every_table_arrives_as_it_was_made(cbs: MadeCbs, client: StatlineClient) -> None:
    for table in cbs.tables.values():
        assert_served_as_made(cbs, client, table)


def test_it_is_the_same_whenever_it_is_made(cbs: MadeCbs, tmp_path: Path) -> None:
    others = [table for table in made_ids() if table not in SOME]
    again = make_cbs_2026(tmp_path / "statline", without=others)
    for path in sorted(again.folder.rglob("*")):
        if path.is_file() and path.parent.name in SOME:
            assert path.read_bytes() == (cbs.folder / path.relative_to(again.folder)).read_bytes()


def test_the_catalogue_tells_of_every_table_what_it_holds(cbs: MadeCbs, client: StatlineClient) -> None:
    rows = client.catalogue("CBS")
    assert set(rows) == set(cbs.tables)
    for table in cbs.tables.values():
        row = rows[table.id]
        assert (row.title, row.record_count, row.column_count) == (table.title, table.record_count, table.column_count)
        assert (row.fields["Language"], row.fields["Catalog"]) == (table.language, table.catalog)
        assert row.remark == MADE_UP


def test_metadata_name_every_column_and_code_of_the_rows(cbs: MadeCbs, client: StatlineClient) -> None:
    for table in cbs.tables.values():
        metadata = client.metadata(table.id, table.catalog)
        first = next(client.pages(table.id, table.catalog, "ID lt 1")).rows[0]
        keys = [row["Key"] for row in metadata["DataProperties"] if row["Key"]]
        assert ["ID", *keys] == list(first), table.id
        for dimension in table.dimensions:
            listed = [row["Key"] for row in metadata[dimension.key]]
            assert first[dimension.key] in listed
            assert len({len(key) for key in listed}) == 1
            assert [key.strip() for key in listed] == [code.key for code in dimension.codes]


def test_cbsodata_reads_it_too(cbs: MadeCbs, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cbsodata.options, "use_https", False)
    monkeypatch.setattr(cbsodata.options, "catalog_url", url.removeprefix("http://"))
    monkeypatch.setattr(cbsodata.options, "requests", {"proxies": {"http": None}})
    assert [row["Identifier"] for row in cbsodata.get_table_list()] == list(cbs.tables)
    for table in ("85098NED", "86204NED", "70072ned", "86358NED", "45067NED", "86165ENG"):
        made = cbs.tables[table]
        assert len(cbsodata.get_data(table)) == made.record_count
        assert cbsodata.get_meta(table, "DataProperties") == made.properties()
    amsterdam = cbsodata.get_data("86204NED", filters="startswith(Wijken,'GM0363') and Vormen eq 'T001203'")
    figures = [row["TotaalJongerenMetJeugdzorgInNatur_1"] for row in amsterdam]
    assert figures == [cbs.figures.value("86204NED", TOTAL_IN_NATURA, "GM0363")]


def test_every_text_says_that_it_is_made_up(cbs: MadeCbs) -> None:
    recording = Recording(cbs.folder)
    assert set(recording.remarks().values()) == {MADE_UP}
    assert len(recording.remarks()) == len(cbs.tables)
    spoken = ("Summary", "ExplanatoryText", "ShortDescription", "Description", "SummaryAndLinks")
    rows = [json.loads(row) for row in recording.catalogue().rows]
    for table in cbs.tables:
        rows += json.loads((cbs.folder / table / "TableInfos.json").read_bytes())
        rows += json.loads((cbs.folder / table / "DataProperties.json").read_bytes())
    assert {row[name] for row in rows for name in spoken if name in row} == {MADE_UP}
    assert all(MADE_UP in row["Source"] for row in rows if "Source" in row)


def test_keys_and_places_of_the_one_complete_live_table_are_made_as_cbs_makes_them(cbs: MadeCbs) -> None:
    topics = [row for row in cbs.tables["86165NED"].properties() if row["Type"] == "Topic"]
    made = [(row["ID"], row["Position"], row["Key"], row["Unit"], row["Decimals"]) for row in topics]
    proven = [
        (int(row["id"]), int(row["position"]), row["key"], row["unit"], int(row["decimals"]))
        for row in kwb_2025_topics()
    ]
    assert made == proven
    assert len(made) == 121


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("85098NED", "JeugdbeschEnJeugdhMetVerblInNat_4"),
        ("85099NED", "JongerenMetJeugdzorg_1"),
        ("86204NED", "TotaalJongerenMetJeugdzorgInNatur_1"),
        ("86204NED", "TotaalTrajectenInNatura_9"),
        ("86158NED", "WmoClienten_5"),
        ("86158NED", "WmoClientenPer1000Inwoners_6"),
        ("80794ned", "UitkeringsontvangersTotaal_1"),
        ("80794ned", "BijstandTotDeAOWLeeftijd_7"),
        ("80794ned", "WIAUitkeringWGARegeling_10"),
        ("70072ned", "JongerDan5Jaar_4"),
        ("70072ned", "k_20Tot25Jaar_8"),
        ("70072ned", "BijstandGerelateerdTotAOWLeeftijd_160"),
        ("85618NED", "WmoClienten_98"),
        ("85984NED", "WmoClienten_93"),
        ("86358NED", "k_80JaarOfOuder_13"),
        ("86358NED", "HuishoudensTotaal_30"),
        ("85994NED", "ClientenMetVoorzieningen_5"),
        ("45067NED", "k_2ePlaatsing_2"),
    ],
)
def test_keys_that_are_proven_of_live_tables(cbs: MadeCbs, table: str, key: str) -> None:
    assert key in [column.key for column in cbs.tables[table].columns]


def test_counts_of_municipalities_add_up_to_those_of_the_country(cbs: MadeCbs) -> None:
    made = cbs.tables["70072ned"]
    total = "Bevolking|Bevolkingssamenstelling op 1 januari|Totale bevolking"
    regions = [code.key for code in made.dimensions[0].codes]
    for year in ("2018", "2022", "2026"):
        found = {region: cbs.figures.value("70072ned", total, region, year) for region in regions}
        for kind in ("GM", "PV", "LD", "CR"):
            assert sum(int(v or 0) for region, v in found.items() if region.startswith(kind)) == found["NL01"]
        kwb = cbs.figures.value(
            {"2018": "84286NED", "2022": "85318NED", "2026": "86358NED"}[year], "Bevolking|Aantal inwoners", "NL"
        )
        assert kwb == found["NL01"]


def test_tables_about_one_thing_agree(cbs: MadeCbs) -> None:
    value = cbs.figures.value
    young = "Jongeren met jeugdzorg in natura|Totaal jongeren met jeugdzorg in natura"
    total = ("85100NED", "Totaal jongeren met jeugdzorg")
    for region in ("NL", "GM0363", "GM1680", "GM0060"):
        in_natura = value(*total, region, "2023", VormenVanJeugdzorg="A049001")
        assert in_natura == value("85685NED", young, region) == value("85618NED", "Zorg|" + young.split("|")[0], region)
        clients = value("86050NED", "Wmo-cliënten", region, "2023")
        assert clients == value("85639NED", "Wmo-cliënten", region) == value("85043NED", "Wmo-cliënten", region, "2023")
        assistance = value(
            "70072ned", "Sociale zekerheid|Personen met een uitkering|Bijstand tot de AOW-leeftijd", region, "2023"
        )
        assert assistance == value("85618NED", "Sociale zekerheid|Personen per soort uitkering; Bijstand", region)


def test_a_youth_region_is_the_sum_of_its_municipalities_and_holds_more_with_pgb(cbs: MadeCbs) -> None:
    members_of = members(2024)
    for region in [region for region in members_of if region.startswith("JZ")]:
        every, in_natura = (
            cbs.figures.value("85100NED", "Totaal jongeren met jeugdzorg", region, "2024", VormenVanJeugdzorg=form)
            for form in ("A045561", "A049001")
        )
        parts = [
            cbs.figures.value("85100NED", "Totaal jongeren met jeugdzorg", gm_code, "2024")
            for gm_code in members_of[region]
        ]
        known = [part for part in parts if isinstance(part, int)]
        assert isinstance(every, int)
        assert isinstance(in_natura, int)
        # Rounding to five, and up to seven hidden.
        assert abs(every - sum(known)) <= 2.5 * (len(parts) + 1) + 7 * (len(parts) - len(known))
        assert in_natura < every


def test_a_merged_municipality_has_figures_only_while_it_was_there(cbs: MadeCbs) -> None:
    people = "Bevolking|Bevolkingssamenstelling op 1 januari|Totale bevolking"
    old, new = (
        [cbs.figures.value("70072ned", people, code, str(year)) for year in (2022, 2023)]
        for code in ("GM0501", "GM1992")
    )
    assert (old[1], new[0]) == ("", "")
    assert isinstance(old[0], int)
    assert isinstance(new[1], int)
    listed = {
        code.key: code.fields["Description"] for code in cbs.tables["70072ned"].dimensions[0].codes if code.fields
    }
    assert (listed["GM0501"], listed["GM1992"]) == ("Opgeheven per 01-01-2023", "Ontstaan per 01-01-2023")


def test_an_empty_column_a_renamed_one_and_a_new_code_are_there(cbs: MadeCbs) -> None:
    care = {figure.value for figure in cbs.figures.of("86165NED") if figure.path[0] == "Zorg"}
    assert care == {"."}
    titles = {year: [c.topic.title for c in cbs.tables[year].columns] for year in ("85335NED", "85685NED", YOUTH_2024)}
    assert ["Verwijzer onbekend" in found for found in titles.values()] == [True, False, True]
    codes = {year: {code.key for code in cbs.tables[year].dimensions[0].codes} for year in ("85639NED", "86158NED")}
    assert codes["86158NED"] - codes["85639NED"] == {"A099100"}


def test_a_decoy_never_has_the_figures_of_the_table_it_looks_like(cbs: MadeCbs) -> None:
    looks_like = {"86204ENG": "86204NED", "86203NED": "86204NED", "86186NED": "84753NED", "85600NED": "85618NED"}
    assert set(looks_like) <= set(cbs.decoys)
    for decoy, real in looks_like.items():
        pairs = zip(cbs.figures.of(decoy), cbs.figures.of(real), strict=True)
        large = [
            (a.value, b.value) for a, b in pairs if a.unit == "aantal" and isinstance(b.value, int) and b.value > 50
        ]
        assert large
        assert all(a != b for a, b in large)
    assert set(cbs.oddities) <= set(cbs.tables)


def test_next_years_tables_come_beside_the_others(tmp_path: Path) -> None:
    few = [table for table in made_ids() if table not in ("86204NED", "86158NED", "86358NED", "86247NED")]
    cbs = make_cbs_2026(tmp_path / "statline", without=few)
    before = catalogue(cbs)
    new = cbs.add_next_year()
    after = catalogue(cbs)
    assert set(after) == {*before, *new}
    assert {row["Title"] for table, row in after.items() if table in new} == {
        "Jongeren met jeugdzorg en jeugdzorgtrajecten in natura; wijken, 2026",
        "Wmo-cliënten; type maatwerkvoorziening, wijken, 2026",
        "Kerncijfers wijken en buurten 2027",
        "Gebieden in Nederland 2027",
    }
    assert len({row["ID"] for row in after.values()}) == len(after)
    with cbs.served() as service, quick_client(service.url) as client:
        assert len(next(client.pages("86558NED", "CBS")).rows) == cbs.tables["86558NED"].record_count
        assert not client.source("CBS").recording


def test_a_column_can_be_renamed_and_keeps_its_figures(tmp_path: Path) -> None:
    path = "Wmo-cliënten"
    cbs = make_cbs_2026(tmp_path / "statline", without=[table for table in made_ids() if table != "86158NED"])
    before = cbs.figures.value("86158NED", path, "GM0363", "2025")
    cbs.rename_column("86158NED", path, "Mensen met Wmo")
    assert cbs.figures.value("86158NED", path, "GM0363", "2025") == before
    properties: list[dict[str, Any]] = json.loads((cbs.folder / "86158NED" / "DataProperties.json").read_bytes())
    assert [row["Key"] for row in properties if row["Title"] == "Mensen met Wmo"] == ["MensenMetWmo_5"]
    assert catalogue(cbs)["86158NED"]["Modified"] == "2026-10-31T02:00:00"


def test_columns_renamed_from_the_start_and_tables_left_out(tmp_path: Path) -> None:
    renamed = {("86158NED", ("Wmo-cliënten",)): "Mensen met Wmo"}
    others = [table for table in made_ids() if table != "86158NED"]
    cbs = make_cbs_2026(tmp_path / "statline", without=others, renamed_columns=renamed)
    assert list(catalogue(cbs)) == ["86158NED"]
    assert cbs.tables["86158NED"].columns[4].key == "MensenMetWmo_5"


def test_a_copy_is_changed_and_the_shared_one_is_not(tmp_path: Path) -> None:
    small = make_cbs_2026(tmp_path / "small", without=[table for table in made_ids() if table != "83454NED"])
    copy = small.copied(tmp_path / "copy")
    copy.rename_column("83454NED", "Begrote kosten", "Geraamde kosten")
    assert small.tables["83454NED"].columns[0].key == "BegroteKosten_1"
    assert catalogue(small) != catalogue(copy)
    assert "Geraamde" not in (small.folder / "83454NED" / "DataProperties.json").read_text(encoding="utf-8")


def test_the_next_year_may_be_there_from_the_start(tmp_path: Path) -> None:
    cbs = make_cbs_2026(tmp_path / "statline", without=made_ids(), extra_year=NEXT_YEAR)
    assert sorted(table.year or 0 for table in cbs.tables.values()) == [2026, 2026, 2027, 2027]
    assert list(catalogue(cbs)) == list(cbs.tables)
    with pytest.raises(ValueError, match="expected 2027, found 2030"):
        make_cbs_2026(tmp_path / "other", extra_year=2030)


def test_what_was_not_made_is_told(cbs: MadeCbs, tmp_path: Path) -> None:
    with pytest.raises(TablesMissingError, match="No table 00000NED"):
        make_cbs_2026(tmp_path / "a", without=["00000NED"])
    with pytest.raises(TablesMissingError, match="has no column"):
        make_cbs_2026(tmp_path / "b", renamed_columns={("86158NED", ("Wmo",)): "x"})
    with pytest.raises(TablesMissingError, match="no code GM9999"):
        cbs.figures.value("86158NED", "Wmo-cliënten", "GM9999")
    with pytest.raises(TablesMissingError, match="no dimension Geslacht"):
        cbs.figures.value("86158NED", "Wmo-cliënten", "GM0363", Geslacht="3000")


def made_ids() -> list[str]:
    return [table.id for table in all_tables()]


def catalogue(cbs: MadeCbs) -> dict[str, dict[str, Any]]:
    rows = json.loads((cbs.folder / "catalog" / "Tables.json").read_bytes())
    return {row["Identifier"]: row for row in rows}


def test_words_of_a_title_become_its_key() -> None:
    assert key_of("Personenauto's totaal") == "PersonenautoSTotaal"
    assert key_of("0 tot 15 jaar") == "k_0Tot15Jaar"
    assert key_of("Wmo-cliënten per 1 000 inwoners") == "WmoClientenPer1000Inwoners"
