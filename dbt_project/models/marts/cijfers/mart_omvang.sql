-- How many rows every table by year has, and how many of them hold a figure: an empty or a thin one shows.
-- One entry per table: the column with its indicator or kind, with its year, and what a figure of it is.
{% set tabellen = [
    (ref('mart_indicator_origineel'), 'mart_indicator_origineel', 'indicator_id', 'jaar', 'waarde'),
    (ref('mart_indicator_actueel'), 'mart_indicator_actueel', 'indicator_id', 'jaar', 'waarde'),
    (ref('fct_indicator_wijk'), 'fct_indicator_wijk', "regio_soort || ': ' || indicator_id", 'jaar', 'waarde'),
    (ref('mart_wijk_dekking'), 'mart_wijk_dekking', "regio_soort || ': ' || indicator_id", 'jaar', 'aandeel_pct'),
    (ref('mart_dekking'), 'mart_dekking', 'indicator_id', 'jaar', 'nullif(leden_met_cijfer, 0)'),
    (ref('mart_dekking_actueel'), 'mart_dekking_actueel', 'indicator_id', 'jaar', 'nullif(leden_met_cijfer, 0)'),
    (ref('mart_lasten_en_gebruik'), 'mart_lasten_en_gebruik', 'domein', 'jaar', 'coalesce(lasten, begroot, gebruikers)'),
    (ref('mart_taakveld'), 'mart_taakveld', 'verslagsoort', 'jaar', 'lasten'),
    (ref('mart_verdeling'), 'mart_verdeling', 'onderdeel', 'jaar', 'netto_lasten_index'),
    (ref('mart_stapeling'), 'mart_stapeling', 'telling', 'jaar', 'waarde'),
    (ref('mart_verwacht_gebruik'), 'mart_verwacht_gebruik', "'jeugdzorg'", 'jaar', 'index_verwacht'),
    (ref('mart_benchmark'), 'mart_benchmark', 'indicator_id', 'jaar', 'rang'),
    (ref('mart_benchmark_groep'), 'mart_benchmark_groep', 'indicator_id', 'jaar', 'mediaan'),
    (ref('mart_benchmark_reeks'), 'mart_benchmark_reeks', 'indicator_id', 'jaar', 'mediaan_land'),
    (ref('mart_trend'), 'mart_trend', 'indicator_id', 'jaar', 'richting'),
    (ref('mart_volumeontwikkeling_jeugd'), 'mart_volumeontwikkeling_jeugd', 'indicator_id', 'jaar_tot', 'mutatie_pct'),
    (ref('mart_landvergelijking'), 'mart_landvergelijking', 'indicator_id', 'jaar', 'landcijfer'),
    (ref('mart_kenmerk'), 'mart_kenmerk', 'kenmerk_id', 'jaar', 'waarde'),
    (ref('mart_vergelijkbare_gemeenten'), 'mart_vergelijkbare_gemeenten', 'variant', 'jaar', 'afstand'),
    (ref('mart_regiocongruentie'), 'mart_regiocongruentie', "'jeugdregio en arbeidsmarktregio'", 'jaar', 'overlap'),
    (ref('mart_regiovergelijking'), 'mart_regiovergelijking', 'indicator_id', 'jaar', 'regiocijfer'),
    (ref('mart_ranglijst'), 'mart_ranglijst', 'indicator_id', 'jaar', 'rang'),
    (ref('mart_gemeente_profiel'), 'mart_gemeente_profiel', 'indicator_id', 'jaar', 'waarde'),
    (ref('mart_gemeente_naast_gelijken'), 'mart_gemeente_naast_gelijken', 'indicator_id', 'jaar', 'waarde'),
    (ref('mart_verandering'), 'mart_verandering', 'indicator_id', 'jaar_tot', 'richting'),
    (ref('mart_kaart'), 'mart_kaart', 'indicator_id', 'jaar', 'klasse'),
    (ref('mart_gebruik'), 'mart_gebruik', 'domein', 'jaar', 'waarde'),
    (ref('mart_benchmarkselectie'), 'mart_benchmarkselectie', "'selectie'", 'selectie_jaar', 'gm_code'),
] %}
with tellingen as (
    {%- for relatie, tabel, onderwerp, jaar, cijfer in tabellen %}
        select
            '{{ tabel }}' as tabel,
            {{ onderwerp }} as onderwerp,
            {{ jaar }},
            count(*) as rijen,
            count({{ cijfer }}) as rijen_met_cijfer
        from {{ relatie }}
        group by all
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
)

select
    tabel,
    onderwerp,
    jaar,
    cast(rijen as integer) as rijen,
    cast(rijen_met_cijfer as integer) as rijen_met_cijfer
from tellingen
order by tabel, onderwerp, jaar
