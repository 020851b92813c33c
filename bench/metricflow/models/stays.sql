-- A row for each stage that a deal left, for its owner of the day it last left it.
SELECT stays.*, owner AS person
FROM (
    SELECT deal, stage, max(left_on) AS left_on, sum(left_on - starts_on) AS days
    FROM {{ ref('visits') }} WHERE kind = 'open' AND left_on IS NOT NULL GROUP BY ALL) stays
JOIN {{ ref('owners') }} owners ON owners.deal = stays.deal AND left_on >= starts_on AND left_on < ends_on
