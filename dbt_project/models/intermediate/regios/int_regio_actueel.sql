-- In which region a municipality of the target division lies, by the newest complete membership of each kind of region.
-- The membership is followed through the mergers since, so that a newer target division keeps it.
with volledig as (
    select
        *,
        -- A kind that was complete once is taken as a whole; of another kind only the regions whose members are all known.
        max(case when is_soort_volledig then jaar end) over (partition by regio_soort) as jaar_soort,
        max(jaar) over (partition by regio_soort, regio_code) as jaar_regio
    from {{ ref('int_regio_lid') }}
    where is_volledig and jaar <= {{ var('doel_indeling_jaar') }}
),

nieuwste as (
    select
        lid.regio_soort,
        opvolger.nieuwe_code as gm_code,
        min(lid.regio_code) as regio_code,
        min(lid.regio_code) <> max(lid.regio_code) as is_onbeslist,
        max(lid.jaar) as jaar_lidmaatschap,
        {{ herkomst_van_leden('lid.herkomst') }} as herkomst,
        any_value(lid.jaar_soort) is not null as is_soort_volledig
    from volledig as lid
    inner join {{ ref('int_opvolger') }} as opvolger on lid.gm_code = opvolger.oude_code and lid.jaar = opvolger.jaar
    where lid.jaar = coalesce(lid.jaar_soort, lid.jaar_regio)
    group by lid.regio_soort, opvolger.nieuwe_code
),

-- A municipality that grew out of two regions belongs to neither until CBS says which: then the kind is not complete.
onbeslist as (
    select
        regio_soort,
        bool_or(is_onbeslist) as heeft_onbeslist
    from nieuwste
    group by regio_soort
)

select
    nieuwste.regio_soort,
    nieuwste.gm_code,
    nieuwste.regio_code,
    nieuwste.jaar_lidmaatschap,
    nieuwste.herkomst,
    nieuwste.is_soort_volledig
from nieuwste
inner join onbeslist on nieuwste.regio_soort = onbeslist.regio_soort
where not onbeslist.heeft_onbeslist
