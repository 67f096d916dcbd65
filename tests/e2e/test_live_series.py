"""Nights at a live CBS, on the miniature: tables that nobody listed are found, kept, and told once.

The nights of the whole made CBS are in ``test_live_cbs.py``; what needs no more than three datasets is shown here.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.observations.store import ObservationStore
from tests.support.cbs_2026 import MadeCbs, make_cbs_2026
from tests.support.cbs_2026.folder import CATALOGUE
from tests.support.cbs_2026.made import all_tables
from tests.support.miniature import TABLES, make_project
from tests.support.place import Place, warm_place
from tests.support.statline_service import Reply, Service
from tests.support.warehouses import query
from tests.support.warm_python import WarmPython
from tests.support.webhook_receiver import Receiver, receiver
from tests.support.written_lines import told_lines, write_lines

# The yearly tables of youth care; 85335NED is listed, 85685NED has the column that is renamed.
pytestmark = pytest.mark.slow

YOUTH = {2021: "85075NED", 2022: "85335NED", 2023: "85685NED", 2024: "85999NED", 2025: "86204NED"}
DECOYS = ("86204ENG", "86203NED", "86205NED")
RENAMED = "trajecten_onbekend"
NEXT = {2026: "86504NED"}
FIGURES = "select * exclude (tabel_gewijzigd) from fct_indicator order by all"


@dataclass
class Nights:
    """The miniature with a project of its own, and the made CBS that it asks."""

    place: Place
    cbs: MadeCbs
    service: Service
    webhook: Receiver

    def night(self) -> tuple[int, str]:
        """Refresh once; the exit code and all that was said."""
        self.service.requests.clear()
        done = self.place.run("refresh", url=self.service.url, MONITOR_WEBHOOK_URL=self.webhook.url)
        return done.returncode, done.stdout

    @property
    def known(self) -> dict[str, str]:
        """Which tables were found for the series of youth care, and by which rule."""
        content = json.loads((self.place.warehouse / "raw" / "reeksen.json").read_bytes())
        return {row["tabel"]: row["regel"] for row in content["gevonden"]["jeugdzorg_wijken"]}

    def told(self) -> list[list[str]]:
        """The tables of each message about tables that were found."""
        return [message["tabellen"] for message in self.webhook.messages if message["soort"] == "tabel_gevonden"]

    def youth(self) -> dict[tuple[str, int], Any]:
        """The young people of every municipality, as an analyst reads them."""
        asked = "regio_code, jaar, waarde, tabel_id, reden_ontbreekt"
        rows = query(
            self.place.warehouse,
            f"select {asked} from fct_indicator where indicator_id = 'jeugdzorg_jongeren' and regio_soort = 'gemeente'",
        )
        return {(region, year): rest for region, year, *rest in rows}


@pytest.fixture(scope="module")
def nights(miniature: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    folder = tmp_path_factory.mktemp("live")
    wanted = {*TABLES, *YOUTH.values(), *DECOYS}
    cbs = make_cbs_2026(folder / "statline", without=[t.id for t in all_tables() if t.id not in wanted])
    project = make_project(folder / "project")
    with cbs.served() as service, receiver() as webhook:
        yield Nights(Place(project, folder / "warehouse", miniature.warm), cbs, service, webhook)


@pytest.fixture(scope="module")
def first(nights: Nights) -> tuple[int, str]:
    """The first night, into an empty warehouse."""
    return nights.night()


def made(cbs: MadeCbs, years: dict[int, str]) -> dict[tuple[str, int], Any]:
    """What was made of young people with care in natura, by another route than the release's."""
    found = {}
    for year, table in years.items():
        (path,) = (topic.path for topic in cbs.tables[table].topics if topic.path[-1].startswith("Totaal jongeren"))
        dimensions = {dimension.says: dimension for dimension in cbs.tables[table].dimensions}
        regions = [code.key for code in dimensions["region"].codes if code.key.startswith("GM")]
        for region in regions:
            value = cbs.figures.value(table, path, region, str(year), **{dimensions["other"].key: "T001203"})
            number = value if isinstance(value, int) else None
            found[region, year] = [number, table, None if number is not None else "onbekend_of_geheim"]
    return found


def test_a_first_night_releases_every_year_that_the_catalogue_has(nights: Nights, first: tuple[int, str]) -> None:
    code, said = first
    assert code == 2, said
    assert re.search(r"^Released: ", said, re.MULTILINE)
    truth = made(nights.cbs, YOUTH)
    assert len(truth) > 340 * len(YOUTH)
    assert nights.youth() == truth


