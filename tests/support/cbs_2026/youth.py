"""Youth care: the tables per municipality, and one per year per wijk.

Proven on a stored page or in published code unless a comment says U: unproven, chosen here as plausible.
"""

from collections.abc import Callable
from functools import partial

from tests.support.cbs_2026.form import UNKNOWN, Code, Dimension, Table, Topic, Value
from tests.support.cbs_2026.period import halves, part_of_year, perioden, year_of
from tests.support.cbs_2026.region import WEST_WITHOUT_FOUR, detail, regio_s, texts_of
from tests.support.cbs_2026.society import amount, chance, of_age, percentage, rounded

IN_NATURA = ("in natura", 0.90)
# Share of all young people with youth care, by code. Codes of 85099NED in published code, others U.
FORMS: dict[str, tuple[str, tuple[tuple[str, float], ...]]] = {
    "A045561": ("JZ Totaal jeugdzorg", ()),
    "A049001": ("JZ Totaal jeugdzorg in natura", (IN_NATURA,)),  # code U
    "A045560": ("JH 1 Totaal jeugdhulp", (("jeugdhulp", 0.90),)),
    "A049002": ("JH 11 Jeugdhulp PGB", (("pgb", 0.06),)),  # code U
    "A027919": ("JB 1 Totaal jeugdbescherming", (("jeugdbescherming", 0.09),)),
    "A027920": ("JR 1 Totaal jeugdreclassering", (("jeugdreclassering", 0.02),)),
}
# Titles of the tables per wijk; the codes beside T001203 U.
_WIJK_FORMS: dict[str, tuple[str, tuple[tuple[str, float], ...]]] = {
    "T001203": ("Totaal alle jeugdzorg in natura", (IN_NATURA,)),
    "A045560": ("Totaal jeugdhulp in natura", (IN_NATURA, ("jeugdhulp", 0.90))),
    "A042503": ("Jeugdhulp zonder verblijf", (IN_NATURA, ("zonder verblijf", 0.80))),
    "A027918": ("Jeugdhulp met verblijf", (IN_NATURA, ("met verblijf", 0.10))),
    "A027919": ("Jeugdbescherming", (IN_NATURA, ("jeugdbescherming", 0.09))),
    "A027920": ("Jeugdreclassering", (IN_NATURA, ("jeugdreclassering", 0.02))),
}
_PERSONS: dict[str, tuple[str, tuple[tuple[str, float], ...]]] = {
    "10000": ("Totaal", ()),
    "3000": ("Geslacht: mannen", (("=mannen", 0.55),)),
    "4000": ("Geslacht: vrouwen", (("=vrouwen", 0.45),)),
    "51002": ("Leeftijd: 0 tot 4 jaar", (("=0 tot 4 jaar", 0.07),)),  # codes of ages U
    "51004": ("Leeftijd: 4 tot 12 jaar", (("=4 tot 12 jaar", 0.47),)),
    "51012": ("Leeftijd: 12 tot 18 jaar", (("=12 tot 18 jaar", 0.38),)),
    "51018": ("Leeftijd: 18 tot 23 jaar", (("=18 tot 23 jaar", 0.08),)),
    "61001": ("Positie: kind in eenouderhuishouden", (("=eenouderhuishouden", 0.28),)),  # code U
}
REFERRERS: dict[str, tuple[str, float]] = {
    "T001500": ("Totaal verwijzer", 1.0),  # codes U
    "A051001": ("Gemeentelijke toegang", 0.32),
    "A051002": ("Huisarts", 0.33),
    "A051003": ("Jeugdarts", 0.03),
    "A051004": ("Gecertificeerde instelling", 0.08),
    "A051005": ("Medisch specialist", 0.05),
    "A051006": ("Rechter, Officier van Justitie, ...", 0.01),
    "A051007": ("Geen verwijzer", 0.16),
    "A051008": ("Verwijzer onbekend", 0.02),
}
_PERCENTAGE = partial(Topic, unit="% (zie toelichting)", datatype="Double", decimals=1)
HIDDEN_BELOW = 7.5  # U: the smallest count seen is 10
_TRAJECTORIES = 1.4  # U: trajectories per young person


