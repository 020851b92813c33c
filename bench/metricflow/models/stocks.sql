-- A row for each deal in a pipeline at the end of each day.
SELECT v.deal, day AS stood_on, o.owner AS person, a.amount * rate AS worth, a.amount * rate * probability AS weighted
FROM {{ ref('visits') }} v
JOIN {{ ref('days') }} days ON v.starts_on <= day AND (left_on IS NULL OR left_on > day)
JOIN {{ source('raw', 'deals') }} deals ON deals.id = v.deal
JOIN {{ ref('owners') }} o ON o.deal = v.deal AND o.starts_on <= day AND o.ends_on > day
JOIN {{ ref('amounts') }} a ON a.deal = v.deal AND a.starts_on <= day AND a.ends_on > day
JOIN {{ ref('rate_spans') }} r ON r.kind = 'spot' AND r.currency = deals.currency AND r.starts_on <= day AND r.ends_on > day
WHERE v.kind = 'open' AND forecast_category <> 'omitted'
-- A row of nothing for each person and day: MetricFlow takes the last day that the rows of a question have. Asked for one
-- person, it would answer with the last day on which something stood, where nothing stands at the month's end.
UNION ALL
SELECT NULL, day, people.id, 0, 0 FROM {{ source('raw', 'people') }} people, {{ ref('days') }} days
