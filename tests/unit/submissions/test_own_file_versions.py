"""A file that is right is a version in use; one with a mistake keeps its last good version, and stops no other."""

import stat
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines.audit.auditor import OWN_FILES, own_file_checks
from pipelines.build.inputs import inputs_of, own_files_of
from pipelines.build.project import Project
from pipelines.build.workspace import Workspace
from pipelines.observations.store import ObservationStore
from pipelines.submissions.figures import KnownPlaces
from pipelines.submissions.frozen_tables import FIGURES, NOTES, write_frozen_tables
from pipelines.submissions.intake import TakenIn, take_in, versions_if_unchanged
from pipelines.submissions.store import SubmissionStore, VersionError

TODAY = date(2026, 11, 29)
KNOWN = KnownPlaces({2020: {"GM0002": "Twee", "GM0003": "Drie"}}, frozenset(), frozenset({"inwoners"}))
YML = """titel: Proef
omschrijving: Een proef.
soort: cijfers
status: onbevestigd
eigenaar: Gemeente Twee
datum: 2026-03-01
kolommen:
  {column}: {{naam: Budget, eenheid: {unit}, soort: bedrag}}
"""
NAMED = "letters, digits, - and _, found 'Budget 2020.csv'; rename it and the file beside it."
NOTES_YML = "titel: Noot\nomschrijving: Noten.\nsoort: toelichting\neigenaar: Twee\ndatum: 2026-03-02\n"


class Folder:
    """A folder with files of a municipality, and a store for them."""

    def __init__(self, root: Path) -> None:
        self.path, self.store = root / "gegevens", SubmissionStore(root / "warehouse")
        self.path.mkdir()

    def give(self, name: str, rows: str, column: str = "budget", unit: str = "euro") -> None:
        (self.path / f"{name}.yml").write_text(YML.format(column=column, unit=unit), encoding="utf-8")
        (self.path / f"{name}.csv").write_text(f"gm_code;jaar;{column}\n{rows}", encoding="utf-8")

    def take_in(self, known: KnownPlaces = KNOWN) -> TakenIn:
        return take_in(self.path, self.store, known, TODAY)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def values(taken: TakenIn) -> dict[str, list[float | None]]:
    return {each.given.name: [figure.value for figure in each.content.figures] for each in taken.submissions}


def test_the_same_bytes_are_the_same_version_and_others_are_not(folder: Folder) -> None:
    folder.give("a", "GM0002;2020;1\n")
    first = folder.take_in()
    assert first.problems == ()
    assert folder.take_in().versions == first.versions == versions_if_unchanged(folder.path, folder.store)
    folder.give("a", "GM0002;2020;2\n")
    assert versions_if_unchanged(folder.path, folder.store) is None
    assert folder.take_in().versions.keys() == first.versions.keys()
    assert folder.take_in().versions != first.versions
    (folder.path / "a.yml").write_text(YML.format(column="budget", unit="euro (netto)"), encoding="utf-8")
    assert versions_if_unchanged(folder.path, folder.store) is None
    # What a release was made of stays.
    assert folder.store.read("a", first.versions["a"]).csv == b"gm_code;jaar;budget\nGM0002;2020;1\n"


def test_a_broken_file_keeps_its_last_good_version_and_the_others_go_on(folder: Folder) -> None:
    folder.give("a", "GM0002;2020;1\n")
    folder.give("b", "GM0003;2020;1\n", column="ander")
    good = folder.take_in().versions
    folder.give("a", "GM0002;2020;x\n")
    folder.give("b", "GM0003;2020;5\n", column="ander")
    folder.give("c", "GM0003;2020;y\n", column="derde")
    taken = folder.take_in()
    assert values(taken) == {"a": [1.0], "b": [5.0]}
    assert taken.versions["a"] == good["a"]
    told = {each.file: (each.version, each.problem.dutch) for each in taken.problems}
    assert told == {
        "a.csv": (
            good["a"],
            "Het eigen bestand a.csv heeft een fout en is niet overgenomen; de vorige goede versie blijft in gebruik.",
        ),
        "c.csv": (
            None,
            "Het eigen bestand c.csv heeft een fout en is niet overgenomen; het telt niet mee in deze uitgave.",
        ),
    }
    assert versions_if_unchanged(folder.path, folder.store) is None


