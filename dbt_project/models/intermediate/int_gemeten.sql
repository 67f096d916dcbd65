-- Every base figure as it follows from published cells: one cell, or a sum of taakvelden.
select * from {{ ref('int_cel') }}
union all by name
select * from {{ ref('int_bedrag') }}
