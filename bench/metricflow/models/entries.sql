-- A row for each stage that a deal reached, and whether it went on from there.
SELECT entries.*, owner AS person
FROM (
    SELECT deal, s.id AS stage, min(starts_on) AS entered_on, count(*) FILTER (v.position > s.position) > 0 AS has_advanced
    FROM {{ ref('visits') }} v
    JOIN {{ source('raw', 'stages') }} s ON s.pipeline = v.pipeline AND s.kind = 'open' AND s.position <= v.position
    WHERE v.kind <> 'lost' GROUP BY ALL) entries
JOIN {{ ref('owners') }} owners ON owners.deal = entries.deal AND entered_on >= starts_on AND entered_on < ends_on
