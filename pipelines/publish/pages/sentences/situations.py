"""What is so of a municipality in each subject: the conditions of ``kernzinnen.yml`` that hold, and words for its gaps.

What does not belong here: SQL (``evidence``), and what is said when (``kernzinnen.yml``).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipelines.common import dutch
from pipelines.publish.pages.sentences.differences import (
    LEAST_PCT,
    Chance,
    Side,
    side_of_amount,
    side_of_rate,
)
from pipelines.publish.pages.sentences.evidence import NET, USE_DOMAINS, Evidence
from pipelines.publish.pages.sentences.vocabulary import reason_text
from pipelines.publish.pages.sentences.wording import Situation, Wording
from pipelines.releases.reader import Row

# A place says something if so many municipalities have one (parameter benchmark_minimum_dekking).
LEAST_COVERAGE: Final = 0.9
ACCOUNT_NET, ACCOUNT_GROSS = "netto_begrotingsafwijking_sociaal_domein_pct", "begrotingsafwijking_sociaal_domein_pct"


@dataclass(frozen=True)
class Changed:
    """What became of one subject: its conditions, the words of its change, and the indicator it is about."""

    conditions: frozenset[str]
    words: dict[str, str]
    indicator_id: str
    year: int


def use_situation(evidence: Evidence, gm_code: str, subject: str) -> Situation:
    """How much use there is in a domain, beside others."""
    row = evidence.use.get((gm_code, USE_DOMAINS[subject]))
    if row is None:
        return _nowhere()
    name, year = row["indicator_id"], row["jaar"]
    words = {"jaar": str(year)}
    if row["waarde"] is None:
        words |= _no_figure(row["reden_ontbreekt"])
        found = {"geen_cijfer"}
        if row["eerder_jaar"] is not None:
            found.add("eerder_cijfer")
            words |= {
                "eerder_jaar": str(row["eerder_jaar"]),
                "eerder_waarde": _rate(
                    row["eerder_waarde"], row["eerder_indicator_id"], evidence.decimals[row["eerder_indicator_id"]]
                ),
            }
        return Situation(frozenset(found), words, name, year)
    beside = evidence.beside.get((gm_code, name))
    marks = {
        *(["twijfel"] if row["twijfel"] else []),
        *(["valt_laag_uit"] if row["kanttekening"] == "veel_15_tot_25_jarigen" else []),
        *(["per_1000"] if "_per_1000_jongeren" in name else []),
    }
    found = marks | _beside_conditions(beside)
    sides, written = _rate_beside(beside, name, evidence.decimals[name])
    place = _place(beside, found)
    found |= {"plaats"} if "rang" in place else set()
    words |= {"waarde": _amount(row["waarde"], name, evidence.decimals[name]), **written, **place}
    return Situation(frozenset(found | sides), words, name, year)


def spending_situation(evidence: Evidence, gm_code: str) -> Situation:
    """What the social domain costs an inhabitant, beside others."""
    if evidence.spending is None:
        return _nowhere()
    name, year = evidence.spending
    row = evidence.beside.get((gm_code, name))
    words = {"jaar": str(year)}
    if row is None or row["waarde"] is None:
        reason = row["reden_geen_vergelijking"] if row else None
        return Situation(frozenset({"geen_cijfer"}), words | _no_figure(reason), name, year)
    account = evidence.account.get(gm_code)
    decimals = evidence.decimals[name]
    found = _beside_conditions(row)
    # Its place is one among municipalities that do not pay for others.
    marks = {"centrumgemeente"} if account and account["centrumgemeente_opvang"] else set()
    place = _place(row, found | marks)
    found |= {"plaats"} if "rang" in place else set()
    words |= {"waarde": dutch.number(row["waarde"], decimals), "wijze": "netto" if name == NET else "bruto", **place}
    sides, written = _amount_beside(row, evidence.without_shelter.get(gm_code), decimals)
    return Situation(frozenset(found | sides), words | written, name, year)


def _amount_beside(row: Row, without: Row | None, decimals: int) -> tuple[set[str], dict[str, str]]:
    """On which side of the country and of its peers an amount lies, if it is the same side without shelter."""
    found: set[str] = set()
    words: dict[str, str] = {}
    for other, column in (("land", "gewogen_land"), ("gelijken", "gewogen_gelijken")):
        if row[column] is None:
            continue
        found.add("vergeleken" if other == "land" else other)
        words[other] = dutch.number(row[column], decimals)
        side = side_of_amount(row["waarde"], row[column], decimals)
        same = (
            without is not None
            and without[other] is not None
            and side == side_of_amount(without["waarde"], without[other], decimals)
        )
        found.add(f"{other}_{side}" if same else "opvang_beslist")
    return found, words


def change_situation(evidence: Evidence, gm_code: str, wording: Wording) -> Situation:
    """What became of use and of spending since the year before, or the nearest year that can be compared."""
    changes = {
        subject: _changed(evidence.changes.get((gm_code, name), ()), name, year)
        for subject, name, year in _leading(evidence, gm_code)
    }
    if not changes:
        return _nowhere()
    clauses: dict[str, list[str]] = {}
    for subject, changed in changes.items():
        text = wording.part("verandering", Situation(changed.conditions, changed.words))
        clauses.setdefault(text, []).append(_CHANGE_NAMES[subject])
    listed = "; ".join(f"{dutch.listed(subjects)}: {text}" for text, subjects in clauses.items())
    words = {"opsomming": listed[:1].upper() + listed[1:]}
    spending = changes.get("lasten")
    conditions: set[str] = set()
    breaks = {changes[one].words.get("breuk") for one in USE_DOMAINS if one in changes}
    if spending is not None:
        conditions |= spending.conditions
        words |= spending.words
    if USE_DOMAINS.keys() <= changes.keys() and len(breaks) == 1 and None not in breaks:
        conditions.add("gebruik_anders_geteld")
        words["breuk"] = str(next(iter(breaks)))
    about = spending or next(iter(changes.values()), None)
    return Situation(frozenset(conditions), words, about.indicator_id if about else None, about.year if about else None)


def account_situation(evidence: Evidence, gm_code: str) -> Situation:
    """The account of the social domain beside its first budget; neither says how the municipality fared."""
    row = evidence.account.get(gm_code)
    if row is None:
        return _nowhere()
    name = ACCOUNT_NET if row["wijze"] == "netto" else ACCOUNT_GROSS
    year, share = row["jaar"], row["waarde"]
    words = {"jaar": str(year), "wijze": row["wijze"]}
    if share is None:
        return Situation(frozenset({"geen_cijfer"}), words | _no_figure(row["reden_ontbreekt"]), name, year)
    found = {*(["twijfel"] if row["twijfel"] else []), *(["bruto"] if row["wijze"] == "bruto" else [])}
    if abs(share) > LEAST_PCT:
        found.add("rekening_hoger" if share > 0 else "rekening_lager")
    words["afstand"] = _percentage(abs(share), evidence.decimals[name])
    return Situation(frozenset(found), words, name, year)


def gaps_situation(evidence: Evidence, gm_code: str, lacking: Sequence[str]) -> Situation:
    """How many of the newest figures are missing, and what is the reason of most.

    Args:
        evidence: the rows of the release.
        gm_code: the municipality.
        lacking: what the other sentences are about and is missing, in words.
    """
    rows = evidence.gaps.get(gm_code, [])
    missing = [row for row in rows if row["reden_ontbreekt"] is not None]
    count = sum(row["aantal"] for row in missing)
    first, last = evidence.years
    words = {
        "van": dutch.number(sum(row["aantal"] for row in rows)),
        "aantal": dutch.number(count),
        "jaren": str(last) if first == last else f"{first}-{last}",
    }
    if not missing:
        return Situation(frozenset(), words)
    (reason, for_reason), *less = _counted(missing, "reden_ontbreekt")
    (domain, in_domain), *_ = _counted(missing, "domein")
    conditions = {
        "iets_ontbreekt",
        *(["een_ontbreekt"] if count == 1 else []),
        *(["een_domein"] if 2 * in_domain > count else []),
        *(["een_reden"] if not less else ["vaakste_reden"] if for_reason > less[0][1] else []),
    }
    words |= {"reden": reason_text(reason), "domein": _DOMAIN_NAMES[domain]}
    if lacking:
        conditions.add("een_uit_de_kern" if len(lacking) == 1 else "meer_uit_de_kern")
        words |= {"wat": lacking[0], "uit_de_kern": dutch.number(len(lacking))}
    return Situation(frozenset(conditions), words)


def _counted(rows: Sequence[Row], column: str) -> list[tuple[str, int]]:
    """Each value of ``column`` with how many figures have it, most first; of equals by name."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row[column]] += row["aantal"]
    return sorted(counts.items(), key=lambda found: (-found[1], found[0]))


