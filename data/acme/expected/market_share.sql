-- market_share: revenue of the period / stated market size of the same days: of each size, amount x its days that fall
-- in the period, up to as_of / all its days. B10a; R-PART compares the same days; R-CUR plan rate of the first day of
-- the size; the sizes of the two markets add up. They are of 365 days; the sum has 6 decimals before it divides. None
-- gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-07', '2026-04', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2026', '2026-Q2', '2026-04']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-Q3', DATE '2025-08-15'), ('2026', DATE '2026-06-30'), ('2026-Q2',
        DATE '2026-05-20')) AS t(p, a)),
sizes AS (
    SELECT w.*, coalesce(sum(amount * rate
        * (least(m.ends_on, until(period, as_of)) - greatest(m.starts_on, period_start(period)))::DECIMAL(4, 0)), 0)
        AS parts
    FROM wanted w
    LEFT JOIN market_sizes m ON m.starts_on < until(period, as_of) AND m.ends_on > period_start(period)
    LEFT JOIN rate_spans r ON r.kind = 'plan' AND r.currency = m.currency
        AND m.starts_on >= r.starts_on AND m.starts_on < r.ends_on
    GROUP BY ALL),
sums AS (
    SELECT w.*, coalesce(sum(part), 0) AS n
    FROM sizes w
    LEFT JOIN bought b ON b.late = w.late AND b."by" = w."by" AND b.entity = w.entity
        AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'market_share' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(n, quotient(parts, 365)) AS value, n AS numerator, quotient(parts, 365) AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