def _coded(titles: dict[str, tuple[str, tuple[tuple[str, float], ...]]]) -> tuple[Code, ...]:
    return tuple(Code(key, title) for key, (title, _) in titles.items())


def _forms(codes: tuple[Code, ...], key: str = "VormenVanJeugdzorg", title: str = "Vormen van jeugdzorg") -> Dimension:
    return Dimension(key, title, codes)


def _young(year: int, region: str) -> float:
    """Inhabitants up to 23; of five year classes three fifths of the last."""
    ages = sum(of_age(age, year)[region] for age in ("0-5", "5-10", "10-15", "15-20"))
    return ages + 0.6 * of_age("20-25", year)[region]


def _counted(region: str, period: str, *shares: tuple[str, float]) -> float | None:
    """Young people with youth care; None where the region was not there in that year."""
    found = amount(year_of(period), "youth", *shares).get(region)
    return None if found is None else found * part_of_year(period)


def _shown(count: float | None) -> Value:
    return "" if count is None else rounded(count, hidden_below=HIDDEN_BELOW)


def _key_figures(table: str, title: str, years: range, **rest: object) -> Table:
    """84134NED and its successor 85099NED: count, share and trajectories by form."""
    forms = {code: FORMS[code] for code in ("A045561", "A049001", "A045560", "A027919")}
    group = "Jongeren met jeugdzorg"

    def cells(form: str, region: str, period: str) -> list[Value]:
        count = _counted(region, period, *forms[form][1])
        if count is None:
            return ["", "", ""]
        share = percentage(count, _young(year_of(period), region))
        return [_shown(count), share, _shown(count * _TRAJECTORIES)]

    kinds = ("LD", "PV", "CR") if years[-1] <= 2020 else ("LD", "PV", "CR", "JZ")
    return Table(
        table,
        title,
        (_forms(_coded(forms)), regio_s(years, kinds), perioden(halves(years, newest_halves_only=True))),
        (
            Topic((group, "Jongeren met jeugdzorg")),
            Topic((group, "Jongeren met jeugdzorg (relatief)"), "In % bepaalde leeftijdsklasse", "Double", 1),
            Topic(("Jeugdzorgtrajecten",)),
        ),
        cells,
        period=f"{years[0]}-{years[-1]}",
        **rest,  # type: ignore[arg-type]
    )


def indicators() -> Table:
    """85098NED: percentages, whose denominators the page does not print (U)."""
    years = range(2021, 2026)

    def cells(region: str, period: str) -> list[Value]:
        helped = _counted(region, period, IN_NATURA, ("jeugdhulp", 0.90))
        if helped is None:
            return [""] * 5
        year = year_of(period)
        stay = amount(year, "youth", IN_NATURA, ("met verblijf", 0.10))[region] * part_of_year(period)
        guarded = amount(year, "youth", ("jeugdbescherming", 0.09))[region] * part_of_year(period)
        probation = amount(year, "youth", ("jeugdreclassering", 0.02))[region] * part_of_year(period)
        children = _young(year, region) * 0.78
        shares = [
            percentage(helped, children),
            percentage(stay, helped),
            percentage(guarded, children),
            round(35 + 20 * chance("stay", region, period), 1),
            percentage(probation, children * 0.4),
        ]
        # A small municipality has dots, as CBS hides what few people would be.
        return [
            UNKNOWN if people < HIDDEN_BELOW else share
            for people, share in zip((helped, stay, guarded, guarded / 2, probation), shares, strict=True)
        ]

    return Table(
        "85098NED",
        "Indicatoren jeugdzorg in natura; gemeenten",
        (regio_s(years, ("PV",)), perioden(halves(years))),
        tuple(
            _PERCENTAGE((title,))
            for title in (
                "Jongeren met jeugdhulp in natura",
                "Jongeren met jeugdh. met verbl. in nat.",
                "Jongeren met jeugdbescherming",
                "Jeugdbesch. en jeugdh. met verbl. in nat",
                "Jongeren met jeugdreclassering",
            )
        ),
        cells,
        period="2021-2025",
        frequency="Perhalfjaar",
    )