def test_a_file_that_is_taken_away_is_no_longer_in_use(folder: Folder) -> None:
    folder.give("a", "GM0002;2020;1\n")
    folder.take_in()
    (folder.path / "a.yml").unlink()
    # Without its yml it is a mistake, so what was good stays; without both it is gone.
    assert values(folder.take_in()) == {"a": [1.0]}
    (folder.path / "a.csv").unlink()
    assert versions_if_unchanged(folder.path, folder.store) is None
    assert folder.take_in() == TakenIn()
    assert versions_if_unchanged(folder.path, folder.store) == {}


def test_a_folder_that_cannot_be_read_costs_nothing_that_was_good(folder: Folder) -> None:
    folder.give("a", "GM0002;2020;1\n")
    folder.take_in()
    folder.path.rename(folder.path.with_name("elders"))
    taken = folder.take_in()
    assert values(taken) == {"a": [1.0]}
    assert "MONITOR_EIGEN_GEGEVENS" in taken.problems[0].problem.english
    assert versions_if_unchanged(folder.path, folder.store) is None


def test_without_a_folder_there_is_nothing(folder: Folder) -> None:
    assert take_in(None, folder.store, KNOWN, TODAY) == TakenIn()
    assert versions_if_unchanged(None, folder.store) == {}


def test_the_same_figure_in_two_files_stays_with_the_one_that_had_it(folder: Folder) -> None:
    folder.give("b", "GM0002;2020;1\n")
    folder.take_in()
    folder.give("a", "GM0002;2020;7\nGM0003;2020;8\n")
    taken = folder.take_in()
    assert values(taken) == {"b": [1.0]}
    (problem,) = taken.problems
    found = "GM0002 2020 also on line 2 of b.csv; keep one of the two."
    assert problem.sentences == (f"{folder.path}/a.csv:2: budget: expected each figure in one file, found {found}",)


def test_a_column_means_the_same_in_every_file(folder: Folder) -> None:
    folder.give("a", "GM0002;2020;1\n")
    folder.give("b", "GM0003;2020;1\n", unit="1 000 euro")
    (problem,) = folder.take_in().problems
    assert problem.file == "b.csv"
    assert "expected 'Budget' (euro), as a.csv has it, found 'Budget' (1 000 euro)" in problem.sentences[0]


def test_files_of_another_kind_or_name_are_told(folder: Folder) -> None:
    folder.give("Budget 2020", "GM0002;2020;1\n")
    (folder.path / "los.csv").write_text("gm_code;jaar;x\n", encoding="utf-8")
    (folder.path / "tabel.xlsx").write_bytes(b"PK")
    for others in ("~$tabel.xlsx", ".verborgen.csv", "leesmij.txt"):
        (folder.path / others).write_bytes(b"")
    (folder.path / "oud.csv").mkdir()
    # Whoever keeps the Excel file beside the CSV that came of it makes no mistake.
    folder.give("goed", "GM0002;2020;1\n", column="goed")
    (folder.path / "goed.xlsx").write_bytes(b"PK")
    sentences = [
        sentence.replace(f"{folder.path}/", "") for each in folder.take_in().problems for sentence in each.sentences
    ]
    assert sentences == [
        f"Budget 2020.csv:1: the file: expected a name of small {NAMED}",
        "los.csv:1: the file: expected los.yml beside it, found none; add it, or move this one away.",
        "tabel.xlsx:1: the file: expected tabel.csv, found tabel.xlsx; save it as CSV UTF-8 and move this one away.",
    ]


def test_what_was_right_by_the_lists_of_then_is_checked_by_those_of_now(folder: Folder) -> None:
    folder.give("a", "GM0002;2020;1\n")
    folder.take_in()
    taken = folder.take_in(KnownPlaces({2020: {"GM0003": "Drie"}}, frozenset(), frozenset()))
    assert (taken.submissions, [each.version for each in taken.problems]) == ((), [None])


