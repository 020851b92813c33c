-- stage_conversion_rate: of each pair of a deal and an open stage that it entered in the period (the first time), how
-- many reached a later open stage, or were won, by as_of. B3: a skip enters the skipped stages too, so a deal has
-- entered every open stage up to the furthest it reached, each on the day it first stood there or further; won is
-- further than every open stage, lost is nowhere; moving back and forward again counts once. R-COH: by entry, followed
-- to as_of.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0
    FROM unnest(['2025', '2026', '2025-Q1', '2025-Q3', '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2026-06']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a::DATE, 0
    FROM (VALUES ('2025', '2025-12-31'), ('2025-Q1', '2025-04-15'), ('2025-Q3', '2025-09-30'),
        ('2026-Q1', '2026-03-31'), ('2026-Q2', '2026-05-20')) AS t(p, a)
    UNION ALL
    SELECT 'stage', e, p, now_day(), 0
    FROM unnest(['N1', 'N2', 'N3', 'N4', 'R1', 'R2']) AS e(e), unnest(['2025', '2026', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026']) AS t(p)),
reached AS (
    SELECT deal, visits.starts_on, visits.position, pipeline
    FROM visits JOIN stages ON stages.id = visits.stage WHERE visits.kind <> 'lost'),
entries AS (
    SELECT deal, stages.id AS stage, min(starts_on) AS entered_on,
        min(starts_on) FILTER (reached.position > stages.position) AS advanced_on
    FROM reached
    JOIN stages ON stages.pipeline = reached.pipeline AND stages.kind = 'open' AND stages.position <= reached.position
    GROUP BY deal, stages.id),
headed AS (
    SELECT entries.*, 'company' AS "by", '' AS entity FROM entries
    UNION ALL
    SELECT *, 'stage', stage FROM entries
    UNION ALL
    SELECT entries.*, 'segment', segment
    FROM entries JOIN deals ON deals.id = deal JOIN accounts ON accounts.id = deals.account)
SELECT 'stage_conversion_rate' AS kpi, w."by", w.entity, grain_of(period) AS grain, period, as_of, late,
    quotient(count(advanced_on) FILTER (advanced_on <= as_of), count(entered_on)) AS value,
    count(advanced_on) FILTER (advanced_on <= as_of) AS numerator, count(entered_on) AS denominator
FROM wanted w
LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
    AND entered_on >= period_start(period) AND entered_on < until(period, as_of)
GROUP BY ALL
ORDER BY w."by", w.entity, period, as_of, late;
