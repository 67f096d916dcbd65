-- The nearest municipalities of each municipality, per variant of traits and per year that traits are published for.
with profielen as (
    select
        variant.variant,
        kenmerk.jaar,
        kenmerk.gm_code,
        any_value(kenmerk.kenmerken_jaar) as kenmerken_jaar,
        -- With each trait multiplied by the root of its weight, the plain distance is the weighted one.
        list(kenmerk.z_score * sqrt(variant.weging) order by kenmerk.kenmerk_id) as profiel
    from {{ ref('int_kenmerk_z') }} as kenmerk
    inner join {{ ref('int_kenmerk_variant') }} as variant on kenmerk.kenmerk_id = variant.kenmerk_id
    group by variant.variant, kenmerk.jaar, kenmerk.gm_code
),

dichtstbij as (
    select
        gemeente.variant,
        gemeente.jaar,
        gemeente.gm_code,
        gemeente.kenmerken_jaar,
        -- The smallest distances, in order; equal ones by code.
        min(
            struct_pack(afstand := list_distance(gemeente.profiel, andere.profiel), gm_code := andere.gm_code),
            cast({{ parameter('vergelijkbare_gemeenten_aantal') }} as bigint)
        ) as lijst
    from profielen as gemeente
    inner join profielen as andere
        on gemeente.variant = andere.variant and gemeente.jaar = andere.jaar and gemeente.gm_code <> andere.gm_code
    group by gemeente.variant, gemeente.jaar, gemeente.gm_code, gemeente.kenmerken_jaar
),

genummerd as (
    select
        variant,
        jaar,
        gm_code,
        kenmerken_jaar,
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
    genummerd.kenmerken_jaar
from genummerd
