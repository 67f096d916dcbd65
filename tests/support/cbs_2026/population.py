"""Regionale kerncijfers Nederland (70072ned): inhabitants by age, and who receives benefits, of every year.

The real table has 323 topics; here those with the numbers that a client saw, in the groups of a stored page. Its
periods have no status, also where figures are provisional.
"""

from functools import cache

from tests.support.cbs_2026.benefits import RECEIVERS, receivers
from tests.support.cbs_2026.form import UNKNOWN, Table, Topic, Value
from tests.support.cbs_2026.period import perioden, year_of
from tests.support.cbs_2026.region import memberships, regio_s, region_names
from tests.support.cbs_2026.society import AGES, inhabitants, of_age, percentage, rounded

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
        )
    ]
