"""What the tables of a release say of every municipality, as far as the sentences need it: read once, for all.

What does not belong here: what follows from it (``situations``).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from pipelines.common.sql import quoted
from pipelines.releases.reader import ReleaseReader, Row

Key = TypeVar("Key")

# Of each subject about use: the domain in mart_gebruik.
USE_DOMAINS: Final = {"jeugd": "jeugd", "wmo": "wmo", "bijstand": "participatie"}
# Net goes before gross in a year that has it (docs/nl/methoden/lasten_en_gebruik.md).
GROSS, NET = "lasten_sociaal_domein_per_inwoner", "netto_lasten_sociaal_domein_per_inwoner"
# All that the sentences are made of.
TABLES: Final = frozenset(
    {
        *("dim_gemeente", "dim_indicator", "mart_gebruik", "mart_benchmark", "mart_benchmark_groep"),
        *("mart_benchmark_reeks", "mart_vergelijkbare_gemeenten", "mart_verandering", "mart_lasten_en_gebruik"),
        "mart_indicator_actueel",
    }
)
_USE_SQL = """
    with gebruik as (
        select * from mart_gebruik where regio_soort = 'gemeente' and domein in ('jeugd', 'wmo', 'participatie')
    ),

    nieuwste as (
        select domein, max(jaar) as jaar from gebruik where waarde is not null group by domein
    ),

    eerder as (
        select
            gebruik.domein,
            gebruik.regio_code,
            max(gebruik.jaar) as eerder_jaar,
            max_by(gebruik.waarde, gebruik.jaar) as eerder_waarde,
            max_by(gebruik.indicator_id, gebruik.jaar) as eerder_indicator_id
        from gebruik
        inner join nieuwste on gebruik.domein = nieuwste.domein and gebruik.jaar < nieuwste.jaar
        where gebruik.waarde is not null and not gebruik.twijfel
        group by gebruik.domein, gebruik.regio_code
    )

    select
        gebruik.domein,
        gebruik.regio_code as gm_code,
        gebruik.jaar,
        gebruik.indicator_id,
        gebruik.waarde,
        gebruik.reden_ontbreekt,
        gebruik.twijfel,
        gebruik.kanttekening,
        eerder.eerder_jaar,
        eerder.eerder_waarde,
        eerder.eerder_indicator_id
    from gebruik
    inner join nieuwste on gebruik.domein = nieuwste.domein and gebruik.jaar = nieuwste.jaar
    left join eerder on gebruik.domein = eerder.domein and gebruik.regio_code = eerder.regio_code
"""
# Which of the two leads, and in which year: the newest with figures, net where that year has them.
_SPENDING_SQL = f"""
    select indicator_id, jaar
    from mart_benchmark_reeks
    where indicator_id in ({quoted(GROSS)}, {quoted(NET)}) and aantal_vergeleken > 0
    order by jaar desc, indicator_id = {quoted(NET)} desc
    limit 1
"""  # noqa: S608 - names of our own
_BESIDE_SQL = """
    with cijfer as (
        select
            indicator_id,
            gm_code,
            jaar,
            waarde,
            reden_geen_vergelijking,
            gewogen_land,
            aantal_vergeleken,
            rang,
            rang_van,
            kleine_aantallen,
            toeval,
            afronding_marge,
            variant
        from mart_benchmark
        where (indicator_id, jaar) in ({pairs})
    ),

    -- 1 / s^2 of each peer with chance: the peers together have a variance of 1 / the sum.
    toeval_gelijken as (
        select
            cijfer.indicator_id,
            cijfer.gm_code,
            1 / sqrt(sum(1 / (gelijke.toeval * gelijke.toeval))) as toeval_gelijken,
            sum(gelijke.afronding_marge / (gelijke.toeval * gelijke.toeval))
            / sum(1 / (gelijke.toeval * gelijke.toeval)) as afronding_gelijken
        from cijfer
        inner join mart_vergelijkbare_gemeenten as lijst
            on
                cijfer.variant = lijst.variant
                and cijfer.jaar = lijst.jaar
                and cijfer.gm_code = lijst.gm_code
        inner join cijfer as gelijke
            on
                cijfer.indicator_id = gelijke.indicator_id
                and lijst.vergelijkbare_gm_code = gelijke.gm_code
        where gelijke.toeval > 0
        group by cijfer.indicator_id, cijfer.gm_code
    )

    select
        cijfer.*,
        reeks.gemeenten,
        groep.gewogen as gewogen_gelijken,
        toeval_gelijken.toeval_gelijken,
        toeval_gelijken.afronding_gelijken
    from cijfer
    inner join mart_benchmark_reeks as reeks
        on cijfer.indicator_id = reeks.indicator_id and cijfer.jaar = reeks.jaar
    left join mart_benchmark_groep as groep
        on
            cijfer.indicator_id = groep.indicator_id
            and cijfer.jaar = groep.jaar
            and cijfer.gm_code = groep.groep_code
            and groep.groep_soort = 'vergelijkbare_gemeenten'
    left join toeval_gelijken
        on cijfer.indicator_id = toeval_gelijken.indicator_id and cijfer.gm_code = toeval_gelijken.gm_code
