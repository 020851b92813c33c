-- avg_deal_size: revenue / deals_won_count. B2: a split deal counts by its shares, so a person's size is that of the
-- deals. R-OPEN, R-AGG sums first, R-ZERO.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), l
    FROM unnest(['2025', '2026', '2025-Q2', '2025-Q4', '2026-Q1', '2026-Q2', '2026-Q3', '2026-04']) AS t(p),
        (VALUES (0), (1)) AS l(l)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-UPC', 'T-TYO', 'T-INT', 'T-KEY']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P16', 'P22', 'P23']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026']) AS t(p))
SELECT 'avg_deal_size' AS kpi, w."by", w.entity, grain_of(period) AS grain, period, as_of, w.late,
    quotient(coalesce(sum(baht * share), 0), coalesce(sum(share), 0)) AS value,
    coalesce(sum(baht * share), 0) AS numerator, coalesce(sum(share), 0) AS denominator
FROM wanted w
LEFT JOIN (SELECT * FROM slices JOIN worth USING (deal) WHERE outcome = 'won') s
    ON s.late = w.late AND s."by" = w."by" AND s.entity = w.entity
    AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
GROUP BY ALL
ORDER BY w."by", w.entity, period, as_of, w.late;
