-- revenue_per_customer: revenue of the period / active_customers at its end (or the day after as_of). B1, R-NEWCUST on
-- the basis bookings; R-CUR plan rate of the closing day; R-ATTR; nobody active gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-03', '2026-10']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2026', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-Q4', DATE '2025-10-31'), ('2026', DATE '2026-06-30'),
        ('2026-Q2', DATE '2026-04-30')) AS t(p, a)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026', '2026-Q3']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP']) AS e(e), unnest(['2025', '2026']) AS t(p)),
sums AS (
    SELECT w.*, coalesce(sum(part) FILTER (closed_on >= period_start(period)), 0) AS revenue,
        count(DISTINCT account) FILTER (closed_on >= until(period, as_of) - 365) AS active
    FROM wanted w
    LEFT JOIN bought b ON b.late = w.late AND b."by" = w."by" AND b.entity = w.entity
        AND closed_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'revenue_per_customer' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(revenue, active) AS value, revenue AS numerator, active AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
