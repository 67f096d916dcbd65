select * from {{ ref('indicator') }} order by indicator_id
