"""What a made-up release needs beside its figures to show pages of regions: a few regions, of every kind of membership.

Three municipalities of now (a fourth is no more) and four regions: of `JZ01` both members are known and derived; of
`JZ02` one is given by hand and one named by CBS; `AM01` has a figure of CBS of its own; of `AM02` no member is known.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.publish.pages.material import Material
from pipelines.releases.reader import open_folder
from tests.support.made_up_releases import release_to_show

REGIONAL = (
    "delete from dim_regio",
    """insert into dim_regio values ('GM0001', 'gemeente', 'Aalten'), ('GM0002', 'gemeente', 'Beek & Donk'),
        ('GM0003', 'gemeente', 'Cuijk'), ('GM0009', 'gemeente', 'Weg'), ('NL', 'land', 'Nederland'),
        ('JZ01', 'jeugdregio', 'Noord'), ('JZ02', 'jeugdregio', 'Zuid'),
        ('AM01', 'arbeidsmarktregio', 'West'), ('AM02', 'arbeidsmarktregio', 'Oost')""",
    """create table mart_gebruik as select 'jeugd_per_1000' as indicator_id, 'gemeente' as regio_soort,
        'GM0001' as regio_code, 2020 as jaar, null::varchar as kanttekening""",
    """create table mart_indicator_actueel (indicator_id varchar, regio_soort varchar, regio_code varchar,
        regio_naam varchar, jaar smallint, waarde double, status varchar, reden_ontbreekt varchar, twijfel boolean,
        reeksbreuk boolean, tabel_id varchar, regiocijfer varchar, lidmaatschap_datum date)""",
    """insert into mart_indicator_actueel by name
        select indicator_id, regio_soort, regio_code, naam as regio_naam, jaar, waarde, 'definitief' as status,
            if(waarde is null, 'deel_ontbreekt', null) as reden_ontbreekt, false as twijfel,
            indicator_id = 'jeugd' and jaar = 2021 as reeksbreuk, '1ABC' as tabel_id,
            case when regio_soort = 'gemeente' or regio_code = 'NL' then null
                when regio_code = 'AM01' and indicator_id = 'jeugd' then 'cijfer van CBS over de regio'
                else 'samengesteld uit gemeenten, geen cijfer van CBS' end as regiocijfer,
            case regio_code when 'JZ01' then date '2020-01-01' when 'JZ02' then date '2021-01-01'
                when 'AM01' then date '2021-01-01' end as lidmaatschap_datum
        from (values ('jeugd', 2020, 100.0), ('jeugd', 2021, 220.0), ('jeugd_per_1000', 2020, 12.34))
                as figure (indicator_id, jaar, value),
            (select *, if(regio_code = 'JZ02' and regio_soort <> 'gemeente', null, value) as waarde
             from dim_regio where regio_code <> 'GM0009')""",
    """create table gemeente_regio (gm_code varchar, jaar smallint, regio_soort varchar, regio_code varchar,
        herkomst varchar, bron varchar)""",
    """insert into gemeente_regio values
        ('GM0001', 2020, 'jeugdregio', 'JZ01', 'afgeleid', 'grenzen 2020'),
        ('GM0009', 2020, 'jeugdregio', 'JZ01', 'afgeleid', 'grenzen 2020'),
        ('GM0002', 2020, 'jeugdregio', 'JZ02', 'cbs', 'CBS oud'),
        ('GM0002', 2021, 'jeugdregio', 'JZ02', 'cbs', 'CBS nieuw'),
        ('GM0003', 2021, 'jeugdregio', 'JZ02', 'opgegeven', 'Besluit 1'),
        ('GM0001', 2021, 'arbeidsmarktregio', 'AM01', 'cbs', 'CBS nieuw'),
        ('GM0001', 2021, 'land', 'NL', 'cbs', 'CBS')""",
    """create table mart_dekking_actueel (indicator_id varchar, jaar smallint, regio_soort varchar, regio_code varchar,
        leden_met_cijfer smallint, leden smallint)""",
    """insert into mart_dekking_actueel select indicator_id, jaar, regio_soort, regio_code,
            if(regio_code = 'JZ02', 1, 2), 2 from mart_indicator_actueel where regio_soort <> 'gemeente'""",
    """create table mart_benchmark_reeks (indicator_id varchar, jaar smallint, gewogen_land double,
        aantal_vergeleken smallint, gemeenten smallint, spreiding_tussen_gemeenten double, aandeel_toeval_pct double,
        boven_buitengrens smallint, onder_buitengrens smallint, grens_reden varchar)""",
    """insert into mart_benchmark_reeks by name
        select 'jeugd_per_1000' as indicator_id, 2020 as jaar, 11.5 as gewogen_land, 2 as aantal_vergeleken,
            3 as gemeenten, 'te_weinig_dekking' as grens_reden""",
    """create table mart_gemeente_profiel as select regio_code as gm_code, indicator_id, jaar,
            regio_code = 'GM0001' as kleine_aantallen from mart_indicator_actueel where regio_soort = 'gemeente'""",
    """create table mart_regiocongruentie as select 'GM0001' as gm_code, 'Aalten' as naam, 2021 as jaar,
            'Noord' as jeugdregio_naam, 'bekend' as jeugdregio_status, null::varchar as arbeidsmarktregio_naam,
            'wit' as arbeidsmarktregio_status, null::int as leden_gemeenschappelijk, null::int as leden_vergeleken,
            null::boolean as gelijk""",
    """create table mart_regiocongruentie_jaar as select 2021 as jaar, 3 as gemeenten, 2 as beide_bekend,
            1 as gelijk, 50.0 as gelijk_pct, 1 as jeugdregio_binnen_arbeidsmarktregio,
            50.0 as jeugdregio_binnen_arbeidsmarktregio_pct, 2 as arbeidsmarktregio_binnen_jeugdregio,
            100.0 as arbeidsmarktregio_binnen_jeugdregio_pct, 0.75 as overlap_gemiddeld, true as onvolledig,
            2 as jeugdregios, 1 as jeugdregios_vanaf_100000, 0 as jeugdregios_onder_100000,
            1 as jeugdregios_omvang_onbekend, 0 as arbeidsmarktregios, 0 as arbeidsmarktregios_vanaf_100000,
            0 as arbeidsmarktregios_onder_100000, 0 as arbeidsmarktregios_omvang_onbekend,
            0 as jeugdregio_onbekend, 0 as jeugdregio_wit, 0 as arbeidsmarktregio_onbekend,
            1 as arbeidsmarktregio_wit""",
)


@contextmanager
def regional_material(folder: Path, *statements: str) -> Iterator[Material]:
    """The material of such a release, made in ``folder`` with ``statements`` done to its tables."""
    with open_folder(release_to_show(folder, *REGIONAL, *statements)) as release:
        yield Material(release)
