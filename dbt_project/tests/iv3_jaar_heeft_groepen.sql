-- Every year with Iv3 figures has its taakvelden in the seed: a year that is forgotten would lose its lasten silently.
select distinct leider.jaar
from {{ ref('int_leider') }} as leider
anti join {{ ref('taakveld_groep') }} as groep on leider.jaar = groep.jaar and leider.groep = groep.groep
where leider.wijze = 'taakvelden'
