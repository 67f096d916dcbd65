"""Inhabitants: Regionale kerncijfers (70072ned), with who receives benefits, and by single year of age (03759ned).

The first of the real tables has 323 topics; here those with the numbers that a client saw, in the groups of a stored
page. Its periods have no status, also where figures are provisional. The second has a hundred million cells, back to
1988 and by every age, sex and civil state; here the young, and some of the rest that must not be counted.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product

from tests.support.cbs_2026.benefits import RECEIVERS, receivers
from tests.support.cbs_2026.form import IMPOSSIBLE, UNKNOWN, Code, Dimension, Table, Topic, Value
from tests.support.cbs_2026.period import perioden, year_of
from tests.support.cbs_2026.region import memberships, regio_s, region_names
from tests.support.cbs_2026.society import AGES, inhabitants, of_age, of_single_age, percentage, rounded

_YEARS = range(2015, 2027)  # the real table begins in 1995
_NEWEST_BENEFITS = 2025
_GROUP = ("Bevolking", "Bevolkingssamenstelling op 1 januari")
# The groups of a download of StatLine (May 2024), and of a stored page.
_AGE_GROUP = (*_GROUP, "Leeftijd")
_AGE_TITLES = (
    *("Jonger dan 5 jaar", "5 tot 10 jaar", "10 tot 15 jaar", "15 tot 20 jaar", "20 tot 25 jaar"),
    *("25 tot 45 jaar", "45 tot 65 jaar", "65 tot 80 jaar", "80 jaar of ouder"),
)


@cache
def _topics() -> tuple[Topic, ...]:
    return (
        Topic((*_GROUP, "Totale bevolking"), number=1),
        Topic((*_GROUP, "Geslacht", "Mannen"), number=2),
        Topic((*_GROUP, "Geslacht", "Vrouwen"), number=3),
        # The same titles come twice: as a count and as a percentage.
        *(Topic((*_AGE_GROUP, "Leeftijdsgroepen", title), number=at) for at, title in enumerate(_AGE_TITLES, start=4)),
        *(
            Topic((*_AGE_GROUP, "Leeftijdsgroepen, relatief", title), "%", "Double", 1, number=at)
            for at, title in enumerate(_AGE_TITLES, start=13)
        ),
        # The group U.
        *(
            Topic(("Sociale zekerheid", "Personen met een uitkering", title), number=at)
            for at, (title, _) in enumerate(RECEIVERS, start=156)
        ),
        # Which of the topics 272 to 319 is which region U.
        Topic(("Regionale indelingen", "Landsdelen", "Code"), "code", "String", width=10, number=272),
        Topic(("Regionale indelingen", "Landsdelen", "Naam"), "naam", "String", width=50, number=273),
    )


def _cells(region: str, period: str) -> list[Value]:
    year = year_of(period)
    if region not in inhabitants(year):
        return [""] * len(_topics())
    people = inhabitants(year)[region]
    men = round(people * 0.496)
    ages = [of_age(age, year)[region] for age in AGES]
    known = year <= _NEWEST_BENEFITS
    code = memberships()[region]["ld"] if region in memberships() else UNKNOWN
    return [
        *(round(people), men, round(people) - men),
        *map(round, ages),
        *(percentage(age, people) for age in ages),
        *(rounded(receivers(title, region, year), 10) if known else UNKNOWN for title, _ in RECEIVERS),
        code,
        region_names().get(code, UNKNOWN),
    ]


_SINGLE_YEARS = range(2021, 2027)
_ALL_AGES, _OLDEST, _ALL_STATES, _BOTH = "10000", "22300", "T001019", "T001038"
# Codes of single years: 10010 is 0, 10100 is 1, 12200 is 22.
SINGLE_AGES = {("10010" if age == 0 else str(10_000 + 100 * age)): age for age in range(25)}
_MEN = 0.51


def _by_age() -> Table:
    """03759ned: topics, dimensions and their codes as published clients have them; titles of codes U."""
    regions = regio_s(_SINGLE_YEARS, ("LD", "PV", "CR"))
    periods = perioden(tuple(f"{year}JJ00" for year in _SINGLE_YEARS))
    ages = {
        _ALL_AGES: "Totaal",
        **{code: f"{age} jaar" for code, age in SINGLE_AGES.items()},
        "22300": "105 jaar of ouder",
    }

    def combinations() -> Iterator[tuple[str, ...]]:
        everybody = product((_ALL_STATES,), (_BOTH,), ages)
        unmarried_men = [("1010", _BOTH, "12000"), (_ALL_STATES, "3000", "10300"), ("1010", "3000", _ALL_AGES)]
        for codes, region, period in product([*everybody, *unmarried_men], regions.codes, periods.codes):
            yield (*codes, region.key, period.key)

    def cells(state: str, sex: str, age: str, region: str, period: str) -> list[Value]:
        year = year_of(period)
        if region not in inhabitants(year):
            return [IMPOSSIBLE, IMPOSSIBLE]
        counts = of_single_age(SINGLE_AGES[age], year) if age in SINGLE_AGES else inhabitants(year)
        people = counts[region] * (_MEN if sex == "3000" else 1) * (0.9 if state == "1010" else 1)
        people *= 0.0001 if age == _OLDEST else 1
        return [round(people), IMPOSSIBLE if year == _SINGLE_YEARS[-1] else round(people * 1.004)]

    return Table(
        "03759ned",
        "Bevolking op 1 januari en gemiddeld; geslacht, leeftijd en regio",
        (
            Dimension("BurgerlijkeStaat", "Burgerlijke staat", (Code(_ALL_STATES, "Totaal"), Code("1010", "Ongehuwd"))),
            Dimension("Geslacht", "Geslacht", (Code(_BOTH, "Totaal mannen en vrouwen"), Code("3000", "Mannen"))),
            Dimension("Leeftijd", "Leeftijd", tuple(Code(code, title) for code, title in ages.items())),
            regions,
            periods,
        ),
        (Topic(("Bevolking op 1 januari",)), Topic(("Gemiddelde bevolking",))),
        cells,
        period="2021-2026",
        combinations=combinations,
    )


def tables() -> list[Table]:
    keys = tuple(f"{year}JJ00" for year in _YEARS)
    return [
        Table(
            "70072ned",
            "Regionale kerncijfers Nederland",
            (regio_s(_YEARS, ("LD", "PV", "CR")), perioden(keys, without_status=True)),
            _topics(),
            _cells,
            period="2015-2026",
        ),
        _by_age(),
    ]
