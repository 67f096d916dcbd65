"""The quality report: what this release is, whether it may be used, and what that rests on."""

from collections import defaultdict

from pipelines.release.exports.opened import Opened
from pipelines.release.pages.changes import breaks, corrections, doubts, revised
from pipelines.release.pages.checks import Checks, checks
from pipelines.release.pages.coverage import coverage, indicators, reasons
from pipelines.release.pages.reading import Row
from pipelines.release.pages.rendering import render
from pipelines.release.pages.sources import Sources, sources
from pipelines.release.pages.wording import counted, number


def quality_page(release: Opened) -> str:
    """The report of a release as HTML."""
    checked = checks(release)
    fetched = sources(release, checked)
    named = indicators(release)
    return render(
        "kwaliteit.html.jinja",
        header=release.header(),
        verdict=verdict(checked, fetched),
        checks=checked,
        sources=fetched,
        coverage=coverage(release),
        reasons_found=_reasons(reasons(release), named),
        breaks=breaks(release),
        doubts=doubts(release),
        revised=revised(release),
        corrections=corrections(release),
        has_corrections=release.has("correctie"),
        names={row["indicator_id"]: row["naam"] or row["indicator_id"] for row in named},
    )


def verdict(checked: Checks, fetched: Sources) -> str:
    """Whether the checks let this release be used, in a sentence."""
    if checked.refused:
        failed = counted(len(checked.refused), "kritieke controle is", "kritieke controles zijn")
        return f"Nee: {failed} niet geslaagd en niet aanvaard."
    if not checked.all:
        return "Dat is niet te zeggen: deze uitgave heeft geen controles."
    if not checked.failed:
        return f"Ja: elke controle is geslaagd ({number(len(checked.all))} van {number(len(checked.all))})."
    found = [
        (checked.warned, "waarschuwing", "waarschuwingen"),
        (checked.accepted, "aanvaarde bevinding", "aanvaarde bevindingen"),
    ]
    named = " en ".join(counted(len(some), one, more) for some, one, more in found if some)
    late = ", en niet elke tabel is bijgewerkt" if fetched.late else ""
    return f"Ja, met {named}{late}. Lees ze voordat u een cijfer gebruikt waar ze over gaan."


def _reasons(rows: list[Row], indicators: list[Row]) -> dict[str, dict[str | None, int]]:
    """How many figures of municipalities lack, by reason and domain."""
    domains = {row["indicator_id"]: row["domein"] for row in indicators}
    found: dict[str, dict[str | None, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        found[row["reden"]][domains.get(row["indicator_id"])] += row["aantal"]
    return dict(sorted(found.items(), key=lambda item: -sum(item[1].values())))
