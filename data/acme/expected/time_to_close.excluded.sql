-- time_to_close.excluded: won deals (by shares where split) whose days from opening to the last close are missing or
-- negative. R-DUR. Acme has none.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0
    FROM unnest(['2025', '2026', '2025-Q2', '2025-Q4', '2026-Q1', '2026-Q4', '2025-06']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0 FROM (VALUES ('2025', DATE '2025-06-11'), ('2026', DATE '2026-06-30')) AS t(p, a)
    UNION ALL
    SELECT 'segment', e, '2026', now_day(), 0 FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e)
    UNION ALL
    SELECT 'rep', e, '2026', now_day(), 0 FROM unnest(['P09', 'P13', 'P20']) AS e(e)
    UNION ALL
    SELECT 'team', e, '2025', now_day(), 0 FROM unnest(['T-BKK', 'T-TH', 'T-JP']) AS e(e))
SELECT 'time_to_close.excluded' AS kpi, w."by", w.entity, grain_of(period) AS grain, period, as_of, late,
    coalesce(sum(share), 0) AS value, value AS numerator, NULL AS denominator
FROM wanted w
LEFT JOIN (
    FROM slices JOIN cycle_days USING (deal) WHERE outcome = 'won' AND (from_opening IS NULL OR from_opening < 0)) s
    ON s."by" = w."by" AND s.entity = w.entity
    AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
GROUP BY ALL
ORDER BY w."by", w.entity, period, as_of, late;