# As the sentence about what is missing calls them, in one word.
_DOMAIN_NAMES: Final = {
    "context": "inwoners",
    "jeugd": "jeugd",
    "wmo": "Wmo",
    "bijstand": "bijstand",
    "participatie": "participatie",
    "sociaal_domein": "lasten",
}
# As the sentence about change calls them.
_CHANGE_NAMES: Final = {"jeugd": "jeugdzorg", "wmo": "Wmo", "bijstand": "bijstand", "lasten": "lasten"}


def _leading(evidence: Evidence, gm_code: str) -> Iterator[tuple[str, str, int]]:
    """The subjects that can change, each with its indicator and the newest year of that."""
    for subject, domain in USE_DOMAINS.items():
        if (row := evidence.use.get((gm_code, domain))) is not None:
            yield subject, row["indicator_id"], row["jaar"]
    if evidence.spending is not None:
        yield "lasten", *evidence.spending


def _changed(rows: Sequence[Row], name: str, year: int) -> Changed:
    """The change since the year before; since an earlier one where only that year lacks a figure."""
    if not rows:
        return Changed(frozenset({"eerste_jaar"}), {"tot": str(year)}, name, year)
    row = rows[0]
    if row["reden_geen_richting"] == "vergelijkcijfer_ontbreekt":
        row = next((other for other in rows if other["richting"] is not None), row)
    found = {row["richting"] or row["reden_geen_richting"]}
    words = {"van": str(row["jaar_van"]), "tot": str(row["jaar_tot"])}
    if row["mutatie_pct"] is not None:
        words["pct"] = _percentage(abs(row["mutatie_pct"]), 1)
    elif row["richting"] == "stijging":
        found = {"vanaf_nul"}
    if row["breuk_jaar"] is not None:
        words["breuk"] = str(row["breuk_jaar"])
    return Changed(frozenset(found), words, name, row["jaar_tot"])


