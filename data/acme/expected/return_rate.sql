-- return_rate: net value of the returned lines (negative quantity), as a positive number / net value of the lines of
-- positive quantity, both ordered in the period. B2 (same period, not by original order); R-CANCEL neither cancelled
-- orders nor cancelled lines; every order is in THB, so nothing is converted; owner's place on the order's day
-- (R-ATTR); nothing sold gives null (R-ZERO). Every unit price is above 0, so the sign of the list value is that of the
-- quantity.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q3', '2025-Q4', '2026-Q1', '2026-Q4',
        '2025-10', '2025-11', '2026-10']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-11-09'), ('2025', DATE '2025-11-10'), ('2025-11', DATE '2025-11-10'),
        ('2026', DATE '2026-06-30')) AS t(p, a)
    UNION ALL
    SELECT 'team', e, '2025', now_day(), 0 FROM unnest(['T-BKK', 'T-TH', 'T-JP']) AS e(e)
    UNION ALL
    SELECT 'rep', e, '2025-Q4', now_day(), 0 FROM unnest(['P09', 'P10', 'P13', 'P29']) AS e(e)
    UNION ALL
    SELECT 'manager', e, '2025', now_day(), 0 FROM unnest(['P03', 'P04']) AS e(e)
    UNION ALL
    SELECT 'segment', e, '2025', now_day(), 0 FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e)
    UNION ALL
    SELECT 'account', e, p, now_day(), 0 FROM unnest(['A010', 'A055']) AS e(e), unnest(['2025', '2025-11']) AS t(p)
    UNION ALL
    SELECT 'product', e, '2025', now_day(), 0 FROM unnest(['PR04', 'PR07', 'PR11']) AS e(e)),
sums AS (
    SELECT w.*, coalesce(sum(-net) FILTER (list < 0), 0) AS returned, coalesce(sum(net) FILTER (list > 0), 0) AS gross
    FROM wanted w
    LEFT JOIN sold_slices s ON s."by" = w."by" AND s.entity = w.entity
        AND ordered_on >= period_start(period) AND ordered_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'return_rate' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(returned, gross) AS value, returned AS numerator, gross AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
