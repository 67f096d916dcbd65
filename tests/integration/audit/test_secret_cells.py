"""What a check finds is published: beside a total it never shows the sum of all parts but the secret one or two."""

from pathlib import Path

import duckdb
import pytest

from pipelines.build.workspace import Workspace
from tests.support.audited_builds import Audited, damaged, failures

# Of these municipalities one age group is secret: the total less the other three is that one.
ONE_SECRET_AGE = """
    select regio_code, jaar
    from fct_indicator
    where indeling = 'origineel' and regio_soort = 'gemeente' and indicator_id in (
        'jeugdzorg_jongeren_0_4', 'jeugdzorg_jongeren_4_12', 'jeugdzorg_jongeren_12_18', 'jeugdzorg_jongeren_18_23'
    )
    group by all
    having count(waarde) = 3
"""
# Of 2022 the sum of the referrers that are known, where one is not.
REFERRERS = "starts_with(indicator_id, 'jeugdzorg_verwijzer_')"


def rows(build: Workspace, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(build.database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_some_municipalities_have_exactly_one_secret_age(built: Workspace) -> None:
    """As many as the recording has; without any the tests below would say nothing."""
    found = rows(built, f"select jaar, count(*) from ({ONE_SECRET_AGE}) group by all order by all")
    assert found == [(2021, 44), (2022, 28)]


@pytest.mark.parametrize("factor", [0.1, 10])
def test_a_total_that_does_not_fit_is_shown_without_the_sum_of_the_other_ages(
    built: Workspace, tmp_path: Path, factor: float
) -> None:
    statement = f"""
        update fct_indicator set waarde = waarde * {factor}
        where indicator_id = 'jeugdzorg_jongeren' and indeling = 'origineel'
            and (regio_code, jaar) in ({ONE_SECRET_AGE})
    """
    results = Audited(damaged(built, tmp_path, statement), built.sources).by("fct_indicator__sommen", folder=tmp_path)
    found = failures(results)
    # Only a total below its known parts is certainly wrong.
    check = "fct_indicator.leeftijden_zijn_het_totaal"
    assert (check in found) == (factor < 1)
    if factor < 1:
        assert "som=leeg" in found[check]
        assert "som=" not in found[check].replace("som=leeg", "")


def test_referrers_above_the_whole_are_shown_without_their_sum_where_one_is_secret(
    built: Workspace, tmp_path: Path
) -> None:
    statement = f"""
        update fct_indicator set noemer = noemer / 10
        where {REFERRERS} and indeling = 'origineel' and regio_soort = 'gemeente' and jaar = 2022
            and regio_code in (
                select regio_code from fct_indicator
                where {REFERRERS} and jaar = 2022 and indeling = 'origineel'
                group by all
                having count(*) - count(waarde) between 1 and 2
            )
    """
    results = Audited(damaged(built, tmp_path, statement), built.sources).by("fct_indicator__sommen", folder=tmp_path)
    finding = failures(results)["fct_indicator.verwijzers_hooguit_alles"]
    assert "met_verwijzer=leeg" in finding
    assert "met_verwijzer=" not in finding.replace("met_verwijzer=leeg", "")


def test_a_country_below_its_municipalities_is_shown_without_their_sum_where_some_lack(
    built: Workspace, tmp_path: Path
) -> None:
    statement = """
        update fct_indicator set waarde = waarde / 10
        where indicator_id = 'wmo_clienten' and regio_code = 'NL' and indeling = 'origineel' and waarde is not null
    """
    results = Audited(damaged(built, tmp_path, statement), built.sources).by("fct_indicator__sommen", folder=tmp_path)
    finding = failures(results)["fct_indicator.som_past_bij_gepubliceerd_land"]
    assert "indicator_id=wmo_clienten" in finding
    assert "som=" not in finding.replace("som=leeg", "")


def test_a_region_with_a_figure_though_a_member_has_none_is_shown_without_the_sum_of_the_others(
    built: Workspace, tmp_path: Path
) -> None:
    statement = """
        update fct_indicator set waarde = 100000, reden_ontbreekt = null
        where indicator_id = 'wmo_clienten' and regio_soort = 'provincie' and indeling = 'origineel' and jaar = 2021
            and reden_ontbreekt = 'deel_ontbreekt'
    """
    results = Audited(damaged(built, tmp_path, statement), built.sources).by("fct_indicator__regios", folder=tmp_path)
    finding = failures(results)["fct_indicator.regio_is_som_van_haar_leden"]
    assert "indicator_id=wmo_clienten" in finding
    assert "som=leeg" in finding
    assert "som=" not in finding.replace("som=leeg", "")
