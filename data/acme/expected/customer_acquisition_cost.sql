-- customer_acquisition_cost: cost of marketing, sales development and sales booked in the period / new customers of the
-- period. B4; without the cost of managing accounts; no lag; new customers as in new_customers, under a source those
-- whose first won deal came from it; none gives null (R-ZERO). R-CUR plan rate of the day.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-07', '2026-03', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-Q3', DATE '2025-08-15'), ('2026', DATE '2026-06-30'), ('2026-Q2',
        DATE '2026-05-20')) AS t(p, a)
    UNION ALL
    SELECT 'source', e, p, now_day(), 0
    FROM unnest(['website', 'campaign', 'event', 'referral', 'outbound', 'partner']) AS e(e), unnest(['2025',
        '2026']) AS t(p)),
spent AS (
    SELECT source, booked_on, amount * rate AS baht
    FROM costs JOIN rate_spans r ON r.kind = 'plan' AND r.currency = costs.currency
        AND booked_on >= starts_on AND booked_on < ends_on
    WHERE category IN ('marketing', 'sales_development', 'sales')),
expenses AS (
    SELECT w.*, coalesce(sum(baht), 0) AS n
    FROM wanted w
    LEFT JOIN spent s ON (w."by" = 'company' OR s.source = w.entity)
        AND booked_on >= period_start(period) AND booked_on < until(period, as_of)
    GROUP BY ALL),
won AS (
    SELECT account, source, closed_on, min(closed_on) OVER (PARTITION BY account) AS first_on
    FROM closed JOIN deals ON deals.id = deal WHERE outcome = 'won'),
sums AS (
    SELECT w.*, count(DISTINCT account) AS d
    FROM expenses w
    LEFT JOIN won ON (w."by" = 'company' OR won.source = w.entity) AND closed_on = first_on
        AND first_on >= period_start(period) AND first_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'customer_acquisition_cost' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(n, d) AS value, n AS numerator, d AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
