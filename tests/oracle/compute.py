"""All figures of the recording in one mapping."""

from pathlib import Path

from tests.oracle.figures import Figure, Key
from tests.oracle.iv3 import iv3_series
from tests.oracle.published import REFERRALS, published_series
from tests.oracle.ratios import ratio_series
from tests.oracle.recording import municipalities_per_year


def compute(recording: Path) -> dict[Key, Figure]:
    """Compute what `fct_indicator` must hold for municipalities and the country, indeling `origineel`.

    Args:
        recording: folder with `statline/<table>/`.

    Returns:
        One figure per (indicator_id, regio_code, jaar).
    """
    municipalities = municipalities_per_year()
    measures = published_series(recording, municipalities) | iv3_series(recording, municipalities)
    indicators = measures | ratio_series(measures)
    return {
        (indicator, region, year): figure
        for indicator, series in indicators.items()
        if indicator not in REFERRALS
        for (region, year), figure in series.items()
    }
