"""Which municipalities of a year make up a municipality of today, or a region: replayed change by change."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.oracle.figures import LAND, Figure, Series, combined_status, sum_of_all
from tests.oracle.recording import REFERENCE, Table, municipalities_per_year

TARGET = 2026
"""The year whose division `actueel` is."""

GEBIEDEN = {
    2017: "83553NED", 2018: "83859NED", 2019: "84378NED", 2020: "84721NED", 2021: "84929NED", 2022: "85067NED",
    2023: "85385NED", 2024: "85755NED", 2025: "86059NED", 2026: "86247NED",
}  # fmt: skip
KINDS = {
    "jeugdregio": "Jeugdzorgregio's", "arbeidsmarktregio": "Arbeidsmarktregio's", "corop": "COROP-gebieden",
    "ggd_regio": "GGD-regio's", "veiligheidsregio": "Veiligheidsregio's", "provincie": "Provincies",
    "landsdeel": "Landsdelen",
}  # fmt: skip
"""Kinds of regions by the title of their group in "Gebieden in Nederland"."""
RENAMED = {("jeugdregio", 2020): "Jeugdregio's", ("jeugdregio", 2022): "Jeugdregio's"}
"""What CBS calls a group in some years."""

CLASS_STARTS = (0, 5_000, 10_000, 20_000, 50_000, 100_000, 150_000, 250_000)
"""From how many inhabitants a municipality is in GK1, GK2, ... GK8."""

BORDERS = Path(__file__).parents[1] / "support" / "cbs_2026" / "memberships.csv"
BORDERS_YEAR = 2025
"""In which youth and GGD region each municipality of 2025 lies, by the borders of CBS and PDOK of that year."""
BORDER_COLUMNS = {"jeugdregio": "jz", "ggd_regio": "gg"}
FROM_BORDERS = range(2021, 2026)
"""The years of which CBS's tables say nothing, and the regions of then can be told from those of 2025."""
ELSEWHERE = {
    ("jeugdregio", "GM0050"): ("JZ08", 2023),
    ("jeugdregio", "GM0626"): ("JZ24", 2023),
    ("jeugdregio", "GM0457"): ("JZ16", 2022),
    ("ggd_regio", "GM0457"): ("GG3606", 2022),
}
"""Who lay in another region than its successor of 2025 does, and until which year: Zeewolde, Voorschoten, Weesp."""

Membership = dict[str, str]
"""Region by municipality, as far as known."""


@dataclass(frozen=True)
class Share:
    """What part of a municipality's inhabitants goes to the whole, and whether the rest goes elsewhere."""

    inhabitants: float
    is_split: bool = False


Composition = dict[str, dict[str, Share]]
"""Per whole (municipality of today, region): its parts, municipalities of the year."""


def successors(municipalities: Iterable[str], year: int, target: int = TARGET) -> dict[str, dict[str, Share]]:
    """Replay the herindelingen after 1 January of `year` up to 1 January of `target`, oldest first.

    Returns:
        Per municipality of `year` its shares by municipality of `target`.
    """
    shares = {code: {code: Share(1.0)} for code in municipalities}
    for old, heirs in _changes(date(year, 1, 1), date(target, 1, 1)):
        for ends in shares.values():
            gone = ends.pop(old, None)
            if gone is None:
                continue
            for heir, part in heirs.items():
                before = ends.get(heir, Share(0.0))
                is_split = gone.is_split or before.is_split or len(heirs) > 1
                ends[heir] = Share(before.inhabitants + gone.inhabitants * part, is_split)
    return shares


