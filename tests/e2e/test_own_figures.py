"""A file that a municipality gives, from its folder to the release and back: released, explained, broken.

With the miniature, to which the models and seeds of own figures are added.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from pipelines.build.inputs import own_files_of
from pipelines.common.settings import PROJECT
from pipelines.releases.warehouse import Warehouse
from tests.support.miniature import make_project
from tests.support.place import Place, warm_place
from tests.support.warehouses import copy_warehouse, query
from tests.support.warm_python import WarmPython

pytestmark = pytest.mark.slow

ADDED = (
    "macros/parameter.sql",
    "seeds/analyse/parameter.csv",
    "seeds/referentie/gemeenten_per_jaar.csv",
    "models/marts/_teksten.md",
    "models/marts/eigen/_eigen.yml",
    "models/marts/eigen/eigen_opgave.sql",
    "models/marts/eigen/eigen_toelichting.sql",
    "models/staging/stg_eigen_opgave.sql",
    "models/staging/stg_eigen_toelichting.sql",
)
YML = """titel: Onderzoek
omschrijving: Een eigen onderzoek.
soort: cijfers
eigenaar: Gemeente Aa en Hunze
datum: 2026-03-01
kolommen:
  respondenten: {naam: Mensen die meededen, eenheid: personen, soort: personen}
  eens_pct: {naam: Eens, eenheid: "% van wie meedeed", soort: percentage, decimalen: 1, van: respondenten}
  budget: {naam: Budget, eenheid: euro, soort: bedrag, decimalen: 2}
