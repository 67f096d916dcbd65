"""Which tests a dbt project has is read from its files, under the very names that dbt gives."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from pipelines.build.dbt import DbtProject
from pipelines.build.dbt_tests import WrittenTestsError, written_tests
from pipelines.common.settings import DBT_PROJECT

PROJECT = """
name: klein
version: "1.0"
config-version: 2
profile: klein
model-paths: [models]
seed-paths: [seeds]
test-paths: [tests]
"""
PROFILE = "klein: {target: build, outputs: {build: {type: duckdb, path: monitor.duckdb}}}"
KIND = "{% test rij(model, regel=none, lijst=none, kaart=none) %} select 1 where false {% endtest %}"
# Every form in which a test can be written.
FORMS = """
version: 2
models:
  - name: antwoord
    data_tests:
      - rij
      - rij: {name: eigen_naam}
      - rij: {arguments: {regel: "getal > 1 and 'x' = \\"y\\""}, config: {severity: warn, where: "1 = 1"}}
      - rij: {arguments: {lijst: [1, two, 3.5, true], kaart: {a: een, b: 2}}, description: Waarom.}
      - {name: nog_een_naam, test_name: rij, config: {enabled: true}}
      - {test_name: rij, arguments: {regel: "%s"}}
    columns:
      - name: getal
        data_tests: [unique, not_null, {accepted_values: {arguments: {values: [1, 2], quote: false}}}]
        tests: []
  - name: ander
    tests: [rij]
    columns: [{name: getal, tests: [{relationships: {arguments: {to: ref('antwoord'), field: getal}}}]}]
  - name: kaal
seeds:
  - name: zaad
    data_tests: [{klein.rij: {arguments: {regel: x}}}]
sources:
  - name: bron
    tables:
      - name: tabel
        data_tests: [rij]
        columns: [{name: a, data_tests: [not_null]}]
unit_tests: []
""" % ("lang " * 30)


def project_with(folder: Path, forms: str = FORMS) -> DbtProject:
    for name in ("models/diep", "seeds", "tests/generic", "tests/map"):
        (folder / name).mkdir(parents=True)
    for name, text in {
        "dbt_project.yml": PROJECT,
        "profiles.yml": PROFILE,
        "models/antwoord.sql": "select 1 as getal",
        "models/ander.sql": "select 1 as getal",
        "models/kaal.sql": "select 1 as getal",
        "seeds/zaad.csv": "a\n1\n",
        "models/diep/_klein.yml": forms,
        "tests/generic/rij.sql": KIND,
        "tests/los.sql": "select 1 where false",
        "tests/map/dieper.sql": "select 1 where false",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    return DbtProject(folder)


def named_by_dbt(project: DbtProject) -> Counter[str]:
    return Counter(node["name"] for node in project.nodes.values() if node["resource_type"] == "test")


def test_of_the_project_they_are_those_of_dbt() -> None:
    assert Counter(written_tests(DBT_PROJECT)) == named_by_dbt(DbtProject())


@pytest.mark.usefixtures("starts_warm")
def test_each_form_has_the_name_that_dbt_gives_it(tmp_path: Path) -> None:
    project = project_with(tmp_path / "klein")
    beside = project.folder / "models"
    (beside / "meer.sql").write_text("select 1 as getal", encoding="utf-8")
    (beside / "_meer.yaml").write_text("models: [{name: meer, data_tests: [rij]}]", encoding="utf-8")
    found = written_tests(project.folder)
    assert {"rij_meer_", "rij_ander_"} <= set(found), "one of each ending that dbt reads"
    assert Counter(found) == named_by_dbt(project)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("dbt_project.yml", PROJECT + "data_tests:\n  +enabled: false\n"),
        ("dbt_project.yml", PROJECT.replace("[tests]", "[elders]").replace("[models]", "[models/geen, models]")),
        (".dbtignore", "*.yml\n"),
        ("selectors.yml", "selectors: [{name: a, default: true, definition: {method: fqn, value: kaal}}]\n"),
    ],
)
def test_what_makes_dbt_pass_them_over_makes_no_difference_and_is_seen(tmp_path: Path, file: str, text: str) -> None:
    project = project_with(tmp_path / "klein")
    before, fingerprint = written_tests(project.folder), project.fingerprint
    assert len(before) == 16
    (project.folder / file).write_text(text, encoding="utf-8")
    assert written_tests(project.folder) == before
    assert project.fingerprint != fingerprint


def test_tests_of_a_table_that_does_not_exist_are_expected_too(tmp_path: Path) -> None:
    project = project_with(tmp_path / "klein", FORMS.replace("name: ander", "name: andre"))
    assert [name for name in written_tests(project.folder) if "andre" in name] == [
        "relationships_andre_getal__getal__ref_antwoord_",
        "rij_andre_",
    ]


def test_a_model_without_tests_expects_none(tmp_path: Path) -> None:
    folder = project_with(tmp_path / "klein").folder
    before = written_tests(folder)
    (folder / "models" / "nieuw.sql").write_text("select 1 as getal", encoding="utf-8")
    assert written_tests(folder) == before


@pytest.mark.parametrize(
    "text",
    ["models: [{name: a, data_tests: [7]}]", "models: [a]", "models: 3", "[", "- a", "models: [{data_tests: [rij]}]"],
)
def test_a_file_that_does_not_say_it_is_named(tmp_path: Path, text: str) -> None:
    folder = project_with(tmp_path / "klein").folder
    (folder / "models" / "fout.yml").write_text(text, encoding="utf-8")
    with pytest.raises(WrittenTestsError, match=r"fout\.yml: expected the tests of tables in the form that dbt takes"):
        written_tests(folder)
    shutil.rmtree(folder)
