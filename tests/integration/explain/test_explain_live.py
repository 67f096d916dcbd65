"""`monitor explain` on a release of what CBS has now: what was not understood, letters, and several leaders in turn."""

import re
from collections.abc import Iterator

import pytest

from pipelines.explain.explainer import Explainer, ExplainError, open_explainer
from pipelines.explain.text import render
from pipelines.releases.warehouse import Warehouse
from tests.support.live_release import LiveRelease
from tests.support.warehouses import query

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def explainer(live_release: LiveRelease) -> Iterator[Explainer]:
    with open_explainer(Warehouse(live_release.place.warehouse)) as found:
        yield found


def test_a_figure_that_was_not_understood_says_that_and_not_that_cbs_lacks_it(explainer: Explainer) -> None:
    found = explainer.explain("jeugdzorg_verwijzer_onbekend_pct", "GM0363", 2023)
    above, below = (part.figure for part in found.figure.parts)
    assert (above.recomputed.reason, found.figure.recomputed.reason) == ("niet_begrepen", "niet_begrepen")
    assert below.recomputed.value is not None
    assert not list(above.cells())
    assert found.agrees
    assert "de tabel die dit cijfer voor 2023 zou geven (gemeente) is niet begrepen; zie `kwaliteit`" in render(found)


def test_a_taakveld_holds_the_cells_of_those_with_a_letter_behind_it(
    explainer: Explainer, live_release: LiveRelease
) -> None:
    ((region,),) = query(
        live_release.place.warehouse,
        "select min(regio_code) from fct_indicator where indicator_id = 'lasten_jeugd' and jaar = 2024 "
        "and regio_soort = 'gemeente' and indeling = 'origineel' and waarde is not null",
    )
    found = explainer.explain("lasten_jeugd", region, 2024)
    components = {part.name: part for part in found.figure.components}
    used = [cell for cell in components["taakveld 6.72"].cells if cell.is_used]
    codes = {cell.dimensions["TaakveldBalanspost"].strip() for cell in used}
    assert "6.72a" in codes
    assert {re.sub("[a-z]$", "", code) for code in codes} == {"6.72"}
    assert {cell.dimensions["Categorie"][0] for cell in used} == {"L"}
    assert sum(cell.value or 0 for cell in used) == components["taakveld 6.72"].value
    assert sum(part.value or 0 for part in components.values()) == found.figure.recomputed.value
    assert found.agrees


def test_a_sum_of_measures_shows_the_cell_of_each(explainer: Explainer) -> None:
    found = explainer.explain("jeugdzorg_per_1000_jongeren_tot_25", "GM0363", 2024)
    below = found.figure.parts[1].figure
    assert below.indicator_id == "jongeren_tot_25"
    (component,) = below.components
    titles = [cell.path.rsplit(" > ", 1)[-1] for cell in component.cells]
    assert titles == ["Jonger dan 5 jaar", *(f"{age} tot {age + 5} jaar" for age in (5, 10, 15, 20))]
    assert component.value == sum(cell.value or 0 for cell in component.cells) == below.recomputed.value
    assert found.agrees


def test_of_several_leaders_the_first_that_gives_figures_is_shown(
    explainer: Explainer, live_release: LiveRelease
) -> None:
    """Of 2025 Kerncijfers has columns for care that are empty: they lead nothing, and 2026 has nothing else yet."""
    ((region,),) = query(
        live_release.place.warehouse,
        "select min(regio_code) from fct_indicator where indicator_id = 'wmo_clienten' and jaar = 2025 "
        "and regio_soort = 'gemeente' and indeling = 'origineel' and waarde is not null",
    )
    found = explainer.explain("wmo_clienten", region, 2025)
    assert found.figure.recomputed.value is not None
    assert all(cell.table != "86165NED" for cell in found.figure.cells())
    assert found.agrees
    with pytest.raises(ExplainError, match=r"wmo_clienten heeft geen jaar 2026"):
        explainer.explain("wmo_clienten", region, 2026)


def test_a_sample_of_every_reason_and_year_follows_from_its_cells(
    explainer: Explainer, live_release: LiveRelease
) -> None:
    sample = query(
        live_release.place.warehouse,
        "select indicator_id, regio_code, jaar, indeling from fct_indicator "
        "qualify row_number() over (partition by reden_ontbreekt, indeling, jaar, tabel_id order by regio_code) = 1",
    )
    assert len(sample) > 300
    wrong = [key for key in sample if not explainer.explain(*key).agrees]
    assert wrong == []