"""
CSV = "gm_code;jaar;respondenten;eens_pct;budget\nGM0363;2024;;;-7\nGM1680;2024;137;72,5;1234,56\n"
NOTE = "titel: Noot\nomschrijving: Noten.\nsoort: toelichting\neigenaar: Gemeente Aa en Hunze\ndatum: 2026-03-02\n"


@dataclass(frozen=True)
class Nights:
    """The miniature, and the folder of which every night reads the files."""

    place: Place
    folder: Path

    def run(self, *command: str) -> tuple[int, str]:
        done = self.place.run(*command, MONITOR_EIGEN_GEGEVENS=str(self.folder))
        return done.returncode, done.stdout

    def inputs(self) -> dict[str, str]:
        """The version of each file that the current release was made of."""
        current = Warehouse(self.place.warehouse).releases.current()
        assert current is not None
        return own_files_of(current.manifest.parts)


@pytest.fixture(scope="module")
def nights(miniature: Place, warm_python: WarmPython, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    root = tmp_path_factory.mktemp("eigen")
    project = make_project(root / "project")
    for added in ADDED:
        (project / "dbt_project" / added).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / "dbt_project" / added, project / "dbt_project" / added)
    folder = root / "gegevens"
    folder.mkdir()
    for name, text in {"eigen.yml": YML, "eigen.csv": CSV, "noot.yml": NOTE}.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "noot.csv").write_text(
        "gm_code;jaar;onderwerp;indicator_id;tekst\nGM1680;2024;Zorg;;Wij telden <anders>.\n", encoding="utf-8"
    )
    with warm_place(project, copy_warehouse(miniature.warehouse, root / "warehouse"), warm_python) as place:
        yield Nights(place, folder)


@pytest.fixture(scope="module")
def first(nights: Nights) -> tuple[int, str]:
    """The first night with these files."""
    return nights.run("refresh")


def test_what_is_right_is_released_beside_the_figures_of_cbs(nights: Nights, first: tuple[int, str]) -> None:
    code, said = first
    assert code == 0, said
    rows = query(
        nights.place.warehouse,
        "select opgave_id, gm_code, gm_naam, jaar, waarde, afgerond_op, bron, eigenaar, bestand, regel, sha256 "
        "from eigen_opgave",
    )
    about = ("eigen opgave", "Gemeente Aa en Hunze", "eigen.csv")
    digest = sha256(CSV.encode()).hexdigest()
    assert rows == [
        ("budget", "GM0363", "Amsterdam", 2024, -7.0, None, *about, 2, digest),
        ("budget", "GM1680", "Aa en Hunze", 2024, 1234.56, None, *about, 3, digest),
        ("eens_pct", "GM1680", "Aa en Hunze", 2024, 73.0, 1.0, *about, 3, digest),
        ("respondenten", "GM1680", "Aa en Hunze", 2024, 135.0, 5.0, *about, 3, digest),
    ]
    assert query(nights.place.warehouse, "select gm_naam, tekst, regel from eigen_toelichting") == [
        ("Aa en Hunze", "Wij telden <anders>.", 2)
    ]
    mixed = "select count(*) from fct_indicator where indicator_id in (select opgave_id from eigen_opgave)"
    assert query(nights.place.warehouse, mixed) == [(0,)]
    assert nights.inputs().keys() == {"eigen", "noot"}


def test_explain_reads_the_cell_again(nights: Nights, first: tuple[int, str]) -> None:
    code, said = nights.run("explain", "respondenten", "GM1680", "2024")
    assert code == 0, said
    for part in (
        "respondenten · GM1680 Aa en Hunze · 2024 · eigen opgave",
        "Mensen die meededen: 135 personen",
        "eigen opgave van Gemeente Aa en Hunze, 2026-03-01",
        "op 5 afgerond (een half naar boven)",
        "Cel in eigen.csv, regel 3: '137' = 135",
        f"versie    {nights.inputs()['eigen']}, sha256 {sha256(CSV.encode()).hexdigest()[:16]}",
        "gelijk aan de uitgave",
    ):
        assert part in said
    assert nights.run("explain", "respondenten", "GM0363", "2024") == (
        1,
        "Eigen opgave 'respondenten' is er niet van GM0363 in 2024, wel van GM1680 2024.\n",
    )


def test_a_mistake_is_told_and_what_was_good_stays(nights: Nights, first: tuple[int, str]) -> None:
    good, release = nights.inputs(), (nights.place.warehouse / "huidig").resolve()
    same, said = nights.run("refresh")
    assert (same, (nights.place.warehouse / "huidig").resolve()) == (0, release), said
    (nights.folder / "eigen.csv").write_text(CSV.replace("137", "7").replace("-7", "x"), encoding="utf-8")
    code, said = nights.run("refresh")
    assert code == 2, said
    told = f"{nights.folder}/eigen.csv:2: budget: expected a number with a comma before decimals"
    assert f"FAILED {told}" in said
    assert "eigen.csv:3: respondenten: expected 10 persons or more, found fewer" in said
    assert "Its last good version stays in use." in said
    assert (nights.inputs(), (nights.place.warehouse / "huidig").resolve()) == (good, release)


def test_a_file_with_a_mistake_costs_another_nothing_and_the_release_says_so(
    nights: Nights, first: tuple[int, str]
) -> None:
    (nights.folder / "eigen.csv").write_text(CSV.replace("137", "7"), encoding="utf-8")
    (nights.folder / "noot.csv").write_text(
        "gm_code;jaar;onderwerp;indicator_id;tekst\nGM1680;2024;Zorg;;Nu wel.\n", encoding="utf-8"
    )
    code, said = nights.run("refresh")
    assert code == 2, said
    assert query(nights.place.warehouse, "select tekst from eigen_toelichting") == [("Nu wel.",)]
    assert query(nights.place.warehouse, "select waarde from eigen_opgave where opgave_id = 'respondenten'") == [
        (135.0,)
    ]
    dutch = (
        "Het eigen bestand eigen.csv heeft 2 fouten en is niet overgenomen; de vorige goede versie blijft in gebruik."
    )
    asked = "select gevonden, geslaagd from kwaliteit where controle = 'eigen.bestanden'"
    assert query(nights.place.warehouse, asked) == [(dutch, False)]
    assert dutch in (nights.place.warehouse / "huidig" / "uitgave.md").read_text(encoding="utf-8")