def test_a_version_that_was_changed_is_not_used(folder: Folder) -> None:
    folder.give("a", "GM0002;2020;1\n")
    (version,) = folder.take_in().versions.values()
    (folder.store.root / "a" / version / "opgave.csv").write_text(
        "gm_code;jaar;budget\nGM0002;2020;9\n", encoding="utf-8"
    )
    with pytest.raises(VersionError, match="expected"):
        folder.store.read("a", version)
    assert values(folder.take_in()) == {"a": [1.0]}
    assert folder.store.read("a", version).csv.endswith(b";1\n")


def test_a_build_reads_each_figure_with_its_file_and_line(folder: Folder) -> None:
    folder.give("a", "GM0002;2020;1\n\nGM0003;2020;-2\n")
    (folder.path / "noot.yml").write_text(NOTES_YML, encoding="utf-8")
    (folder.path / "noot.csv").write_text(
        "gm_code;jaar;onderwerp;indicator_id;tekst\nGM0002;2020;Zorg;inwoners;Zo is het.\n", encoding="utf-8"
    )
    taken = folder.take_in()
    write_frozen_tables(taken.submissions, folder.path.parent)
    figures = pl.read_parquet(folder.path.parent / FIGURES / f"{FIGURES}.parquet")
    columns = ["opgave_id", "gm_code", "jaar", "waarde", "status", "eigenaar", "datum", "bestand", "regel"]
    about = ("onbevestigd", "Gemeente Twee", date(2026, 3, 1), "a.csv")
    assert figures.select(columns).rows() == [
        ("budget", "GM0002", 2020, 1.0, *about, 2),
        ("budget", "GM0003", 2020, -2.0, *about, 4),
    ]
    notes = pl.read_parquet(folder.path.parent / NOTES / f"{NOTES}.parquet")
    assert notes.select("onderwerp", "indicator_id", "tekst", "regel").rows() == [("Zorg", "inwoners", "Zo is het.", 2)]


def test_a_build_without_files_reads_two_empty_tables(tmp_path: Path) -> None:
    write_frozen_tables((), tmp_path)
    assert [pl.read_parquet(tmp_path / name / f"{name}.parquet").height for name in (FIGURES, NOTES)] == [0, 0]


def test_without_files_a_build_is_made_of_what_it_was_made_of_before(folder: Folder) -> None:
    project, observations = Project(), ObservationStore(folder.path.parent)
    before = inputs_of(project, observations)
    assert inputs_of(project, observations, TakenIn().versions) == before
    folder.give("a", "GM0002;2020;1\n")
    after = inputs_of(project, observations, folder.take_in().versions)
    assert after.fingerprint != before.fingerprint
    assert own_files_of(after.parts) == folder.take_in().versions
    assert after.parts.keys() - before.parts.keys() == {"eigen a"}


def test_a_file_that_was_not_taken_in_is_a_failure_of_the_run_and_a_check_that_warns(folder: Folder) -> None:
    workspace = Workspace(folder.path.parent, "run")
    assert own_file_checks(workspace) == []
    folder.give("a", "GM0002;2020;1\n")
    workspace.inputs = inputs_of(Project(), ObservationStore(folder.path.parent), folder.take_in().versions)
    assert [(each.check, each.passed, each.found) for each in own_file_checks(workspace)] == [
        (OWN_FILES, True, "in orde")
    ]
    folder.give("a", "GM0002;2020;x\n")
    workspace.own_problems = folder.take_in().problems
    (failure,) = workspace.failures
    assert (failure.table, failure.version is not None) == ("a.csv", True)
    (check,) = own_file_checks(workspace)
    assert (check.passed, check.severity, check.found) == (False, "waarschuwing", failure.problem.dutch)


def test_only_the_monitor_itself_may_read_what_was_given(folder: Folder) -> None:
    folder.give("a", "GM0002;2020;1\n")
    write_frozen_tables(folder.take_in().submissions, folder.path.parent)
    closed = [folder.store.root, folder.path.parent / FIGURES, folder.path.parent / NOTES]
    assert [stat.S_IMODE(path.stat().st_mode) for path in closed] == [0o700] * 3
