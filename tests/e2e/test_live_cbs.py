"""The whole monitor at a made CBS of 2026, asked as live: what a first night releases, and the nights after it.

Every figure is held against what was made (``MadeCbs.figures``), a route that reads nothing of what is served. What is
shown on something smaller stands in ``test_live_series.py``.
"""

import json
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.common.settings import PROJECT
from pipelines.sources.datasets import load_datasets
from tests.support.cbs_2026 import MadeCbs
from tests.support.cbs_2026.made import next_year_tables
from tests.support.live_release import LiveRelease
from tests.support.place import Place
from tests.support.warehouses import copy_warehouse, query
from tests.support.webhook_receiver import Receiver, receiver
from tests.support.written_lines import WrittenLines, told_lines, write_lines

pytestmark = pytest.mark.slow

# What a table calls a figure, by the end of its path, and the codes of its rows beside region and period.
PLACES: dict[str, dict[str, tuple[str, dict[str, str]]]] = {
    "jeugdzorg_jongeren": {
        "Jongeren met jeugdzorg en jeugdzorgtrajecten": ("Totaal jongeren met jeugdzorg", {"Vormen": "T001203"}),
        "Kerncijfers wijken en buurten": ("Jongeren met jeugdzorg in natura", {}),
        "Jongeren met jeugdzorg; persoonskenmerken": ("Totaal jongeren met jeugdzorg", {"Vormen": "A049001"}),
        "Kerncijfers over jeugdzorg": ("Jongeren met jeugdzorg", {"Vormen": "A049001"}),
    },
    "wmo_clienten": {
        "Wmo-cliënten; type": ("Wmo-cliënten", {"Type": "T001024"}),
        "Kerncijfers wijken en buurten": ("Wmo-cliënten", {}),
    },
    "bijstand_personen": {
        "Kerncijfers wijken en buurten": ("Personen per soort uitkering; Bijstand", {}),
        "Regionale kerncijfers": ("Bijstand tot de AOW-leeftijd", {}),
        "Personen met een uitkering": ("Bijstand tot de AOW-leeftijd", {}),
    },
    "bijstandsuitkeringen": {"Bijstandsuitkeringen; uitkeringsgrondslag": ("Aantal bijstandsuitkeringen", {})},
    "kosten_jeugdzorg": {"Gemeentelijke kosten; jeugdzorg": ("Gerealiseerde kosten", {})},
    "clienten_met_voorziening": {"Gebruik voorzieningen": ("Cliënten met voorzieningen", {})},
    "huishoudens_met_voorziening": {"Gebruik voorzieningen": ("Huishoudens met voorzieningen", {})},
    "inwoners": {"Regionale kerncijfers": ("Totale bevolking", {})},
}
COUNTED = {"aantal", "1 000 euro"}
# The newest year that each must have, and how many municipalities at least have a figure then.
NEWEST = {
    "jeugdzorg_jongeren": (2025, 340),
    "wmo_clienten": (2025, 200),
    "bijstand_personen": (2024, 340),
    "bijstandsuitkeringen": (2025, 340),
    "kosten_jeugdzorg": (2024, 300),
    "clienten_met_voorziening": (2024, 340),
    "huishoudens_met_voorziening": (2024, 340),
    "clienten_met_meer_wetten": (2024, 340),
    "lasten_jeugd": (2024, 330),
    "lasten_wmo": (2024, 330),
    "lasten_participatie": (2024, 330),
}
# The taakvelden of 2024, as the Iv3 definitions of that year have them.
TAAKVELDEN = {
    "lasten_jeugd": ("6.72", "6.73", "6.74", "6.82"),
    "lasten_wmo": ("6.6", "6.71", "6.81"),
    "lasten_participatie": ("6.3", "6.4", "6.5"),
}
IV3_2024 = "45067NED"
# The year that two stopped tables claim goes to the newest, unless the yml lists the other one.
RE_ISSUE, ITS_ORIGINAL = "86189NED", "85377NED"
# Two traps: a title that changed, and two age groups where one was.
RENAMED, DIVIDED = ("85685NED", "trajecten_onbekend"), ("86358NED", "inwoners_65_plus")


def figures(warehouse: Path, indicator: str) -> dict[tuple[str, int], tuple[float | None, str | None]]:
    """Figure and table of every municipality and year, as published."""
    rows = query(
        warehouse,
        "select regio_code, jaar, waarde, tabel_id from fct_indicator "
        f"where indicator_id = '{indicator}' and regio_soort = 'gemeente' and indeling = 'origineel'",
    )
    return {(region, year): (value, table) for region, year, value, table in rows}


