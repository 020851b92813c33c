SELECT deal, owner, starts_on,
    coalesce(lead(starts_on) OVER (PARTITION BY deal ORDER BY starts_on), DATE '9999-01-01') AS ends_on
FROM (
    SELECT id AS deal, opened_on AS starts_on, owner FROM {{ source('raw', 'deals') }}
    UNION ALL
    SELECT deal, changed_on, owner FROM {{ source('raw', 'owner_history') }})
