"""The colours of charts: enough contrast in light, dark and print, worked out from the style itself."""

import colorsys
import re
from itertools import pairwise

import pytest

from pipelines.common.settings import PROJECT

STYLE = (PROJECT / "pipelines" / "publish" / "templates" / "charts.css").read_text(encoding="utf-8")
CLASSES = ("k1", "k2", "k3", "k4", "k5")


def colours(start: str) -> dict[str, str]:
    """The custom properties that the style gives after this start."""
    block = STYLE[STYLE.index(start) :]
    return dict(re.findall(r"--c-([\w-]+): (#[0-9a-f]{6}|\w+);", block[: block.index("}")]))


SCHEMES = {
    "light": colours(":root {"),
    "dark": colours("@media (prefers-color-scheme: dark)"),
    "print": colours("@media print"),
}


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_mark_stands_out_from_the_paper(scheme: str) -> None:
    found = SCHEMES[scheme]
    marks = ("ink", "soft-ink", "axis", "rest", "own", "country", "peers", "other", *CLASSES)
    ratios = {mark: contrast(found[mark], found["paper"]) for mark in marks}
    assert {mark: ratio for mark, ratio in ratios.items() if ratio < 3} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_text_can_be_read(scheme: str) -> None:
    found = SCHEMES[scheme]
    texts = {
        text: contrast(found[text], found["paper"]) for text in ("ink", "soft-ink", "own", "country", "peers", "other")
    }
    assert {text: ratio for text, ratio in texts.items() if ratio < 4.5} == {}
    # Labels of regions stand on the tints.
    assert min(contrast(found["ink"], found[f"r{tint}"]) for tint in range(4)) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_classes_go_from_weak_to_strong_in_steps_that_are_seen(scheme: str) -> None:
    """Their borders are of the colour of the paper, so this is also the contrast of a class with its border."""
    found = SCHEMES[scheme]
    steps = [contrast(found[one], found["paper"]) for one in CLASSES]
    assert min(after / before for before, after in pairwise(steps)) >= 1.3
    assert steps[0] >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_borders_of_regions_stand_out_from_every_tint(scheme: str) -> None:
    found = SCHEMES[scheme]
    assert min(contrast(found["ink"], found[f"r{tint}"]) for tint in range(4)) >= 3


def test_every_scheme_gives_every_colour() -> None:
    forced = colours("@media (forced-colors: active)")
    assert {frozenset(found) for found in (*SCHEMES.values(), forced)} == {frozenset(SCHEMES["light"])}
    assert not {colour for colour in forced.values() if colour.startswith("#")}
    used = set(re.findall(r"var\(--c-([\w-]+)\)", STYLE))
    assert used == SCHEMES["light"].keys()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_colour_is_red_or_green(scheme: str) -> None:
    """Red and green say bad and good, and many cannot tell them apart."""
    for colour in SCHEMES[scheme].values():
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        hue, saturation, _ = colorsys.rgb_to_hsv(*parts)
        is_red, is_green = not 20 <= 360 * hue <= 335, 75 <= 360 * hue <= 170
        assert saturation < 0.3 or not (is_red or is_green), colour


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_figure_in_a_cell_of_a_heat_map_can_be_read(scheme: str) -> None:
    found = SCHEMES[scheme]
    assert contrast(found["ink"], found["k1"]) >= 4.5
    assert min(contrast(found["paper"], found[name]) for name in CLASSES[1:]) >= 4.5