def made_figure(cbs: MadeCbs, indicator: str, table: str, region: str, year: int) -> float | None:
    """What was made of it in ``table``; None where that is a symbol."""
    made = cbs.tables[table]
    (end, codes) = next(place for title, place in PLACES[indicator].items() if made.title.startswith(title))
    path = next(topic.path for topic in made.topics if topic.path[-1].startswith(end) and topic.unit in COUNTED)
    named = {
        dimension.key: code
        for dimension in made.dimensions
        for beginning, code in codes.items()
        if dimension.key.startswith(beginning)
    }
    # Of months the figure of a year is the one at its end.
    period = f"{year}MM12" if indicator == "bijstandsuitkeringen" else str(year)
    value = cbs.figures.value(table, path, region, period, **named)
    return value if isinstance(value, int) else None


def spent(cbs: MadeCbs) -> dict[str, dict[str, float]]:
    """What was spent in 2024 by indicator and municipality: cost categories only, with what has a letter behind it."""
    rows: dict[tuple[str, str, str], dict[str, Any]] = defaultdict(dict)
    for figure in cbs.figures.of(IV3_2024):
        codes = figure.codes
        if codes["Categorie"].startswith("L") and codes["Verslagsoort"] == "2024X005":
            rows[codes["TaakveldBalanspost"], codes["Categorie"], figure.region][figure.path[-1]] = figure.value
    found: dict[str, dict[str, float]] = {indicator: defaultdict(float) for indicator in TAAKVELDEN}
    for (taakveld, _, region), cells in rows.items():
        value = next((cells[column] for column in ("2e plaatsing", "1e plaatsing") if cells[column] != "."), None)
        for indicator, wholes in TAAKVELDEN.items():
            if value is not None and re.sub(r"(?<=[.]\d\d)\w$", "", taakveld) in wholes:
                found[indicator][region] += value
    return found


# --- the first night --------------------------------------------------------------------------------------------


def test_it_releases_with_the_newest_year_of_every_domain(live_release: LiveRelease) -> None:
    assert live_release.code == 2, live_release.said
    assert re.search(r"^Released: ", live_release.said, re.MULTILINE)
    for indicator, (year, at_least) in NEWEST.items():
        filled = Counter(
            when
            for (_, when), (value, _) in figures(live_release.place.warehouse, indicator).items()
            if value is not None
        )
        assert filled[year] >= at_least, (indicator, filled)
    assert {kind for (kind,) in query(live_release.place.warehouse, "select distinct soort from herkomst")} == {"live"}


@pytest.mark.parametrize("indicator", PLACES)
def test_every_figure_of_every_municipality_is_the_one_that_was_made(live_release: LiveRelease, indicator: str) -> None:
    published = figures(live_release.place.warehouse, indicator)
    read = {key: (value, table) for key, (value, table) in published.items() if table is not None}
    wrong = {
        (*key, table): (value, truth)
        for key, (value, table) in read.items()
        if value != (truth := made_figure(live_release.cbs, indicator, str(table), *key))
    }
    assert len(wrong) == 0, dict([*wrong.items()][:10])
    assert len(read) > 1_700


def test_lasten_are_the_sum_of_the_cost_categories(live_release: LiveRelease) -> None:
    truth = spent(live_release.cbs)
    for indicator, made in truth.items():
        published = {
            region: value
            for (region, year), (value, _) in figures(live_release.place.warehouse, indicator).items()
            if year == 2024
        }
        assert {region: value for region, value in published.items() if value is not None} == made
        assert len(published) == 342


def test_no_decoy_is_taken_and_what_was_found_is_named(live_release: LiveRelease) -> None:
    warehouse = live_release.place.warehouse
    listed = {table.tabel for dataset in load_datasets().values() for table in dataset.tabellen}
    doubtful = set() if ITS_ORIGINAL in listed else {RE_ISSUE}
    fetched = {path.name for path in (warehouse / "raw").iterdir() if path.is_dir()}
    assert fetched & live_release.cbs.decoys.keys() == doubtful
    kept = json.loads((warehouse / "raw" / "reeksen.json").read_bytes())["gevonden"].values()
    found = {row["tabel"]: row for rows in kept for row in rows}
    assert found
    assert found.keys() == fetched - listed
    assert all(row["titel"] == live_release.cbs.tables[table].title for table, row in found.items())
    released = dict(query(warehouse, "select distinct tabel_id, titel from herkomst"))
    assert {table: row["titel"] for table, row in found.items()}.items() <= released.items()
    (message,) = (told for told in live_release.messages if told["soort"] == "tabel_gevonden")
    assert set(message["tabellen"]) == found.keys()