def _beside_conditions(row: Row | None) -> set[str]:
    """Why a figure is not laid beside others, as far as the benchmark says so."""
    if row is None:
        return set()
    return {
        *(["twijfel"] if row["reden_geen_vergelijking"] == "twijfel" else []),
        *(["kleine_aantallen"] if row["kleine_aantallen"] else []),
        *(["te_weinig_dekking"] if row["aantal_vergeleken"] < LEAST_COVERAGE * row["gemeenten"] else []),
    }


def _rate_beside(row: Row | None, name: str, decimals: int) -> tuple[set[str], dict[str, str]]:
    """On which side of the country and of its peers a rate lies, and their figures in words."""
    if row is None or row["reden_geen_vergelijking"] is not None:
        return set(), {}
    found: set[str] = set()
    words: dict[str, str] = {}
    own, base = row["waarde"], row["gewogen_land"]
    if base is not None:
        found.add("vergeleken")
        words["land"] = _amount(base, name, decimals)
        if row["toeval"] is not None and base > 0:
            own_chance = Chance(row["toeval"], row["afronding_marge"])
            found.add(f"land_{side_of_rate(own, base, (own_chance,), base, decimals)}")
    peers = row["gewogen_gelijken"]
    if peers is not None:
        found.add("gelijken")
        words["gelijken"] = _amount(peers, name, decimals)
        if row["toeval"] is not None and row["toeval_gelijken"] is not None and base:
            found.add(f"gelijken_{_side_of_peers(row, decimals)}")
    return found, words


def _side_of_peers(row: Row, decimals: int) -> Side:
    chances = (
        Chance(row["toeval"], row["afronding_marge"]),
        Chance(row["toeval_gelijken"], row["afronding_gelijken"]),
    )
    return side_of_rate(row["waarde"], row["gewogen_gelijken"], chances, row["gewogen_land"], decimals)


# Why a place would say nothing: the reason by what is so of the figure.
_NO_PLACE: Final = {
    "twijfel": "twijfel",
    "kleine_aantallen": "kleine_aantallen",
    "te_weinig_dekking": "te_weinig_dekking",
    "valt_laag_uit": "veel_15_tot_25_jarigen",
    "centrumgemeente": "centrumgemeente",
}


def _place(row: Row | None, found: set[str]) -> dict[str, str]:
    """The words of a place where it says something, else of the reason why not."""
    if reason := next((reason for mark, reason in _NO_PLACE.items() if mark in found), None):
        return {"reden_geen_plaats": reason_text(reason)}
    if row is None or row["rang"] is None:
        return {"reden_geen_plaats": reason_text((row and row["reden_geen_vergelijking"]) or "niet_vergeleken")}
    if row["kleine_aantallen"] is None:
        # The numbers behind it are not published, so they may be small.
        return {"reden_geen_plaats": reason_text("noemer_onbekend")}
    return {"rang": dutch.number(row["rang"]), "rang_van": dutch.number(row["rang_van"])}


def _nowhere() -> Situation:
    """No municipality has a figure in any year."""
    return Situation(frozenset({"geen_cijfer", "nergens"}), _no_figure(None))


def _no_figure(reason: str | None) -> dict[str, str]:
    """Words for a figure that is missing."""
    told = reason_text(reason or "buiten_reeks")
    return {"reden": told, "reden_geen_plaats": told}


def _percentage(value: float, decimals: int) -> str:
    return f"{dutch.number(value, decimals)}{dutch.NO_BREAK}%"


def _amount(value: float, name: str, decimals: int) -> str:
    """A figure as the sentence has it, which names its unit, except that of a percentage."""
    return _percentage(value, decimals) if name.endswith("_pct") else dutch.number(value, decimals)


def _rate(value: float, name: str, decimals: int) -> str:
    """A figure with its unit, for a sentence that does not name it."""
    if name.endswith("_pct"):
        return _percentage(value, decimals)
    return (
        f"{dutch.number(value, decimals)} per 1{dutch.NO_BREAK}000 {'jongeren' if '_jongeren' in name else 'inwoners'}"
    )