"""
# The same amounts without shelter (6.81): lasten of the Wmo less those without it, taken off the social domain.
_SHELTER_SQL = """
    with cijfer as (
        select
            sociaal.gm_code,
            sociaal.variant,
            sociaal.jaar,
            sociaal.noemer,
            sociaal.teller - (wmo.teller - zonder.teller) as bedrag,
            sociaal.gewogen_land - (wmo.gewogen_land - zonder.gewogen_land) as land
        from mart_benchmark as sociaal
        inner join mart_benchmark as wmo
            on sociaal.gm_code = wmo.gm_code and sociaal.jaar = wmo.jaar
        inner join mart_benchmark as zonder
            on sociaal.gm_code = zonder.gm_code and sociaal.jaar = zonder.jaar
        where
            sociaal.indicator_id = $sociaal
            and wmo.indicator_id = $wmo
            and zonder.indicator_id = $zonder
            and sociaal.jaar = $jaar
            and sociaal.reden_geen_vergelijking is null
            and wmo.reden_geen_vergelijking is null
            and zonder.reden_geen_vergelijking is null
    ),

    gelijken as (
        select
            cijfer.gm_code,
            1000 * sum(gelijke.bedrag) / sum(gelijke.noemer) as gelijken
        from cijfer
        inner join mart_vergelijkbare_gemeenten as lijst
            on
                cijfer.variant = lijst.variant
                and cijfer.jaar = lijst.jaar
                and cijfer.gm_code = lijst.gm_code
        inner join cijfer as gelijke on lijst.vergelijkbare_gm_code = gelijke.gm_code
        group by cijfer.gm_code
    )

    select
        cijfer.gm_code,
        1000 * cijfer.bedrag / cijfer.noemer as waarde,
        cijfer.land,
        gelijken.gelijken
    from cijfer
    left join gelijken on cijfer.gm_code = gelijken.gm_code
"""
_CHANGE_SQL = """
    select
        regio_code as gm_code,
        indicator_id,
        jaar_van,
        jaar_tot,
        mutatie_pct,
        richting,
        reden_geen_richting,
        breuk_jaar
    from mart_verandering
    where regio_soort = 'gemeente' and jaar_van < jaar_tot and indicator_id in ({names})
    order by jaar_van desc
"""
_ACCOUNT_SQL = """
    with rekening as (
        select * from mart_lasten_en_gebruik where domein = 'sociaal_domein' and regio_soort = 'gemeente'
    )

    select
        regio_code as gm_code,
        jaar,
        rekening_tegen_begroting_pct as waarde,
        rekening_tegen_begroting_soort as wijze,
        twijfel_lasten as twijfel,
        case rekening_tegen_begroting_soort
            when 'netto' then reden_netto_begrotingsafwijking_pct else reden_begrotingsafwijking_pct
        end as reden_ontbreekt,
        centrumgemeente_opvang
    from rekening
    where jaar = (select max(jaar) from rekening where rekening_tegen_begroting_pct is not null)
