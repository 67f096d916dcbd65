-- The nearest municipalities of each municipality, per variant of traits and year. One that lacks a trait of the variant has no
-- peers and is nobody's: a distance over fewer traits is smaller by that alone.
with kenmerken as (
    select
        variant,
        count(*) as aantal
    from {{ ref('int_kenmerk_variant') }}
    group by variant
),

profielen as (
    select
        variant.variant,
        kenmerk.jaar,
        kenmerk.gm_code,
        string_agg(kenmerk.kenmerk_id || ' ' || kenmerk.kenmerk_jaar, ', ' order by kenmerk.kenmerk_id) as kenmerken_jaren,
        -- With each trait multiplied by the root of its weight, the plain distance is the weighted one.
        list(kenmerk.z_score * sqrt(variant.weging) order by kenmerk.kenmerk_id) as profiel
    from {{ ref('int_kenmerk_z') }} as kenmerk
    inner join {{ ref('int_kenmerk_variant') }} as variant on kenmerk.kenmerk_id = variant.kenmerk_id
    inner join kenmerken on variant.variant = kenmerken.variant
    group by variant.variant, kenmerk.jaar, kenmerk.gm_code, kenmerken.aantal
    having count(*) = kenmerken.aantal
),

dichtstbij as (
    select
        gemeente.variant,
        gemeente.jaar,
        gemeente.gm_code,
        gemeente.kenmerken_jaren,
        -- The smallest distances, in order; equal ones by code.
        min(
            struct_pack(afstand := list_distance(gemeente.profiel, andere.profiel), gm_code := andere.gm_code),
            cast({{ parameter('vergelijkbare_gemeenten_aantal') }} as bigint)
        ) as lijst
    from profielen as gemeente
    inner join profielen as andere
        on gemeente.variant = andere.variant and gemeente.jaar = andere.jaar and gemeente.gm_code <> andere.gm_code
    group by gemeente.variant, gemeente.jaar, gemeente.gm_code, gemeente.kenmerken_jaren
),

genummerd as (
    select
        variant,
        jaar,
        gm_code,
        kenmerken_jaren,
        generate_subscripts(lijst, 1) as volgorde,
        unnest(lijst) as andere
    from dichtstbij
)

select
    genummerd.variant,
    genummerd.jaar,
    genummerd.gm_code,
    cast(genummerd.volgorde as smallint) as volgorde,
    genummerd.andere.gm_code as vergelijkbare_gm_code,
    genummerd.andere.afstand,
    genummerd.kenmerken_jaren
from genummerd
