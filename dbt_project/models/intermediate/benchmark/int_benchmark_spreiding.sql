-- How much municipalities differ from each other beyond chance and rounding, per indicator and year: the variance tau2 with which the
-- squared distances to the figure of the country, each over its own variance plus tau2, add up to their number (Paule and Mandel
-- 1982). No distance is drawn in: that would make tau2 too small. The sum falls and is convex in tau2, so Newton's steps from 0 never
-- pass the solution and are there within twenty; 40 leave room.
with recursive afstanden as (
    select
        indicator_id,
        jaar,
        list({ 'kwadraat': power(waarde - midden, 2), 'variantie': variantie } order by gm_code) as punten
    from {{ ref('int_benchmark_toeval') }}
    group by indicator_id, jaar
),

stappen as (
    select
        indicator_id,
        jaar,
        0 as stap,
        cast(0 as double) as tau2
    from afstanden

    union all

    select
        stappen.indicator_id,
        stappen.jaar,
        stappen.stap + 1 as stap,
        greatest(
            0,
            stappen.tau2 + (
                list_sum(
                    list_transform(afstanden.punten, lambda punt: punt['kwadraat'] / (punt['variantie'] + stappen.tau2))
                ) - len(afstanden.punten)
            ) / nullif(
                list_sum(
                    list_transform(afstanden.punten, lambda punt: punt['kwadraat'] / power(punt['variantie'] + stappen.tau2, 2))
                ),
                0
            )
        ) as tau2
    from stappen
    inner join afstanden on stappen.indicator_id = afstanden.indicator_id and stappen.jaar = afstanden.jaar
    where stappen.stap < 40
)

select
    stappen.indicator_id,
    stappen.jaar,
    stappen.tau2,
    -- What is left of the equation, as a share of the number of municipalities: 0, or below 0 where chance alone explains all.
    list_sum(list_transform(afstanden.punten, lambda punt: punt['kwadraat'] / (punt['variantie'] + stappen.tau2)))
    / len(afstanden.punten) - 1 as rest
from stappen
inner join afstanden on stappen.indicator_id = afstanden.indicator_id and stappen.jaar = afstanden.jaar
where stappen.stap = 40
