"""The unit tests of the dbt models: each alone, on rows made for it (``test_<model>.yml`` beside the model)."""

import json
import os
import shutil
import subprocess

import pytest

from pipelines.build.dbt import DbtProject
from pipelines.build.workspace import Workspace
from pipelines.common.settings import DBT_PROJECT
from tests.support.warm_python import WarmPython

_OFFLINE = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}


@pytest.fixture(scope="module")
def outcomes(
    small_built: Workspace, warm_python: WarmPython, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """What became of every unit test, by ``model.test``; the models they read are built first, for their types."""
    folder = tmp_path_factory.mktemp("dbt_units")
    shutil.copytree(small_built.sources, folder / "bron")
    target = folder / "dbt"
    target.mkdir()
    shutil.copy(DbtProject().manifest.with_name("partial_parse.msgpack"), target)
    command = [warm_python.executable, "-m", "dbt.cli.main", "--no-use-colors", "build", "--select", "+test_type:unit"]
    command += [argument for kind in ("seed", "model", "unit_test") for argument in ("--resource-type", kind)]
    done = subprocess.run(
        [*command, "--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)],
        cwd=folder,
        env={**os.environ, **_OFFLINE, "DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": str(target)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (target / "run_results.json").exists(), done.stdout[-3000:]
    results = json.loads((target / "run_results.json").read_bytes())["results"]
    return {
        result["unique_id"].removeprefix("unit_test.monitor."): f"{result['status']} {result['message'] or ''}".strip()
        for result in results
        if result["unique_id"].startswith("unit_test.")
    }


def test_every_unit_test_passes(outcomes: dict[str, str]) -> None:
    assert outcomes
    assert {name: outcome for name, outcome in outcomes.items() if outcome != "pass"} == {}


def test_every_unit_test_of_the_project_ran(outcomes: dict[str, str]) -> None:
    written = json.loads(DbtProject().manifest.read_bytes())["unit_tests"]
    assert outcomes.keys() == {name.removeprefix("unit_test.monitor.") for name in written}


def test_a_nightly_build_runs_no_unit_test(built: Workspace) -> None:
    assert built.built is not None
    nodes = {node.unique_id.split(".")[0] for node in built.built.nodes}
    assert nodes == {"seed", "model", "test"}
