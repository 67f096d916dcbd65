"""The same database gives the same bytes, wherever and whenever its exports are made."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from pipelines.common.settings import PROJECT
from tests.support.made_up_releases import release_to_export

WRITE = """
import sys
from pathlib import Path
from pipelines.publish.files import write_files
from pipelines.publish.publication import Publication
from pipelines.releases.reader import open_folder
folder = Path(sys.argv[1])
with open_folder(folder) as release:
    write_files(release, folder, Publication("https://voorbeeld.nl", "Voorbeeld", "", "a@voorbeeld.nl"))
"""


def written(folder: Path, **environment: str) -> dict[str, bytes]:
    """The exports, made in a process of their own."""
    # The folder of the project may have any name, also in a locale that is not installed here.
    variables = os.environ | {"PYTHONUTF8": "1"} | environment
    subprocess.run([sys.executable, "-c", WRITE, str(folder)], check=True, env=variables, cwd=PROJECT, timeout=120)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_every_byte_is_the_same_in_another_place_and_another_time_zone(tmp_path: Path) -> None:
    first, second = release_to_export(tmp_path / "een"), tmp_path / "twee" / "map"
    second.mkdir(parents=True)
    shutil.copy(first / "monitor.duckdb", second)
    here = written(first, TZ="Europe/Amsterdam", PYTHONHASHSEED="1", LC_ALL="C.UTF-8", POLARS_MAX_THREADS="1")
    there = written(second, TZ="Pacific/Auckland", PYTHONHASHSEED="2", LC_ALL="tr_TR.UTF-8", HOME=str(tmp_path))
    assert {name for name in here if here[name] != there.get(name)} == set()
    assert set(here) == set(there)
    assert {"monitor.xlsx", "dcat.jsonld", "kaart/gemeenten.parquet", "parquet/soorten.parquet"} <= set(here)
