"""What is published is exactly what was audited, with what a release says of itself and of the release before it."""

import json
from pathlib import Path

import pytest

from pipelines.build.checks import SignedAudit
from pipelines.releases.content import APPENDED, table_hashes
from pipelines.releases.store import Release
from tests.support.place import Place
from tests.support.published_builds import ALTERATIONS, TWO_DIVISIONS, AuditedBuild, build_of, execute, published, query

# DuckDB's file header: 8 bytes of checksum, "DUCK", then the storage version; 64 is what 1.0 to 1.1 can read.
MAGIC, VERSION, OLDEST_STORAGE = slice(8, 12), slice(12, 20), 64


@pytest.fixture(scope="session")
def first(built: AuditedBuild) -> Release:
    """The release of the whole recording, as it was published."""
    found = built.warehouse.releases.current()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse in which the miniature is published, and again with altered figures."""
    return tmp_path_factory.mktemp("publish") / "warehouse"


@pytest.fixture(scope="module")
def before(small_built: AuditedBuild, house: Path) -> Release:
    return published(build_of(small_built, house, "eerste", TWO_DIVISIONS))


@pytest.fixture(scope="module")
def after(small_built: AuditedBuild, house: Path, before: Release) -> Release:
    return published(build_of(small_built, house, "tweede", TWO_DIVISIONS, *ALTERATIONS))


def audit_of(built: AuditedBuild) -> SignedAudit:
    signed = built.audit
    assert signed is not None
    return signed


# --- publishing ------------------------------------------------------------------------------------------------------


def test_what_is_published_holds_the_audited_tables_and_those_about_the_release(
    built: AuditedBuild, first: Release
) -> None:
    signed = audit_of(built).tables
    assert first.manifest.tables == signed
    names = {name for (name,) in query(first.database, "select table_name from duckdb_tables()")}
    assert names == {*signed, *APPENDED}
    assert query(first.database, "select release_id, bron from release") == [(first.release_id, "opname")]
    assert query(first.database, "select count(*) from duckdb_views() where not internal") == [(0,)]


def test_the_tables_that_are_published_are_to_the_last_value_those_that_were_audited(
    small_built: AuditedBuild, miniature: Place
) -> None:
    """On the miniature: to hash all tables of the whole release takes six seconds."""
    assert table_hashes(miniature.warehouse / "monitor.duckdb") == audit_of(small_built).tables


def test_publishing_leaves_the_build_as_it_was_audited(built: AuditedBuild, first: Release) -> None:
    build = built.database
    names = {name for (name,) in query(build, "select table_name from duckdb_tables()")}
    assert names.isdisjoint(APPENDED)
    assert not build.samefile(first.database)


def test_every_check_stands_in_kwaliteit_also_those_that_passed(built: AuditedBuild, first: Release) -> None:
    checks = [check.as_row() for check in audit_of(built).checks]
    fields = ("controle", "tabel", "kolom", "ernst", "drempel", "reden", "gevonden", "geslaagd")
    found = query(first.database, f"select {', '.join(fields)} from kwaliteit")
    assert sorted(found, key=str) == sorted((tuple(check[field] for field in fields) for check in checks), key=str)
    assert json.loads((first.folder / "kwaliteit.json").read_text(encoding="utf-8")) == checks
    assert len(checks) > 100


def test_every_table_and_column_is_described(first: Release) -> None:
    assert query(first.database, "select table_name from duckdb_tables() where coalesce(comment, '') = ''") == []
    assert (
        query(
            first.database,
            "select table_name, column_name from duckdb_columns() where coalesce(comment, '') = '' and not internal",
        )
        == []
    )


def test_the_dictionary_holds_every_column_exactly_once(first: Release) -> None:
    columns = query(
        first.database, "select table_name, column_name, data_type from information_schema.columns order by all"
    )
    assert query(first.database, "select tabel, kolom, type from dictionary order by all") == columns
    assert len(columns) > 100
    keys = "select kolom from dictionary where tabel = 'dim_reeksbreuk' and sleutel order by 1"
    assert query(first.database, keys) == [("indicator_id",), ("jaar",), ("soort",)]
    units = "select eenheid from dictionary where tabel = 'mart_gemeente_jaar' and kolom = 'lasten_jeugd'"
    assert query(first.database, units) == query(
        first.database, "select eenheid from dim_indicator where indicator_id = 'lasten_jeugd'"
    )


def test_files_are_read_only_and_open_in_old_drivers(first: Release) -> None:
    assert {path.stat().st_mode & 0o777 for path in first.folder.rglob("*") if path.is_file()} == {0o444}
    header = first.database.read_bytes()[:20]
    assert header[MAGIC] == b"DUCK"
    assert int.from_bytes(header[VERSION], "little") == OLDEST_STORAGE


def test_revisies_lists_exactly_the_cells_that_changed(before: Release, after: Release) -> None:
    assert query(before.database, "select count(*) from revisies") == [(0,)]
    columns = (
        "indicator_id, regio_code, jaar, indeling, oude_waarde, nieuwe_waarde, oude_status, nieuwe_status, nieuwe_reden"
    )
    same, reason = ("voorlopig", "voorlopig"), "niet_geleverd"
    assert query(after.database, f"select {columns} from revisies order by indicator_id, regio_code, indeling") == [
        ("jeugdhulp_pct_tot_18", "GM0197", 2022, "origineel", 13.3, None, *same, reason),
        ("jeugdzorg_jongeren", "GM0197", 2022, "actueel", 705.0, 715.0, *same, None),
        ("jeugdzorg_jongeren", "GM0197", 2022, "origineel", 705.0, 710.0, *same, None),
        ("jeugdzorg_jongeren", "GM0363", 2022, "origineel", 21520.0, 21520.0, "voorlopig", "definitief", None),
    ]
    assert query(after.database, "select distinct release from revisies") == [(after.release_id,)]


def test_manifest_and_notes_count_what_changed_by_cbs_table(before: Release, after: Release) -> None:
    none = dict.fromkeys(("waarden", "statussen", "redenen", "definitief", "nieuw", "vervallen"), 0)
    told = after.manifest.as_row()["revisies"]
    assert (told["vorige"], told["zelfde_indeling"]) == (before.release_id, True)
    assert told["tabellen"] == {
        "85098NED": none | {"waarden": 1, "redenen": 1, "gemeenten": 1},
        "85335NED": none | {"waarden": 1, "statussen": 1, "gemeenten": 2},
    }
    assert before.manifest.revisions.previous is None
    notes = (after.folder / "uitgave.md").read_text(encoding="utf-8")
    assert "- jeugdzorg_jongeren, GM0197, 2022: van 705 naar 710 (+0,7 %), tabel 85335NED" in notes
    assert {"monitor.duckdb", "uitgave.md", "kwaliteit.json"} < after.manifest.files.keys()


def test_revisies_leaves_out_actueel_when_the_division_itself_changed(
    small_built: AuditedBuild, tmp_path: Path
) -> None:
    previous = published(build_of(small_built, tmp_path, "vorig", TWO_DIVISIONS))
    previous.database.chmod(0o644)
    execute(previous.database, "update release set indeling_jaar = indeling_jaar - 1")
    after = published(build_of(small_built, tmp_path, "nieuw", TWO_DIVISIONS, *ALTERATIONS))
    assert query(after.database, "select indeling, count(*) from revisies group by 1") == [("origineel", 3)]
