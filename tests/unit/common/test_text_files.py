"""What a checkout makes of the ends of lines changes nothing: not what is read, and not what is hashed."""

import shutil
import subprocess
from pathlib import Path

import pytest

from pipelines.build.contract import load_contract
from pipelines.build.project import Project
from pipelines.common.files import files_digest, read_csv, read_text, sha256_of, text_digest
from pipelines.common.settings import DBT_PROJECT, EXPECTATIONS, PROJECT
from pipelines.recording.store import Recording
from pipelines.sources.datasets import SOURCES

BOM = b"\xef\xbb\xbf"
ENDINGS = {
    "lf": lambda content: content,
    "crlf": lambda content: content.replace(b"\n", b"\r\n"),
    "byte order mark": lambda content: BOM + content,
    "both": lambda content: BOM + content.replace(b"\n", b"\r\n"),
}
CONTENT = 'a,b\n1,"eerste\ntweede é"\n'.encode()


@pytest.fixture(params=ENDINGS)
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    (tmp_path / "rijen.csv").write_bytes(ENDINGS[request.param](CONTENT))
    return tmp_path


def test_the_same_text_is_read(written: Path) -> None:
    assert read_text(written / "rijen.csv") == CONTENT.decode()
    assert list(read_csv(written / "rijen.csv")) == [{"a": "1", "b": "eerste\ntweede é"}]


def test_the_same_text_has_the_same_hash_and_that_of_lf_is_what_it_always_was(written: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(CONTENT)
    assert files_digest(written, {".csv"}) == text_digest(f"rijen.csv {sha256_of(plain)}")


def test_other_text_has_another_hash(tmp_path: Path) -> None:
    (tmp_path / "rijen.csv").write_bytes(CONTENT)
    before = files_digest(tmp_path, {".csv"})
    (tmp_path / "rijen.csv").write_bytes(CONTENT.replace(b"1", b"2"))
    assert files_digest(tmp_path, {".csv"}) != before


@pytest.fixture(scope="module")
def by_a_checkout(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project as a checkout with CRLF and an editor that writes byte order marks would leave it."""
    folder = tmp_path_factory.mktemp("checkout")
    copies = {source: folder / source.name for source in (SOURCES, DBT_PROJECT, EXPECTATIONS)}
    for source, copy in copies.items():
        shutil.copytree(source, copy, ignore=shutil.ignore_patterns("target", "logs", "__pycache__"))
        for path in copy.rglob("*"):
            if path.suffix in {".sql", ".yml", ".csv", ".md", ".json", ".geojson"}:
                path.write_bytes(ENDINGS["both"](path.read_bytes()))
    return Project(*copies.values())


def test_a_checkout_elsewhere_makes_no_release(by_a_checkout: Project) -> None:
    assert by_a_checkout.own_parts() == Project().own_parts()


def test_a_checkout_elsewhere_has_the_same_contract_and_datasets(by_a_checkout: Project) -> None:
    assert by_a_checkout.contract == load_contract()
    assert by_a_checkout.datasets == Project().datasets


def test_a_recording_with_other_ends_of_lines_gives_the_same_rows(tmp_path: Path) -> None:
    (tmp_path / "catalog").mkdir()
    content = '[\n{"Identifier": "x",  "Title": "é"}\n]\n'.encode()
    rows = []
    for change in ENDINGS.values():
        (tmp_path / "catalog" / "Tables.json").write_bytes(change(content))
        rows.append(Recording(tmp_path).catalogue().rows)
    assert rows == [rows[0]] * len(ENDINGS)


def test_git_leaves_the_ends_of_lines_of_a_checkout_alone() -> None:
    def attributes(name: str) -> dict[str, str]:
        done = subprocess.run(
            ["git", "check-attr", "text", "eol", "--", name], cwd=PROJECT, capture_output=True, text=True, check=True
        )
        return {line.split(": ")[1]: line.split(": ")[2] for line in done.stdout.splitlines()}

    for name in (".ci/run", "Makefile", "dbt_project/seeds/analyse/twijfel.csv", "pipelines/cli.py", "docs/nl/x.md"):
        assert attributes(name)["eol"] == "lf", name
    for name in (
        "warehouse/recording/statline/PROVENANCE.csv",
        "warehouse/recording/statline/x/UntypedDataSet.json.gz",
    ):
        assert attributes(name)["text"] == "unset", name