def _changes(after: date, until: date) -> list[tuple[str, dict[str, float]]]:
    """Per abolished municipality in order of time: its heirs with their share of its inhabitants."""
    found: dict[tuple[date, str], dict[str, float | None]] = {}
    with (REFERENCE / "herindelingen.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            day = date.fromisoformat(row["datum"])
            # Land without people takes no figure with it.
            if after < day <= until and row["soort"] != "grenscorrectie":
                people = float(row["inwoners"]) if row["soort"] == "splitsing" else None
                found.setdefault((day, row["oude_code"]), {})[row["nieuwe_code"]] = people
    return [(old, _as_shares(heirs)) for (_, old), heirs in sorted(found.items())]


def _as_shares(heirs: dict[str, float | None]) -> dict[str, float]:
    total = sum(people or 0 for people in heirs.values())
    return {code: 1.0 if people is None else people / total for code, people in heirs.items()}


def memberships(recording: Path, inhabitants: Series) -> dict[str, dict[int, Membership]]:
    """Read per kind and year which municipality lies in which region; size classes follow from the inhabitants."""
    found: dict[str, dict[int, Membership]] = {kind: {} for kind in (*KINDS, "grootteklasse")}
    for year, table_id in GEBIEDEN.items():
        table = Table(recording, table_id)
        for kind, usual in KINDS.items():
            group = RENAMED.get((kind, year), usual)
            codes = table.cells(table.column("Lokaliseringen van gemeenten", group, "Code"), year, {})
            names = table.cells(table.column("Lokaliseringen van gemeenten", group, "Naam"), year, {})
            found[kind][year] = {
                code: text.strip()
                for code, text in codes.items()
                if text.strip() not in ("", ".") and names[code].strip() != "Niet in te delen"
            }
        found["grootteklasse"][year] = {
            code: f"GK{sum(figure.waarde >= start for start in CLASS_STARTS)}"
            for (code, jaar), figure in inhabitants.items()
            if jaar == year and code != LAND and figure.waarde is not None
        }
    municipalities = municipalities_per_year()
    for kind in BORDER_COLUMNS:
        for year in FROM_BORDERS:
            found[kind][year] = derived(kind, municipalities[year], year) | found[kind][year]
    return found


def derived(kind: str, municipalities: list[str], year: int) -> Membership:
    """Who lies where in ``year``: where its successor of 2025 lies, but for the few that are known to have moved."""
    with BORDERS.open(encoding="utf-8", newline="") as file:
        borders = {row["gm_code"]: row[BORDER_COLUMNS[kind]] for row in csv.DictReader(file)}
    found: Membership = {}
    for code, ends in successors(municipalities, year, BORDERS_YEAR).items():
        region, until = ELSEWHERE.get((kind, code), ("", 0))
        (now,) = {borders[end] for end in ends}
        found[code] = region if year <= until else now
    return found


def compositions(
    municipalities: dict[int, list[str]], members: dict[str, dict[int, Membership]], year: int
) -> dict[str, dict[str, Composition | None]]:
    """Give, per division and kind (gemeente, provincie, ...), what is made of what; None where that is not known."""
    lists = municipalities[year]
    today = successors(lists, year)
    made: dict[str, dict[str, Composition | None]] = {"origineel": {}, "actueel": {"gemeente": _whole(today)}}
    for kind, years in members.items():
        known = years[year]
        made["origineel"][kind] = (
            _whole({code: {known[code]: Share(1.0)} for code in lists}) if set(lists) <= set(known) else None
        )
        complete = [jaar for jaar, found in years.items() if set(municipalities[jaar]) <= set(found)]
        made["actueel"][kind] = _whole(_by_region(today, years[max(complete)])) if complete else None
    return made


def _by_region(today: dict[str, dict[str, Share]], membership: Membership) -> dict[str, dict[str, Share]]:
    """Bring shares by municipality of today together by region: a split inside one region is none for that region."""
    found: dict[str, dict[str, Share]] = {}
    for code, ends in today.items():
        regions = {membership[end] for end in ends}
        found[code] = {
            region: Share(sum(s.inhabitants for end, s in ends.items() if membership[end] == region), len(regions) > 1)
            for region in regions
        }
    return found


def _whole(shares: dict[str, dict[str, Share]]) -> Composition:
    """Turn "part goes to wholes" round into "whole is made of parts"."""
    made: Composition = {}
    for code, ends in shares.items():
        for whole, share in ends.items():
            made.setdefault(whole, {})[code] = share
    return made


def put_together(parts: dict[str, Share], figures: dict[str, Figure], *, additive: bool) -> Figure:
    """Give the figure of a whole from the figures of its parts, by municipality of the year."""
    found = [figures[code] for code in parts]
    is_split = any(share.is_split for share in parts.values())
    if len(found) == 1 and not is_split:
        return found[0]
    status = combined_status(figure.status for figure in found)
    if not additive:
        return Figure(None, "niet_optelbaar", status)
    if not is_split:
        return sum_of_all(found)
    known = [
        share.inhabitants * figures[code].waarde for code, share in parts.items() if figures[code].waarde is not None
    ]
    return Figure(None, "gesplitst", status, schatting=sum(known) if len(known) == len(parts) else None)
