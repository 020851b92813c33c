-- cost_per_lead: cost of marketing and sales development booked in the period / leads created in it. B4; a source has
-- the costs booked to it; leads without cost cost 0, cost without a lead gives null (R-ZERO). R-CUR plan rate of the
-- day. The same person and company within 90 days is one lead (B4); a lead is its owner's (R-ATTR).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-03', '2026-02', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-Q3', DATE '2025-08-15'), ('2026', DATE '2026-06-30'), ('2026-Q2',
        DATE '2026-05-20')) AS t(p, a)
    UNION ALL
    SELECT 'source', e, p, now_day(), 0
    FROM unnest(['website', 'campaign', 'event', 'referral', 'outbound', 'social', 'partner']) AS e(e), unnest(['2025',
        '2026', '2026-Q2', '2025-02', '2026-07']) AS t(p)),
spent AS (
    SELECT source, booked_on, amount * rate AS baht
    FROM costs JOIN rate_spans r ON r.kind = 'plan' AND r.currency = costs.currency
        AND booked_on >= starts_on AND booked_on < ends_on
    WHERE category IN ('marketing', 'sales_development')),
expenses AS (
    SELECT w.*, coalesce(sum(baht), 0) AS n
    FROM wanted w
    LEFT JOIN spent s ON (w."by" = 'company' OR s.source = w.entity)
        AND booked_on >= period_start(period) AND booked_on < until(period, as_of)
    GROUP BY ALL),
sums AS (
    SELECT w.*, count(id) AS d
    FROM expenses w
    LEFT JOIN leads l ON (w."by" = 'company' OR l.source = w.entity)
        AND created_on >= period_start(period) AND created_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'cost_per_lead' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(n, d) AS value, n AS numerator, d AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
