-- revenue_growth.vs_target: (revenue - quota) / quota. The whole period's quota, even while it runs, as
-- quota_attainment takes it: the quotas that start in the period (R-PART). B1; R-AGG sums; R-ATTR revenue by the place
-- on the closing day, a quota by the place on its first day; no quota gives null (R-ZERO). Quarters and years only:
-- Acme's quotas are of quarters.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2026', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-Q4', DATE '2025-10-31'), ('2026', DATE '2026-06-30')) AS t(p, a)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP', 'T-SDR']) AS e(e), unnest(['2025', '2026', '2026-Q1']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P20']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P03', 'P05', 'P08']) AS e(e), unnest(['2025', '2026']) AS t(p)),
goals AS (
    SELECT 'company' AS "by", '' AS entity, starts_on, amount FROM quotas
    UNION ALL
    SELECT "by", entity, quotas.starts_on, amount
    FROM quotas JOIN belongs ON belongs.person = quotas.person
        AND quotas.starts_on >= belongs.starts_on AND quotas.starts_on < belongs.ends_on),
goal AS (
    SELECT w.*, coalesce(sum(amount), 0) AS quota
    FROM wanted w
    LEFT JOIN goals g ON g."by" = w."by" AND g.entity = w.entity
        AND starts_on >= period_start(period) AND starts_on < period_end(period)
    GROUP BY ALL),
sums AS (
    SELECT w.*, coalesce(sum(part), 0) AS revenue
    FROM goal w
    LEFT JOIN bought b ON b.late = w.late AND b."by" = w."by" AND b.entity = w.entity
        AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'revenue_growth.vs_target' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(revenue - quota, quota) AS value, revenue - quota AS numerator, quota AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
