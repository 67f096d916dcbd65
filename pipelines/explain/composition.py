"""Of which municipalities of a year a municipality of today, or a region, is made up: as the release's own tables say.

The rules are those of ``int_samenstelling``, written a second time.

What does not belong here: what becomes of the figures of those municipalities (``figures``).
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from pipelines.explain.model import Redivision
from pipelines.explain.release import Membership, PublishedRelease

ORIGINAL, CURRENT = "origineel", "actueel"


@dataclass(frozen=True)
class Member:
    """One part of a whole: a municipality of the year, how it came there, and how much of it."""

    code: str
    steps: tuple[Redivision, ...] = ()
    share: float = 1.0
    is_split: bool = False


@dataclass(frozen=True)
class _Path:
    end: str
    steps: tuple[Redivision, ...]

    @property
    def share(self) -> float:
        total = 1.0
        for step in self.steps:
            total *= step.share
        return total

    @property
    def is_split(self) -> bool:
        return any(step.kind == "splitsing" for step in self.steps)


class Composition:
    """What is made of what, in one release."""

    def __init__(self, release: PublishedRelease) -> None:
        self._release = release
        self._target = release.header.division_year
        self._paths = cache(self._read_paths)
        self._current_regions = cache(self._read_current_regions)

    def municipality(self, code: str, year: int) -> list[Member]:
        """The municipalities of ``year`` that went into a municipality of today; none if it did not exist then."""
        found = [(member, path) for member, paths in self._paths(year).items() for path in paths if path.end == code]
        return [Member(member, path.steps, path.share, path.is_split) for member, path in found]

    def region(self, kind: str, code: str, year: int, division: str) -> list[Member] | None:
        """The municipalities of ``year`` in a region; None where it is not known which these are."""
        if division == ORIGINAL:
            members = self._release.memberships(kind).get(year, {})
            if not self._is_complete(members, year) and not _is_stated(members, code):
                return None
            return [Member(member) for member in sorted(members) if members[member].region == code]
        regions = self._current_regions(kind)
        if code not in set(regions.values()):
            return None
        return [
            Member(member, (), sum(path.share for path in inside), len(inside) < len(paths))
            for member, paths in self._paths(year).items()
            if (inside := [path for path in paths if regions.get(path.end) == code])
        ]

    def is_as_then(self, kind: str, code: str, year: int) -> bool:
        """Whether a region consists today of the same whole municipalities of ``year`` as it did then."""
        then, now = self.region(kind, code, year, ORIGINAL), self.region(kind, code, year, CURRENT)
        if not then or not now or any(member.is_split for member in now):
            return False
        return {member.code for member in then} == {member.code for member in now}

    def _is_complete(self, members: dict[str, Membership], year: int) -> bool:
        return set(self._release.municipalities(year)) <= set(members)

    def _read_current_regions(self, kind: str) -> dict[str, str]:
        """Region by municipality of today: the newest complete membership, followed through the mergers since."""
        years = {year: found for year, found in self._release.memberships(kind).items() if year <= self._target}
        complete = [year for year, members in years.items() if self._is_complete(members, year)]
        if complete:
            newest = max(complete)
            return self._follow({code: lies.region for code, lies in years[newest].items()}, newest)
        stated: dict[str, str] = {}
        for year in sorted(years):
            members = years[year]
            regions = {code: lies.region for code, lies in members.items() if _is_stated(members, lies.region)}
            again = set(regions.values())
            stated = {code: region for code, region in stated.items() if region not in again}
            stated |= self._follow(regions, year)
        return stated

    def _follow(self, regions: dict[str, str], year: int) -> dict[str, str]:
        """Membership of ``year`` by municipality of today; nothing as soon as one grew out of two regions."""
        found: dict[str, set[str]] = {}
        for code, region in regions.items():
            for path in self._paths(year)[code]:
                found.setdefault(path.end, set()).add(region)
        if any(len(candidates) > 1 for candidates in found.values()):
            return {}
        return {end: candidates.pop() for end, candidates in found.items()}

    def _read_paths(self, year: int) -> dict[str, list[_Path]]:
        return {code: self._paths_of(code, year) for code in self._release.municipalities(year)}

    def _paths_of(self, code: str, year: int) -> list[_Path]:
        """Into which municipalities of today ``code`` goes, each with the herindelingen on the way.

        A change dated d applies to figures of every year with d later than its 1 January.
        """
        today = set(self._release.municipalities(self._target))
        ends: list[_Path] = []
        open_paths: list[tuple[str, date, tuple[Redivision, ...]]] = [(code, date(year, 1, 1), ())]
        while open_paths:
            here, since, steps = open_paths.pop(0)
            if here in today:
                ends.append(_Path(here, steps))
            following = (
                step for step in self._release.redivisions.get(here, []) if since < step.day <= date(self._target, 1, 1)
            )
            open_paths += [(step.new_code, step.day, (*steps, step)) for step in following]
        return ends


def _is_stated(members: dict[str, Membership], region: str) -> bool:
    """Whether a list of its own, not CBS, says which municipalities the region has: that list is complete."""
    return any(lies.region == region and lies.origin == "opgegeven" for lies in members.values())
