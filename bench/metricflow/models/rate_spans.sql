SELECT kind, from_currency AS currency, rate, starts_on,
    coalesce(lead(starts_on) OVER (PARTITION BY kind, from_currency ORDER BY starts_on), DATE '9999-01-01') AS ends_on
FROM {{ source('raw', 'rates') }} WHERE to_currency = 'THB'
UNION ALL
SELECT kind, 'THB', 1.00, DATE '0001-01-01', DATE '9999-01-01' FROM (VALUES ('plan'), ('spot')) AS k(kind)
