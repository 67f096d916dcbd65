"""The command line says what is wrong in a sentence, with the place as it is written."""

import pytest
from typer.testing import CliRunner

from pipelines.audit import SuiteError
from pipelines.build.dbt import DbtError
from pipelines.cli import app
from pipelines.commands import refresh as refresh_command
from pipelines.common.located_yaml import YamlError


@pytest.mark.parametrize("kind", [YamlError, SuiteError, DbtError])
def test_a_mistake_in_the_projects_own_files_is_a_sentence_with_its_place(
    monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    def fail(*arguments: object, **options: object) -> int:
        raise kind("expectations/herkomst.yml:100: [bold] is not a key.")

    monkeypatch.setattr(refresh_command, "run_refresh", fail)
    done = CliRunner().invoke(app, ["refresh"])
    assert done.exit_code == 1
    assert done.output == "NO RELEASE: expectations/herkomst.yml:100: [bold] is not a key.\n"
