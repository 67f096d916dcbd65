"""What the page of a municipality says of figures that changed since the release before."""

import pytest

from pipelines.common.dutch import NO_BREAK
from pipelines.publish.pages.material import ShownIndicator
from pipelines.publish.pages.municipality import revision

RATE = ShownIndicator("rate", "Per 1 000", "wmo", "per 1 000", 1, False, 2021, (), {"soort": "verhouding"})


def changed(was: float | None, now: float | None, *reasons: str | None) -> list[str]:
    row = {"jaar": 2021, "oude_waarde": was, "nieuwe_waarde": now}
    found = revision(row | dict(zip(("oude_reden", "nieuwe_reden"), reasons or (None, None), strict=True)), RATE)
    return [cell.text or cell.reason for cell in (found.was, found.now)]


@pytest.mark.parametrize(
    ("was", "now", "shown"),
    [
        (8.62, 8.71, ["8,6", "8,7"]),
        (8.62, 8.63, ["8,62", "8,63"]),
        (1234.5, 1250.0, [f"1{NO_BREAK}234,5", f"1{NO_BREAK}250,0"]),
    ],
)
def test_a_change_is_seen_also_where_it_is_small(was: float, now: float, shown: list[str]) -> None:
    assert changed(was, now) == shown


def test_a_figure_that_came_or_went_has_its_reason() -> None:
    assert changed(None, 8.7, "niet_geleverd", None) == [
        "de gemeente leverde haar opgave (Iv3) niet of niet volledig",
        "8,7",
    ]
    assert (
        changed(8.7, None, None, "onbekend_of_geheim")[1]
        == "CBS publiceert een punt: onbekend, onbetrouwbaar of geheim"
    )
