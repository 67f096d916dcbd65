"""A checkout and a warehouse may lie in folders of any name: a path is never a pattern, SQL, a URL or markup."""

import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.common.settings import PROJECT
from tests.support.miniature import make_project
from tests.support.nasty_names import ALL_AT_ONCE, NASTY
from tests.support.place import Place, warm_place
from tests.support.warm_python import WarmPython


@pytest.fixture(scope="module")
def checkout(warm_python: WarmPython, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A checkout of the miniature in a folder with every odd character."""
    project = make_project(tmp_path_factory.mktemp("nasty") / ALL_AT_ONCE)
    with warm_place(project, project / "warehouse", warm_python) as place:
        yield place


def said(place: Place, *command: str) -> str:
    done = place.run(*command)
    assert done.returncode == 0, done.stdout
    return done.stdout


def refresh_edited(place: Place) -> str:
    """Refresh after an edit that changes no figure but makes another release."""
    edited = min((place.project / "expectations").glob("*.yml"))
    with edited.open("a", encoding="utf-8") as file:
        file.write("\n# Nogmaals gelezen.\n")
    return said(place, "refresh")


def require_all_works(place: Place) -> None:
    """Go through what people do with a warehouse, from its first release to going back to it."""
    link = place.warehouse / "monitor.duckdb"
    assert "Released: " in said(place, "refresh")
    assert "so the release stays" in said(place, "refresh")
    printed = refresh_edited(place)
    assert "Released: " in printed
    # What is printed to be typed is one word for a shell.
    (command,) = (line for line in printed.splitlines() if "duckdb -readonly" in line)
    assert shlex.split(command)[2] == str(link)
    assert "In order: " in said(place, "verify", "--all")
    assert str(link) in said(place, "status")
    assert len([line for line in said(place, "releases").splitlines() if "opname" in line]) == 2
    assert "From " in said(place, "diff")
    assert "Analysts now read" in said(place, "rollback", "--reason", "proef")
    assert said(place, "health").startswith("All is well")
    with duckdb.connect(str(link), read_only=True) as connection:
        rows = connection.execute("select count(*) from fct_indicator").fetchall()[0][0]
    assert rows > 0
    parquet = place.warehouse / "huidig" / "parquet" / "fct_indicator.parquet"
    assert pl.read_parquet(parquet, glob=False).height == rows
    assert len(pl.read_csv(parquet.parents[1] / "csv" / "fct_indicator.csv", separator=";", glob=False)) == rows


# One within the other, as going through everything takes long; a backslash does not go together with a bracket or star.
PLAIN = [name for name in NASTY if "\\" not in name]
WAYS = [PLAIN[0::2], PLAIN[1::2], [name for name in NASTY if "\\" in name]]


@pytest.mark.slow
@pytest.mark.parametrize("names", WAYS, ids=" in ".join)
def test_a_checkout_and_its_warehouse_in_folders_of_any_name(checkout: Place, tmp_path: Path, names: list[str]) -> None:
    # Beside folders that it would match as a pattern.
    for other in ("data 2", "aXb", "a", "b"):
        (tmp_path / other).mkdir()
    require_all_works(checkout.with_warehouse(tmp_path.joinpath(*names, "warehouse")))


def test_a_figure_is_explained_from_a_warehouse_in_a_folder_of_any_name(warehouse: Path, tmp_path: Path) -> None:
    way = tmp_path / ALL_AT_ONCE
    way.symlink_to(warehouse)
    assert "620" in said(Place(PROJECT, way), "explain", "jeugdzorg_jongeren", "GM1680", "2018")


def test_make_gives_every_path_to_the_shell_as_it_is(tmp_path: Path) -> None:
    """Recipes as make would run them: in a checkout, with a Python and a warehouse, in folders with odd names."""
    folder = tmp_path / ALL_AT_ONCE
    (folder / ".venv" / "bin").mkdir(parents=True)
    python = folder / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$PWD" "$MONITOR_WAREHOUSE" "${DAGSTER_HOME-unset}" "$PYTHON" "$@"\n')
    python.chmod(0o755)
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        (folder / name).write_bytes((PROJECT / name).read_bytes())
    (folder / ".venv" / ".ready").touch()
    given = {"MONITOR_WAREHOUSE": f"{folder}/warehouse", "PYTHON": str(python), "PATH": "/usr/bin:/bin"}
    for target, command in (("refresh", "pipelines.cli\nrefresh"), ("dev", "dagster\ndev")):
        done = subprocess.run(["make", target], cwd=folder, env=given, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(f"{folder}\n{folder}/warehouse\nunset\n{python}\n-m\n")
        assert command in done.stdout
