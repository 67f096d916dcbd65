"""Whatever leaves checks out of a run, its audit knows from the files which it owes, and nothing is published."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from pipelines.audit import AuditRequest, AuditWorker
from pipelines.audit.auditor import audit_build, expected_checks
from pipelines.build.checks import CheckResult, SignedAudit
from pipelines.build.dbt import NodeResult
from pipelines.build.project import Project
from pipelines.build.workspace import BuildError, BuildResult, Workspace
from pipelines.publish.publisher import PublishError
from pipelines.releases.warehouse import Warehouse
from tests.support.miniature import project_in
from tests.support.place import Place
from tests.support.published_builds import AuditedBuild, build_of, published

HERE = ("fct_indicator.", "dbt.")


class Answers(AuditWorker):
    """A worker that answers what an earlier one found, as far as it is let."""

    def __init__(self, found: Sequence[CheckResult]) -> None:
        super().__init__()
        self._found = list(found)

    def audit(self, request: AuditRequest, timeout: float = 600.0) -> list[CheckResult]:
        assert request.database.exists()
        assert timeout
        return self._found


@pytest.fixture
def project(miniature: Place, tmp_path: Path) -> Project:
    """The project of the miniature, to spoil."""
    shutil.copytree(miniature.project, tmp_path / "project")
    return project_in(tmp_path / "project")


@pytest.fixture
def build(miniature: Place, tmp_path: Path) -> Workspace:
    """A finished build of it, in a warehouse of its own without a release."""
    warehouse = Path(shutil.copytree(miniature.warehouse, tmp_path / "warehouse", symlinks=True))
    (folder,) = (warehouse / "build").iterdir()
    for name in ("huidig", "monitor.duckdb"):
        (warehouse / name).unlink()
    return Workspace(warehouse, folder.name)


def judged(build: Workspace, project: Project, change: Callable[[list[CheckResult]], list[CheckResult]]) -> SignedAudit:
    """The audit of a build in which the expectations are answered as before, but for ``change``."""
    before = build.audit
    assert before is not None
    expectations = [check for check in before.checks if check.check.startswith("fct_indicator.")]
    warehouse = Warehouse(build.folder.parent.parent)
    return audit_build(build, warehouse, project, Answers(change(expectations)))


def built(build: Workspace, change: Callable[[list[NodeResult]], list[NodeResult]]) -> None:
    assert build.built is not None
    build.built = BuildResult(nodes=tuple(change(list(build.built.nodes))))


def refused(signed: SignedAudit, says: str) -> None:
    assert not signed.passed
    (reason,) = signed.reasons(signed.checks)
    assert reason.startswith("The checks of this build are not those in the files of the project: ")
    assert says in reason


def test_an_untouched_build_holds_exactly_what_the_files_say(build: Workspace, project: Project) -> None:
    signed = judged(build, project, lambda found: found)
    assert signed.passed
    assert signed.reasons(signed.checks) == []
    assert signed.expected is not None
    assert sorted(signed.expected) == sorted(check.check for check in signed.checks)
    assert len([name for name in signed.expected if name.startswith(HERE)]) == 6


def test_results_of_dbt_without_its_tests_are_refused(build: Workspace, project: Project) -> None:
    built(build, lambda nodes: [node for node in nodes if not node.unique_id.startswith("test.")])
    refused(judged(build, project, lambda found: found), "expected 12, found 9: 3 missing (dbt.sleutel_")


def test_results_of_dbt_with_a_test_twice_are_refused(build: Workspace, project: Project) -> None:
    built(build, lambda nodes: [*nodes, *[node for node in nodes if ".sleutel_herkomst" in node.unique_id]])
    refused(judged(build, project, lambda found: found), "1 there more than once (dbt.sleutel_herkomst_tabel_id)")


def test_an_expectation_that_the_engine_left_out_is_refused(build: Workspace, project: Project) -> None:
    refused(judged(build, project, lambda found: found[1:]), "1 missing (fct_indicator.alle_indicatoren)")


def test_an_expectation_under_another_name_is_refused(build: Workspace, project: Project) -> None:
    other = judged(build, project, lambda found: [replace(found[0], check="fct_indicator.anders"), *found[1:]])
    refused(other, "1 missing (fct_indicator.alle_indicatoren), 1 not in any file (fct_indicator.anders)")


def test_a_manifest_without_the_tests_is_one_sentence(build: Workspace, project: Project) -> None:
    path = project.dbt.manifest
    manifest = orjson.loads(path.read_bytes())
    manifest["nodes"] = {name: node for name, node in manifest["nodes"].items() if not name.startswith("test.")}
    path.write_bytes(orjson.dumps(manifest))
    with pytest.raises(BuildError, match=r"dbt reports on test\.monitor\.\S+, which its manifest does not hold"):
        judged(build, project, lambda found: found)


def test_a_manifest_and_results_without_the_tests_are_refused(build: Workspace, project: Project) -> None:
    path = project.dbt.manifest
    manifest = orjson.loads(path.read_bytes())
    manifest["nodes"] = {name: node for name, node in manifest["nodes"].items() if not name.startswith("test.")}
    path.write_bytes(orjson.dumps(manifest))
    built(build, lambda nodes: [node for node in nodes if not node.unique_id.startswith("test.")])
    refused(judged(build, project, lambda found: found), "3 missing (dbt.sleutel_")


def test_a_test_that_warns_and_was_skipped_refuses(build: Workspace, project: Project) -> None:
    """Nothing was judged: that it would only warn of what it finds says nothing."""
    path = project.dbt.manifest
    text = path.read_bytes()
    path.write_bytes(
        text.replace(b'"severity":"ERROR"', b'"severity":"warn"').replace(b'"severity": "ERROR"', b'"severity": "warn"')
    )
    assert path.read_bytes() != text
    skipped = {"status": "skipped", "failures": None}
    built(build, lambda nodes: [replace(n, **skipped) if ".sleutel_herkomst" in n.unique_id else n for n in nodes])
    signed = judged(build, project, lambda found: found)
    assert not signed.passed
    assert [check.check for check in signed.checks if check.refuses] == ["dbt.sleutel_herkomst_tabel_id"]


def test_checks_on_tables_are_owed_as_far_as_the_datasets_have_them(project: Project) -> None:
    owed = expected_checks(project, ["ophalen.85335NED", "vorm.85335NED", "ophalen.12345NED", "iets.85335NED"])
    assert [name for name in owed if not name.startswith(HERE)] == ["ophalen.85335NED", "vorm.85335NED"]


def test_a_check_that_somebody_took_out_of_its_file_is_not_owed(project: Project) -> None:
    before = expected_checks(project)
    marts = project.dbt.folder / "models/marts/_marts.yml"
    text = marts.read_text(encoding="utf-8")
    marts.write_text(
        text.replace("    data_tests:\n      - sleutel: {arguments: {kolommen: [tabel_id]}}\n", ""), "utf-8"
    )
    suite = project.expectations / "fct_indicator.yml"
    shorter = suite.read_text(encoding="utf-8").partition("  - naam: totaal_niet_verschoven")[0]
    suite.write_text(shorter, encoding="utf-8")
    gone = set(before) - set(expected_checks(project))
    assert {"dbt.sleutel_herkomst_tabel_id", "fct_indicator.totaal_niet_verschoven"} <= gone


def test_a_file_of_the_project_that_cannot_be_read_is_named(project: Project) -> None:
    (project.dbt.folder / "models" / "fout.yml").write_text("models: [{name: a, data_tests: [7]}]", encoding="utf-8")
    with pytest.raises(BuildError, match=r"Nothing is published: .*fout\.yml: expected the tests"):
        expected_checks(project)


def without(name: str) -> Callable[[SignedAudit], SignedAudit]:
    return lambda signed: signed.model_copy(
        update={"checks": tuple(check for check in signed.checks if check.check != name)}
    )


@pytest.mark.parametrize(
    ("doctor", "says"),
    [
        (without("fct_indicator.percentage_hooguit_100"), "1 missing (fct_indicator.percentage_hooguit_100)"),
        (without("ophalen.85335NED"), "1 missing (ophalen.85335NED)"),
        (lambda signed: signed.model_copy(update={"checks": ()}), "found 0: 12 missing ("),
        (lambda signed: signed.model_copy(update={"checks": signed.checks * 2}), "12 there more than once ("),
        (lambda signed: signed.model_copy(update={"expected": ()}), "12 not in any file ("),
    ],
)
def test_the_gate_refuses_an_audit_whose_checks_are_not_those_that_it_expected(
    small_built: AuditedBuild, tmp_path: Path, doctor: Callable[[SignedAudit], SignedAudit], says: str
) -> None:
    build = build_of(small_built, tmp_path, "nacht")
    assert build.audit is not None
    build.audit = doctor(build.audit)
    with pytest.raises(PublishError, match="Refused: the audit did not pass") as refusal:
        published(build)
    assert says in str(refusal.value)
    assert build.warehouse.releases.current() is None


def test_an_audit_of_before_they_were_written_down_is_read(small_built: AuditedBuild, tmp_path: Path) -> None:
    build = build_of(small_built, tmp_path, "nacht")
    path = build.folder / "audit.json"
    content = orjson.loads(path.read_bytes())
    del content["expected"]
    path.write_bytes(orjson.dumps(content))
    assert build.audit is not None
    assert build.audit.expected is None
    assert published(build).release_id == build.warehouse.releases.current_id