def persons() -> Table:
    """85100NED: counts with and without PGB per municipality, youth region and landsdeel."""
    years = range(2021, 2026)
    forms = {code: FORMS[code] for code in ("A045561", "A049001", "A045560", "A049002")}
    west = (Code(WEST_WITHOUT_FOUR, "West-Nederland, exclusief G4"),)

    def cells(person: str, form: str, region: str, period: str) -> list[Value]:
        return [_shown(_counted(region, period, *forms[form][1], *_PERSONS[person][1]))]

    return Table(
        "85100NED",
        "Jongeren met jeugdzorg; persoonskenmerken",
        (
            Dimension("Persoonskenmerken", "Persoonskenmerken", _coded(_PERSONS)),
            _forms(_coded(forms)),
            regio_s(years, ("LD", "CR", "JZ"), other=west),
            perioden(halves(years, newest_halves_only=True)),
        ),
        (Topic(("Totaal jongeren met jeugdzorg",)),),
        cells,
        period="2021-2025",
        frequency="Perhalfjaar",
    )


def referrers() -> Table:
    """85097NED: trajectories of youth care by who referred."""
    years = range(2021, 2026)
    group = "Totaal jeugdhulptrajecten in natura"

    def cells(referrer: str, region: str, period: str) -> list[Value]:
        title, part = REFERRERS[referrer]
        count = _counted(region, period, IN_NATURA, ("jeugdhulp", 0.90), (f"={title}", part))
        if count is None:
            return [""] * 4
        begun = count * _TRAJECTORIES * 0.45
        return [_shown(count * _TRAJECTORIES), _shown(begun), _shown(begun * 0.3), _shown(begun * 0.7)]

    return Table(
        "85097NED",
        "Jeugdhulptrajecten in natura; verwijzer, regio (gemeente)",
        (
            Dimension(
                "VerwijzerJeugdzorg", "Verwijzer jeugdzorg", tuple(Code(k, t) for k, (t, _) in REFERRERS.items())
            ),
            regio_s(years),
            perioden(halves(years, newest_halves_only=True)),
        ),
        (
            Topic((group, group)),
            Topic((group, "Begonnen trajecten", "Totaal begonnen trajecten")),
            Topic((group, "Begonnen trajecten", "Soort start", "Herhaald beroep")),
            Topic((group, "Begonnen trajecten", "Soort start", "Eerste beroep")),  # U
        ),
        cells,
        period="2021-2025",
        frequency="Perhalfjaar",
    )


def costs() -> Table:
    """83454NED: budgeted and realised costs, up to 2024; its dimension is called Regio."""
    years = range(2018, 2025)  # first year U
    titles = {
        "A045561": ("JZ Totaal jeugdzorg", 1.0),
        "A045560": ("JH 1 Totaal jeugdhulp", 0.82),
        "A060001": ("JH zonder verblijf, wijkteam (Zin + PGB)", 0.12),  # codes U from here on
        "A060002": ("JH zonder verblijf,niet-wijkteam Zin+PGB", 0.42),
        "A060003": ("JH met verblijf (Zin+PGB)", 0.28),
        "A060004": ("Totaal Jeugdbescherming en - reclasserin", 0.08),
        "A027919": ("JB 1 Totaal jeugdbescherming", 0.07),
        "A027920": ("JR 1 Totaal jeugdreclassering", 0.01),
        "A060005": ("Preventief justitieel kader", 0.01),
        "A060006": ("Overige/niet in te delen", 0.09),
    }

    def cells(form: str, region: str, period: str) -> list[Value]:
        spent = amount(year_of(period), "spent", ("jeugd", 0.20), titles[form]).get(region)
        if spent is None:
            return ["", ""]
        # Not every municipality says what it spent.
        silent = region.startswith("GM") and chance("costs", region, period) < 0.04
        return [round(spent * 0.95), UNKNOWN if silent else round(spent)]

    keys = tuple(f"{year}JJ00" for year in years)
    return Table(
        "83454NED",
        "Gemeentelijke kosten; jeugdzorg, regio",
        (
            _forms(tuple(Code(key, title) for key, (title, _) in titles.items())),
            regio_s(years, ("PV",), key="Regio"),
            perioden(keys, {"2024JJ00": "Voorlopig"}),
        ),
        (Topic(("Begrote kosten",), "1 000 euro"), Topic(("Gerealiseerde kosten",), "1 000 euro")),
        cells,
        period="2018-2024",
    )


