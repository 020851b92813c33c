-- sales_generated_revenue_share: revenue of the class direct_sales / revenue, both of the period. B1; revenue of service and
-- support, of marketing, of partners and of no class stands in the denominator alone; R-CUR plan rate of the
-- closing day; R-ATTR the parts credited to the entity; the class is that of deals.csv throughout; no revenue gives null
-- (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-05', '2026-04', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2026', '2026-Q2', '2026-04']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025', DATE '2025-08-31'), ('2026', DATE '2026-06-30')) AS t(p, a)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P03', 'P09', 'P13', 'P20', 'P23', 'P24', 'P29']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP', 'T-KEY', 'T-INT']) AS e(e), unnest(['2025', '2026', '2026-Q1']) AS t(p)),
sums AS (
    SELECT w.*, coalesce(sum(part) FILTER (revenue_source = 'direct_sales'), 0) AS n, coalesce(sum(part), 0) AS d
    FROM wanted w
    LEFT JOIN (SELECT bought.*, revenue_source FROM bought JOIN deals ON deals.id = bought.deal) b
        ON b.late = w.late AND b."by" = w."by" AND b.entity = w.entity
        AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'sales_generated_revenue_share' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(n, d) AS value, n AS numerator, d AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