def test_only_the_traps_are_not_understood_and_each_is_told_with_a_line_to_write(live_release: LiveRelease) -> None:
    told = {(line.table, line.measure) for line in told_lines(live_release.said)}
    assert told == {RENAMED, DIVIDED}
    lacking = query(
        live_release.place.warehouse,
        "select distinct indicator_id, jaar from fct_indicator where reden_ontbreekt = 'niet_begrepen' order by all",
    )
    assert lacking == [("jeugdzorg_verwijzer_onbekend_pct", 2023)]
    warned = query(
        live_release.place.warehouse, "select controle from kwaliteit where not geslaagd and controle like 'ophalen.%'"
    )
    assert {name for (name,) in warned} == {f"ophalen.{table}" for table, _ in told}


# --- the night after the lines were written, on which CBS has the tables of the next year --------------------------


@dataclass
class Later:
    """A copy of the project with the lines of the messages, its warehouse, and what was said of that night."""

    place: Place
    cbs: MadeCbs
    new: list[str]
    code: int
    said: str
    webhook: Receiver
    url: str


@pytest.fixture(scope="module")
def later(live_release: LiveRelease, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Later]:
    folder = tmp_path_factory.mktemp("later")
    leave_out = shutil.ignore_patterns("__pycache__", "target", "logs")
    for part in ("pipelines", "dbt_project", "expectations", "docs/nl"):
        shutil.copytree(PROJECT / part, folder / "project" / part, ignore=leave_out)
    shutil.copy(PROJECT / "pyproject.toml", folder / "project")
    lines = [line for line in told_lines(live_release.said) if (line.table, line.measure) != DIVIDED]
    # Of a column that was divided none is it: what the message says of that is to take the year out.
    ended = WrittenLines(*DIVIDED, "kerncijfers_wijken_en_buurten.yml", ("jaren: 2017-2025",))
    write_lines(folder / "project" / "pipelines" / "sources", [*lines, ended])
    warehouse = copy_warehouse(live_release.place.warehouse, folder / "warehouse")
    place, cbs = Place(folder / "project", warehouse), live_release.cbs.copied(folder / "statline")
    # As if CBS brought them early: what it changed after it was fetched is no release.
    cbs.add(replace(table, modified="2026-10-31T02:00:00") for table in next_year_tables())
    new = [table.id for table in next_year_tables()]
    with cbs.served() as service, receiver() as webhook:
        done = place.run("refresh", url=service.url, MONITOR_WEBHOOK_URL=webhook.url)
        yield Later(place, cbs, new, done.returncode, done.stdout, webhook, service.url)


def test_with_the_lines_written_what_lacked_is_there(later: Later) -> None:
    assert later.code == 0, later.said
    assert told_lines(later.said) == []
    rows = query(
        later.place.warehouse,
        "select count(waarde), count(*) filter (reden_ontbreekt = 'niet_begrepen') from fct_indicator "
        "where indicator_id = 'jeugdzorg_verwijzer_onbekend_pct' and jaar = 2023",
    )
    ((filled, lacking),) = rows
    assert lacking == 0
    assert filled > 200


@pytest.mark.parametrize("indicator", ["jeugdzorg_jongeren", "wmo_clienten"])
def test_the_next_year_is_there_with_no_edit(later: Later, indicator: str) -> None:
    published = {key: found for key, found in figures(later.place.warehouse, indicator).items() if key[1] == 2026}
    assert sum(value is not None for value, _ in published.values()) > 200
    assert {table for _, table in published.values()} <= {*later.new}
    wrong = {
        key: (value, truth)
        for key, (value, table) in published.items()
        if value != (truth := made_figure(later.cbs, indicator, str(table), *key))
    }
    assert len(wrong) == 0, dict([*wrong.items()][:10])
    told = [message["tabellen"] for message in later.webhook.messages if message["soort"] == "tabel_gevonden"]
    assert [sorted(tables) for tables in told] == [sorted(later.new)]


def test_the_night_after_it_is_quiet(later: Later) -> None:
    done = later.place.run("refresh", url=later.url, MONITOR_WEBHOOK_URL=later.webhook.url)
    assert done.returncode == 0, done.stdout
    assert re.search(r"Tables: 0 fetched, \d+ unchanged, 0 failed\. \d+ s$", done.stdout, re.MULTILINE), done.stdout