_AGE_PARTS = (("=0 tot 4 jaar", 0.07), ("=4 tot 12 jaar", 0.47), ("=12 tot 18 jaar", 0.38), ("=18 tot 23 jaar", 0.08))
_HOUSEHOLDS = (
    ("=Thuiswonend kind in eenouderhuishouden", 0.28),
    ("=Thuiswonend kind bij een paar", 0.64),
    ("=Ander huishouden", 0.08),
)


def _wijk_topics(total: str, trajectories: str) -> tuple[Topic, ...]:
    young = "Jongeren met jeugdzorg in natura"
    return (
        Topic((young, total)),
        *(Topic((young, "Leeftijd", title[1:])) for title, _ in _AGE_PARTS),
        *(Topic((young, "Samenstelling huishouden bij hulpvraag", title[1:])) for title, _ in _HOUSEHOLDS),
        Topic((trajectories, "Totaal trajecten in natura")),
        *(Topic((trajectories, "Verwijzer", title)) for title, share in REFERRERS.values() if share < 1),
        Topic(("Regioaanduiding", "Gemeentenaam"), "naam", "String", width=40),
        Topic(("Regioaanduiding", "Soort regio"), "omschrijving", "String", width=9),
        Topic(("Regioaanduiding", "Codering"), "code", "String", width=10),
        Topic(("Regioaanduiding", "Indelingswijziging wijken"), "code", "String"),
    )


def _wijk_cells(year: int, factor: float) -> Callable[..., list[Value]]:
    def cells(form: str, region: str, period: str) -> list[Value]:
        shares = _WIJK_FORMS[form][1]

        def count(*more: tuple[str, float]) -> float:
            return amount(year, "youth", *shares, *more)[region] * factor

        every = count()
        return [
            _shown(every),
            *(_shown(count(part)) for part in (*_AGE_PARTS, *_HOUSEHOLDS)),
            _shown(every * _TRAJECTORIES),
            *(_shown(count((f"={title}", part)) * _TRAJECTORIES) for title, part in REFERRERS.values() if part < 1),
            *texts_of(year)[region],
            "1",
        ]

    return cells


def wijk_table(table: str, year: int, *, factor: float = 1.0, **rest: object) -> Table:
    """One year of young people per municipality and wijk; ``factor`` makes the figures of a twin differ.

    From 2025 the dimension is called Vormen, and the title of the total ends early (its key is proven, its title U).
    """
    newer = year >= 2025
    form = _forms(_coded(_WIJK_FORMS), *(("Vormen", "Vormen") if newer else ()))
    given = {
        # Of 2024 and 2025 U.
        "title": f"Jongeren met jeugdzorg en jeugdzorgtrajecten in natura; wijken, {year}",
        "year": year,
        "period": str(year),
    } | rest
    status = {f"{year}JJ00": "Voorlopig" if newer else "Definitief"}
    total = "Totaal jongeren met jeugdzorg in natur" if newer else "Totaal jongeren met jeugdzorg in natura"
    # The group of trajectories is proven for 2017 only; its key of 2025 fits both.
    trajectories = "Trajecten in natura" if newer else "Jeugdzorgtrajecten in natura"
    return Table(
        table,
        dimensions=(form, detail(year), perioden((f"{year}JJ00",), status)),
        topics=_wijk_topics(total, trajectories),
        cells=_wijk_cells(year, factor),
        **given,  # type: ignore[arg-type]
    )


def tables() -> list[Table]:
    """Everything about youth but the twins."""
    stopped = {"status": "Gediscontinueerd", "frequency": "Stopgezet"}
    return [
        _key_figures("84134NED", "Kerncijfers over jeugdzorg, 2015-2020", range(2015, 2021), **stopped),
        indicators(),
        _key_figures("85099NED", "Kerncijfers over jeugdzorg", range(2021, 2026)),  # title and columns U
        persons(),
        referrers(),
        costs(),
        wijk_table("83782NED", 2017, **stopped),
        wijk_table("85075NED", 2021, **stopped),
        wijk_table("85335NED", 2022, **stopped),
        wijk_table("85685NED", 2023, **stopped),
        wijk_table("86204NED", 2025),
    ]
