-- pipeline_coverage.quota: the quotas that start in the period, the whole period's even while it runs. B10a, R-PART; by
-- the person's place on the quota's first day (R-ATTR); no quota is 0.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025-Q2', DATE '2025-04-30'), ('2025-Q3', DATE '2025-08-15'), ('2025-Q4', DATE '2025-10-31'),
        ('2025', DATE '2025-06-30'), ('2026-Q3', DATE '2026-07-31')) AS t(p, a)
    UNION ALL
    SELECT 'company', '', p, a, l
    FROM (VALUES ('2026-Q1', DATE '2026-02-15'), ('2026-Q2', DATE '2026-04-05'), ('2026-Q2', DATE '2026-05-15'),
        ('2026', DATE '2026-03-31'), ('2026', DATE '2026-06-30')) AS t(p, a), (VALUES (0), (1)) AS l(l)
    UNION ALL
    SELECT 'team', e, p, a, 0
    FROM unnest(['T-TH', 'T-BKK', 'T-UPC', 'T-TYO', 'T-INT', 'T-KEY', 'T-SDR']) AS e(e),
        (VALUES ('2025-Q3', DATE '2025-07-15'), ('2025', DATE '2025-09-30'), ('2026-Q1', DATE '2026-01-31'),
        ('2026-Q4', now_day())) AS t(p, a)
    UNION ALL
    SELECT 'rep', e, p, a, 0
    FROM unnest(['P09', 'P12', 'P13', 'P20', 'P23', 'P29']) AS e(e),
        (VALUES ('2025-Q3', DATE '2025-07-15'), ('2026-Q1', DATE '2026-01-31'), ('2026', now_day())) AS t(p, a)
    UNION ALL
    SELECT 'manager', e, p, a, 0
    FROM unnest(['P02', 'P05', 'P08']) AS e(e),
        (VALUES ('2025-Q4', DATE '2025-10-31'), ('2026-Q4', now_day())) AS t(p, a)),
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
    GROUP BY ALL)
SELECT 'pipeline_coverage.quota' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quota AS value, quota AS numerator, NULL AS denominator
FROM goal
ORDER BY "by", entity, period, as_of, late;
