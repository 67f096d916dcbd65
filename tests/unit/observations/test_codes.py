"""What a CBS code stands for is read from its form."""

import pytest

from pipelines.observations import codes


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("GM0363", "gemeente"),
        ("WK036300", "wijk"),
        ("BU03630000", "buurt"),
        ("NL00", "land"),
        ("NL01", "land"),
        ("PV27", "provincie"),
        ("LD01", "landsdeel"),
        ("CR07", "corop"),
        ("AM10", "arbeidsmarktregio"),
        ("JZ03", "jeugdregio"),
        ("GG0706", "ggd_regio"),
        ("VR03", "veiligheidsregio"),
        ("XX01", "onbekend"),
        ("GM0363  ", "onbekend"),
        ("", "onbekend"),
    ],
)
def test_region_kind(code: str, kind: str) -> None:
    assert codes.region_kind(code) == kind


@pytest.mark.parametrize(
    ("key", "year", "kind"),
    [
        ("2021JJ00", 2021, "JJ00"),
        ("2020HJ01", 2020, "HJ01"),
        ("2023X005", 2023, "X005"),
        ("2016KW04 ", 2016, "KW04"),
        ("20260115", 2026, "0115"),
    ],
)
def test_period(key: str, year: int, kind: str) -> None:
    assert (codes.period_year(key), codes.period_kind(key)) == (year, kind)


@pytest.mark.parametrize("key", ["2021", "JJ002021", "", "2021 JJ0"])
def test_what_is_no_period_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="not a period key"):
        codes.period_year(key)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Definitief", "definitief"),
        ("NaderVoorlopig", "nader_voorlopig"),
        ("Voorlopig", "voorlopig"),
        (None, "onbekend"),
        ("Nieuw", "onbekend"),
    ],
)
def test_status(text: str | None, status: str) -> None:
    assert codes.status_of(text) == status
