"""Indicators computed from two others of the same year and division."""

from dataclasses import dataclass

from tests.oracle.figures import Figure, Series, combined_status, years_of
from tests.oracle.iv3 import GROUPS, NET_GROUPS
from tests.oracle.published import HUISHOUDEN, VERWIJZERS, WMO_SOORTEN


@dataclass(frozen=True)
class Ratio:
    """`factor` x teller / noemer, both named by measure."""

    teller: str
    noemer: str
    factor: float = 1.0


THOUSAND = 1000.0
"""Per 1 000 inhabitants; and, for lasten, from 1 000 euro to euro."""

RATIOS: dict[str, Ratio] = {
    "bijstand_per_1000_inwoners": Ratio("bijstand_personen", "inwoners", THOUSAND),
    "jeugdzorg_per_1000_inwoners": Ratio("jeugdzorg_jongeren", "inwoners", THOUSAND),
    "jeugdzorg_per_1000_jongeren_tot_25": Ratio("jeugdzorg_jongeren", "jongeren_tot_25", THOUSAND),
    "jeugdzorg_trajecten_per_jongere": Ratio("jeugdzorg_trajecten", "jeugdzorg_jongeren"),
    "lasten_jeugd_per_jongere_met_jeugdzorg": Ratio("lasten_jeugd", "jeugdzorg_jongeren", THOUSAND),
    "lasten_wmo_per_client": Ratio("lasten_wmo", "wmo_clienten", THOUSAND),
    "lasten_wmo_zonder_opvang_per_client": Ratio("lasten_wmo_zonder_opvang", "wmo_clienten", THOUSAND),
}
RATIOS |= {
    f"wmo_{soort}_per_1000_inwoners": Ratio(f"wmo_{soort}", "inwoners", THOUSAND)
    for soort in ("clienten", *WMO_SOORTEN)
}
RATIOS |= {
    f"jeugdzorg_{naam}_pct": Ratio(f"jeugdzorg_jongeren_{naam}", "jeugdzorg_jongeren", 100.0) for naam in HUISHOUDEN
}
RATIOS |= {
    f"jeugdzorg_verwijzer_{naam}_pct": Ratio(f"jeugdzorg_verwijzer_{naam}", "jeugdzorg_trajecten", 100.0)
    for naam in VERWIJZERS
}
RATIOS |= {f"lasten_{group}_per_inwoner": Ratio(f"lasten_{group}", "inwoners", THOUSAND) for group in GROUPS}
RATIOS |= {
    f"netto_lasten_{group}_per_inwoner": Ratio(f"netto_lasten_{group}", "inwoners", THOUSAND) for group in NET_GROUPS
}


def ratio_series(measures: dict[str, Series]) -> dict[str, Series]:
    """Compute every ratio over the years in which both of its parts have rows."""
    ratios = {
        name: {
            key: _quotient(
                teller, noemer, ratio.factor, zero_is_doubtful=ratio.teller.startswith(("lasten_", "netto_"))
            )
            for key, teller, noemer in _pairs(measures[ratio.teller], measures[ratio.noemer])
        }
        for name, ratio in RATIOS.items()
    }
    deviations = {
        f"{net}begrotingsafwijking_{group}_pct": {
            key: _deviation(lasten, begroot)
            for key, lasten, begroot in _pairs(measures[f"{spent}_{group}"], measures[f"{budget}_{group}"])
        }
        for group in NET_GROUPS
        for net, spent, budget in (("", "lasten", "begroot"), ("netto_", "netto_lasten", "netto_begroot"))
    }
    return ratios | deviations


def _pairs(teller: Series, noemer: Series) -> list[tuple[tuple[str, int], Figure, Figure]]:
    shared = years_of(teller) & years_of(noemer)
    return [(key, figure, noemer[key]) for key, figure in teller.items() if key[1] in shared]


def _quotient(teller: Figure, noemer: Figure, factor: float, *, zero_is_doubtful: bool) -> Figure:
    status = combined_status((teller.status, noemer.status))
    reden = teller.reden or noemer.reden
    if teller.waarde is None or noemer.waarde is None:
        return Figure(None, reden, status, teller.waarde, noemer.waarde)
    if noemer.waarde <= 0 or (zero_is_doubtful and teller.waarde == 0):
        return Figure(None, "noemer_nul", status, teller.waarde, noemer.waarde)
    return Figure(factor * teller.waarde / noemer.waarde, None, status, teller.waarde, noemer.waarde)


def _deviation(lasten: Figure, begroot: Figure) -> Figure:
    """Compute 100 x (lasten - begroot) / begroot; a group of 0 on either side says nothing about the other."""
    status = combined_status((lasten.status, begroot.status))
    if lasten.waarde is None or begroot.waarde is None:
        return Figure(None, lasten.reden or begroot.reden, status, None, begroot.waarde)
    teller = lasten.waarde - begroot.waarde
    if begroot.waarde <= 0 or lasten.waarde == 0:
        return Figure(None, "noemer_nul", status, teller, begroot.waarde)
    return Figure(100.0 * teller / begroot.waarde, None, status, teller, begroot.waarde)