def test_what_was_found_is_kept_and_no_table_that_only_looks_like_it(nights: Nights, first: tuple[int, str]) -> None:
    listed = set(TABLES)
    assert nights.known == {
        table: "only table with this title" if table != "86204NED" else "only one that CBS did not stop"
        for table in YOUTH.values()
        if table not in listed
    }
    assert not [table for table in DECOYS if (nights.place.warehouse / "raw" / table).exists()]
    assert not [request for request in nights.service.requests if any(table in request for table in DECOYS)]
    released = {table for (table,) in query(nights.place.warehouse, "select distinct tabel_id from herkomst")}
    assert released == {*TABLES, *YOUTH.values()}
    assert nights.told() == [[table for table in YOUTH.values() if table not in listed]]


def test_what_is_not_understood_is_told_with_the_line_to_write(nights: Nights, first: tuple[int, str]) -> None:
    _, said = first
    (line,) = told_lines(said)
    assert (line.table, line.measure, line.file) == (YOUTH[2023], RENAMED, "jeugdzorg_wijken.yml")
    assert "Verwijzer niet bekend]]" in line.lines[0]


def test_the_next_night_is_a_run_that_tells_it_again_and_finds_nothing_new(
    nights: Nights, first: tuple[int, str]
) -> None:
    told, before = len(nights.told()), query(nights.place.warehouse, FIGURES)
    code, said = nights.night()
    assert code == 2, said
    assert told_lines(said) == told_lines(first[1])
    assert "Nothing changed, so the release stays" in said
    assert len(nights.told()) == told
    assert query(nights.place.warehouse, FIGURES) == before


@pytest.fixture(scope="module")
def mended(nights: Nights, first: tuple[int, str], warm_python: WarmPython) -> Iterator[tuple[int, str]]:
    """The night after the line of the message was written, and CBS published the tables of the next year."""
    write_lines(nights.place.project / "pipelines" / "sources", told_lines(first[1]))
    nights.cbs.add_next_year()
    # The project is imported anew: its yml is another one.
    with warm_place(nights.place.project, nights.place.warehouse, warm_python) as nights.place:
        yield nights.night()


def test_with_the_line_written_nothing_lacks_and_the_next_year_is_there(
    nights: Nights, mended: tuple[int, str]
) -> None:
    code, said = mended
    assert code == 0, said
    assert "FAILED" not in said
    assert re.search(r"^Released: ", said, re.MULTILINE)
    assert nights.youth() == made(nights.cbs, YOUTH | NEXT)
    assert RENAMED in (ObservationStore(nights.place.warehouse).measures(YOUTH[2023]) or ())
    assert nights.told()[1:] == [[NEXT[2026]]]


def test_the_night_after_it_is_quiet(nights: Nights, mended: tuple[int, str]) -> None:
    code, said = nights.night()
    assert code == 0, said
    assert "Tables: 0 fetched, " in said
    assert not [request for request in nights.service.requests if "DataProperties" in request]
    assert len(nights.told()) == 2, "what was found before is no news"


def test_a_catalogue_that_fails_takes_no_year_away(nights: Nights, mended: tuple[int, str]) -> None:
    before = query(nights.place.warehouse, FIGURES)
    nights.service.fail("Tables", Reply(500))
    code, said = nights.night()
    nights.service.mend()
    assert code == 2, said
    assert "Their last good versions stay in use." in said
    assert NEXT[2026] in nights.known
    assert query(nights.place.warehouse, FIGURES) == before


def test_a_row_that_goes_from_the_catalogue_takes_no_year_away(nights: Nights, mended: tuple[int, str]) -> None:
    before, path = query(nights.place.warehouse, FIGURES), nights.cbs.folder / CATALOGUE
    whole = path.read_text(encoding="utf-8")
    rows = [row for row in json.loads(whole) if row["Identifier"] != NEXT[2026]]
    path.write_text(json.dumps(rows), encoding="utf-8")
    code, said = nights.night()
    path.write_text(whole, encoding="utf-8")
    assert code == 2, said
    assert f"{NEXT[2026]}" in said
    assert NEXT[2026] in nights.known
    assert query(nights.place.warehouse, FIGURES) == before
    again, said = nights.night()
    assert again == 0, said


def test_the_project_was_never_edited_for_a_year(nights: Nights, mended: tuple[int, str]) -> None:
    written = Path(nights.place.project / "pipelines" / "sources" / "jeugdzorg_wijken.yml").read_text(encoding="utf-8")
    assert not [table for table in (*YOUTH.values(), *NEXT.values()) if table not in TABLES and table in written]
