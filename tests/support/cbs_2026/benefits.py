"""Benefits per municipality: 82015NED by month, 80794ned by quarter."""

from tests.support.cbs_2026.form import UNKNOWN, Code, Dimension, Table, Topic, Value
from tests.support.cbs_2026.period import perioden, year_of
from tests.support.cbs_2026.region import regio_s
from tests.support.cbs_2026.society import amount, rounded

_FIRST_YEAR, _MONTHLY_FROM = 2021, 2025  # the real table has every month since January 2011
_AGES = {
    "T001500": ("Uitkeringen totaal", ()),  # codes U
    "A018001": ("Aan personen tot de AOW-leeftijd", (("=tot AOW", 0.88),)),
    "A018002": ("Aan personen vanaf de AOW-leeftijd", (("=vanaf AOW", 0.12),)),
}
_FORMS = (
    ("Leefvorm alleenstaande", ("=alleen", 0.68)),
    ("Leefvorm alleenstaande ouder", ("=ouder", 0.19)),
    ("Leefvorm (echt)paar", ("=paar", 0.13)),
)
# Of benefits, which a couple shares, one to 1.2 people.
BENEFITS = ("=uitkeringen", 0.83)
TO_AOW = ("=tot AOW", 0.88)
# Title, then what part of all who receive something; titles from the keys of 80794ned and 70072ned (U).
RECEIVERS: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = (
    ("Uitkeringsontvangers totaal", ()),
    ("Tot de AOW-leeftijd", (("=jong", 0.32),)),
    ("Vanaf de AOW-leeftijd", (("=oud", 0.68),)),
    ("Werkloosheid", (("ww", 0.03),)),
    ("Bijstand gerelateerd tot AOW-leeftijd", ()),
    ("Bijstand gerelateerd vanaf AOW-leeftijd", ()),
    ("Bijstand tot de AOW-leeftijd", ()),
    ("Arbeidsongeschiktheid totaal", (("ao", 0.16),)),
    ("WAO-uitkering", (("ao", 0.16), ("wao", 0.2))),
    ("WIA-uitkering WGA-regeling", (("ao", 0.16), ("wga", 0.3))),
    ("Wajong-uitkering", (("ao", 0.16), ("wajong", 0.28))),
    ("Algemene ouderdomswet", (("=aow", 0.67),)),
)
_FROM_ASSISTANCE: dict[str, tuple[tuple[str, float], float]] = {
    "Bijstand gerelateerd tot AOW-leeftijd": (TO_AOW, 1.05),
    "Bijstand gerelateerd vanaf AOW-leeftijd": (("=vanaf AOW", 0.12), 1.0),
    "Bijstand tot de AOW-leeftijd": (TO_AOW, 1.0),
}


def receivers(title: str, region: str, year: int) -> float:
    """People who receive what ``title`` of ``RECEIVERS`` says, at the end of ``year``."""
    if title in _FROM_ASSISTANCE:
        share, factor = _FROM_ASSISTANCE[title]
        return amount(year, "benefit", share)[region] * factor
    return amount(year, "receivers", *dict(RECEIVERS)[title])[region]


def months(first: int, last: str) -> tuple[str, ...]:
    """Keys of months from January of ``first`` up to ``last``."""
    keys = (f"{year}MM{month:02}" for year in range(first, year_of(last) + 1) for month in range(1, 13))
    return tuple(key for key in keys if key <= last)


def _in_month(region: str, month: str, *shares: tuple[str, float]) -> float | None:
    """Benefits at the end of a month, between those at the end of the year before and of its own."""
    year, passed = year_of(month), int(month[6:]) / 12
    now = amount(year, "benefit", BENEFITS, *shares).get(region)
    if now is None:
        return None
    before = amount(year - 1, "benefit", BENEFITS, *shares).get(region, now)
    return before + (now - before) * passed


def monthly() -> Table:
    """82015NED: of the newest three months the country only, to a thousand."""
    # Every month of the last years, and of those before the one that is read.
    decembers = tuple(f"{year}MM12" for year in range(_FIRST_YEAR, _MONTHLY_FROM))
    keys = decembers + months(_MONTHLY_FROM, "2026MM05")
    newest = keys[-3:]

    def cells(age: str, region: str, period: str) -> list[Value]:
        shares = _AGES[age][1]
        every = _in_month(region, period, *shares)
        if every is None:
            return [""] * 4
        if period in newest:
            if region != "NL01":
                return [UNKNOWN] * 4
            return [rounded(every * part, 1_000) for part in (1.0, *(share for _, (_, share) in _FORMS))]
        return [rounded(every, 10), *(rounded(_in_month(region, period, *shares, part) or 0, 10) for _, part in _FORMS)]

    group = "Uitkeringen naar uitkeringsgrondslag"
    status = dict.fromkeys(newest, "Voorlopig") | dict.fromkeys(keys[-5:-3], "NaderVoorlopig")
    return Table(
        "82015NED",
        "Bijstandsuitkeringen; uitkeringsgrondslag, regio's",
        (
            Dimension(
                "UitkeringenInRelatieMetDeAOW",
                "Uitkeringen in relatie met de AOW",
                tuple(Code(key, title) for key, (title, _) in _AGES.items()),
            ),
            regio_s(range(_FIRST_YEAR, 2027)),
            perioden(keys, status | dict.fromkeys(keys[:-5], "Definitief")),
        ),
        (Topic(("Aantal bijstandsuitkeringen",)), *(Topic((group, title)) for title, _ in _FORMS)),
        cells,
        period="januari 2021 - mei 2026",
        frequency="Permaand",
        modified="2026-07-31T02:00:00",
    )


def quarterly() -> Table:
    """80794ned: periods U, here the last month of every quarter."""
    keys = tuple(key for key in months(2021, "2026MM03") if int(key[6:]) % 3 == 0)

    def cells(region: str, period: str) -> list[Value]:
        year, passed = year_of(period), int(period[6:]) / 12
        if region not in amount(year, "receivers"):
            return [""] * len(RECEIVERS)
        old = year - 1 if region in amount(year - 1, "receivers") else year
        found = []
        for title, _ in RECEIVERS:
            before = receivers(title, region, old)
            found.append(rounded(before + (receivers(title, region, year) - before) * passed, 10))
        return found

    return Table(
        "80794ned",
        "Personen met een uitkering; uitkeringsontvangers per regio",
        (regio_s(range(2021, 2027), ("LD", "PV", "CR")), perioden(keys, {keys[-1]: "Voorlopig"})),
        tuple(Topic((title,)) for title, _ in RECEIVERS),
        cells,
        period="maart 2021 - maart 2026",
        frequency="Perkwartaal",
        modified="2026-06-30T02:00:00",
    )


def tables() -> list[Table]:
    return [monthly(), quarterly()]
