-- geographic_distribution.hhi: sum of p x p. p = share of a region among the accounts touched in the period; touched =
-- an activity with the outcome connected, held or replied. B7; nobody touched gives null (R-ZERO). Exact: the sum of
-- the squared counts over the square of their sum.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q4', '2026-Q1', '2026-Q4',
        '2025-06', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2026', DATE '2026-06-30'), ('2026-03', DATE '2026-03-10')) AS t(p, a)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P18', 'P20', 'P29']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP', 'T-UPC']) AS e(e), unnest(['2025-Q4', '2026-Q1']) AS t(p)
    UNION ALL
    SELECT 'manager', e, '2026-Q1', now_day(), 0 FROM unnest(['P03', 'P05', 'P08', 'P28']) AS e(e)),
touched AS (
    SELECT person, account, region, occurred_on
    FROM activities JOIN accounts ON accounts.id = account WHERE outcome IN ('connected', 'held', 'replied')),
headed AS (
    SELECT account, region, occurred_on, 'company' AS "by", '' AS entity FROM touched
    UNION ALL
    SELECT account, region, occurred_on, "by", entity
    FROM touched JOIN belongs ON belongs.person = touched.person
        AND occurred_on >= starts_on AND occurred_on < ends_on),
regions AS (
    SELECT w.*, region, count(DISTINCT account) AS n
    FROM wanted w
    JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
        AND occurred_on >= period_start(period) AND occurred_on < until(period, as_of)
    GROUP BY ALL),
sums AS (
    SELECT w.*, coalesce(sum(n * n), 0) AS squares, coalesce(sum(n), 0) AS touched
    FROM wanted w LEFT JOIN regions USING ("by", entity, period, as_of, late) GROUP BY ALL)
SELECT 'geographic_distribution.hhi' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(squares, touched * touched) AS value, NULL AS numerator, NULL AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
