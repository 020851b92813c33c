-- forecast_bias: sum of (forecast - revenue) / sum of revenue; above 0 is too high. B10a, D4. The points are the months
-- or quarters that were forecast at the horizon of 30 days, that lie in the period and are over by as_of: per level, so
-- the people's forecasts of a point are summed before they are compared (D4). R-ATTR a forecast by the place on its
-- first day, revenue by that on the closing day; R-CUR plan rate of the first day; revenue of 0 in all gives null.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-03', '2025-07', '2025-08', '2025-12', '2026-04']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2026', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025', DATE '2025-08-15'), ('2025-Q3', DATE '2025-08-31'), ('2026',
        DATE '2026-06-30'), ('2026-Q2', DATE '2026-06-29')) AS t(p, a)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P10', 'P12', 'P16', 'P20', 'P21', 'P22', 'P23', 'P26', 'P29']) AS e(e), unnest(['2025',
        '2026', '2025-Q3', '2025-08']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP', 'T-TYO', 'T-KEY', 'T-INT', 'T-SDR']) AS e(e), unnest(['2025', '2026',
        '2025-Q3', '2025-08']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P02', 'P03', 'P04', 'P05', 'P08']) AS e(e), unnest(['2025', '2026']) AS t(p)),
headed AS (
    SELECT starts_on, ends_on, baht, 'company' AS "by", '' AS entity FROM forecasts WHERE horizon = 30
    UNION ALL
    SELECT f.starts_on, f.ends_on, baht, "by", entity
    FROM forecasts f JOIN belongs ON belongs.person = f.person
        AND f.starts_on >= belongs.starts_on AND f.starts_on < belongs.ends_on
    WHERE horizon = 30),
points AS (
    SELECT w.*, starts_on, ends_on, sum(baht) AS forecast
    FROM wanted w
    JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
        AND starts_on >= period_start(period) AND ends_on <= until(period, as_of)
    GROUP BY ALL),
met AS (
    SELECT p."by", p.entity, period, as_of, p.late, starts_on, forecast, coalesce(sum(part), 0) AS actual
    FROM points p
    LEFT JOIN bought b ON b.late = p.late AND b."by" = p."by" AND b.entity = p.entity
        AND closed_on >= starts_on AND closed_on < ends_on
    GROUP BY ALL),
sums AS (
    SELECT w.*, coalesce(sum(forecast - actual), 0) AS n, coalesce(sum(actual), 0) AS d
    FROM wanted w LEFT JOIN met USING ("by", entity, period, as_of, late)
    GROUP BY ALL)
SELECT 'forecast_bias' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(n, d) AS value, n AS numerator, d AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
