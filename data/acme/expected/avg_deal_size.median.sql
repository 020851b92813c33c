-- avg_deal_size.median: median of the whole amounts of the deals won in the period, at the plan rate of the closing day
-- (R-CUR). B2, R-DUR: each deal once under an entity, with all of its amount, however small the entity's part; linear
-- interpolation (type 7); one deal is enough, none gives null.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q4', '2026-Q1',
        '2026-Q2', '2026-Q3', '2026-Q4', '2025-06', '2026-04']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2026', '2026-Q2', '2026-04']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025', DATE '2025-06-11'), ('2026', DATE '2026-06-30')) AS t(p, a)
    UNION ALL
    SELECT 'segment', e, '2026', now_day(), 0 FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e)
    UNION ALL
    SELECT 'source', e, '2026', now_day(), 0 FROM unnest(['website', 'referral', 'outbound']) AS e(e)
    UNION ALL
    SELECT 'account', e, '2025', now_day(), 0 FROM unnest(['A030', 'A078']) AS e(e)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P20']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'manager', e, '2025', now_day(), 0 FROM unnest(['P03', 'P05']) AS e(e)),
won AS (
    SELECT DISTINCT late, "by", entity, deal, closed_on, baht FROM slices JOIN worth USING (deal) WHERE outcome = 'won')
SELECT 'avg_deal_size.median' AS kpi, w."by", w.entity, grain_of(period) AS grain, period, as_of, w.late,
    round(quantile_cont(baht::DOUBLE, 0.5), 6) AS value, NULL AS numerator, NULL AS denominator
FROM wanted w
LEFT JOIN won d ON d.late = w.late AND d."by" = w."by" AND d.entity = w.entity
    AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
GROUP BY ALL
ORDER BY w."by", w.entity, period, as_of, w.late;