"""
_GAPS_SQL = """
    select
        cijfer.regio_code as gm_code,
        cijfer.domein,
        cijfer.reden_ontbreekt,
        count(*) as aantal
    from mart_indicator_actueel as cijfer
    inner join dim_indicator
        on cijfer.indicator_id = dim_indicator.indicator_id and cijfer.jaar = dim_indicator.laatste_jaar_met_cijfer
    where cijfer.regio_soort = 'gemeente'
    group by cijfer.regio_code, cijfer.domein, cijfer.reden_ontbreekt
    order by cijfer.regio_code, cijfer.domein, cijfer.reden_ontbreekt
"""


@dataclass(frozen=True)
class Evidence:
    """The rows behind the sentences, by municipality.

    ``use`` is by municipality and domain, ``beside`` by municipality and indicator. ``without_shelter`` has the amounts
    of ``spending`` less shelter: of a municipality, the country and its peers, in euro per inhabitant. ``changes`` has
    the rows of mart_verandering of an indicator, the latest pair of years first; ``gaps`` the number of newest figures
    by domain and by the reason for which they are missing (None: not missing); ``decimals`` how many an indicator is
    shown with, ``years`` the first and the last of the newest years.
    """

    municipalities: list[str]
    decimals: dict[str, int]
    years: tuple[int, int]
    use: dict[tuple[str, str], Row]
    spending: tuple[str, int] | None
    beside: dict[tuple[str, str], Row]
    without_shelter: dict[str, Row]
    changes: dict[tuple[str, str], list[Row]]
    account: dict[str, Row]
    gaps: dict[str, list[Row]]


def read_evidence(release: ReleaseReader) -> Evidence:
    """Read what the sentences need of a release that has all `TABLES`."""
    indicators = release.select("dim_indicator", ["indicator_id", "decimalen", "laatste_jaar_met_cijfer"])
    newest = [row["laatste_jaar_met_cijfer"] for row in indicators if row["laatste_jaar_met_cijfer"] is not None]
    use = release.records(_USE_SQL)
    spending = next(((row["indicator_id"], row["jaar"]) for row in release.records(_SPENDING_SQL)), None)
    asked = {(row["indicator_id"], row["jaar"]) for row in use} | ({spending} if spending else set())
    return Evidence(
        municipalities=[
            row["gm_code"]
            for row in release.records("select gm_code from dim_gemeente where geldig_tot is null order by gm_code")
        ],
        decimals={row["indicator_id"]: row["decimalen"] for row in indicators},
        years=(min(newest), max(newest)),
        use={(row["gm_code"], row["domein"]): row for row in use},
        spending=spending,
        beside={(row["gm_code"], row["indicator_id"]): row for row in _beside(release, asked)},
        without_shelter=_without_shelter(release, spending),
        changes=_grouped(
            release.records(_CHANGE_SQL.format(names=", ".join(sorted(quoted(name) for name, _ in asked)))),
            lambda row: (row["gm_code"], row["indicator_id"]),
        ),
        account={row["gm_code"]: row for row in release.records(_ACCOUNT_SQL)},
        gaps=_grouped(release.records(_GAPS_SQL), lambda row: str(row["gm_code"])),
    )


def _without_shelter(release: ReleaseReader, spending: tuple[str, int] | None) -> dict[str, Row]:
    if spending is None:
        return {}
    name, year = spending
    prefix = "netto_" if name == NET else ""
    asked = {
        "sociaal": name,
        "wmo": f"{prefix}lasten_wmo_per_inwoner",
        "zonder": f"{prefix}lasten_wmo_zonder_opvang_per_inwoner",
        "jaar": year,
    }
    return {row["gm_code"]: row for row in release.records(_SHELTER_SQL, asked)}


def _beside(release: ReleaseReader, asked: Iterable[tuple[str, int]]) -> list[Row]:
    pairs = ", ".join(sorted(f"({quoted(name)}, {year})" for name, year in asked))
    return release.records(_BESIDE_SQL.format(pairs=pairs))


def _grouped(rows: Iterable[Row], key_of: Callable[[Row], Key]) -> dict[Key, list[Row]]:
    """Rows by their key, each in the order given."""
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        found[key_of(row)].append(row)
    return dict(found)
