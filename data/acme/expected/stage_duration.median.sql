-- stage_duration.median: median over the pairs of a deal and an open stage that it left, of the days of all its
-- finished visits there; the pair counts on the day it was last left. B3 (visits summed per deal), R-PER; R-DUR each
-- pair once, linear interpolation (type 7); one pair is enough, none gives null.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q4', '2026-Q1',
        '2026-Q2', '2026-Q3', '2026-Q4', '2025-02', '2026-06']) AS t(p)
    UNION ALL
    SELECT 'stage', e, p, now_day(), 0
    FROM unnest(['N1', 'N2', 'N3', 'N4', 'R1', 'R2']) AS e(e), unnest(['2025', '2026', '2026-Q4']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026']) AS t(p)),
pairs AS (
    SELECT deal, stage, max(left_on) AS left_on, sum(left_on - starts_on) AS days
    FROM visits WHERE kind = 'open' AND left_on IS NOT NULL GROUP BY deal, stage),
headed AS (
    SELECT pairs.*, 'company' AS "by", '' AS entity FROM pairs
    UNION ALL
    SELECT *, 'stage', stage FROM pairs
    UNION ALL
    SELECT pairs.*, 'segment', segment
    FROM pairs JOIN deals ON deals.id = deal JOIN accounts ON accounts.id = deals.account)
SELECT 'stage_duration.median' AS kpi, w."by", w.entity, grain_of(period) AS grain, period, as_of, late,
    round(quantile_cont(days::DOUBLE, 0.5), 6) AS value, NULL AS numerator,
    NULL AS denominator
FROM wanted w
LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
    AND left_on >= period_start(period) AND left_on < until(period, as_of)
GROUP BY ALL
ORDER BY w."by", w.entity, period, as_of, late;
