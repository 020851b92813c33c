-- A row for each closed deal and person who has a share of it.
WITH closed AS (
    SELECT visits.deal, visits.kind = 'won' AS is_won, visits.starts_on AS closed_on, source,
        amounts.amount * rate AS worth,
        visits.starts_on - coalesce(first_contact_on, opened_on) - coalesce(paused, 0) AS cycle_days,
        visits.starts_on - opened_on - coalesce(paused, 0) AS close_days
    FROM {{ ref('visits') }} visits
    JOIN {{ source('raw', 'deals') }} deals ON deals.id = visits.deal
    JOIN {{ ref('amounts') }} amounts ON amounts.deal = visits.deal AND amounts.ends_on = DATE '9999-01-01'
    JOIN {{ ref('rate_spans') }} r ON r.kind = 'plan' AND r.currency = deals.currency
        AND visits.starts_on >= r.starts_on AND visits.starts_on < r.ends_on
    LEFT JOIN (
        SELECT deal, sum(left_on - starts_on) AS paused
        FROM {{ ref('visits') }} WHERE kind <> 'open' AND left_on IS NOT NULL GROUP BY deal) p ON p.deal = visits.deal
    WHERE left_on IS NULL AND visits.kind <> 'open'),
revenue_splits AS (SELECT deal, person, share FROM {{ source('raw', 'splits') }} WHERE kind = 'revenue')
SELECT closed.*, person, share FROM closed JOIN revenue_splits USING (deal)
UNION ALL
SELECT closed.*, owner, 1.00
FROM closed
JOIN {{ ref('owners') }} owners ON owners.deal = closed.deal AND closed_on >= starts_on AND closed_on < ends_on
WHERE closed.deal NOT IN (SELECT deal FROM revenue_splits)
