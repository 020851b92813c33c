-- forecast_accuracy.forecast: sum of the forecasts made at the horizon of 30 days whose span begins in the period. D4;
-- R-ATTR by the place on the first day; R-CUR plan rate of the first day; none is 0.
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
sums AS (
    SELECT w.*, coalesce(sum(baht), 0) AS n
    FROM wanted w
    LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
        AND starts_on >= period_start(period) AND starts_on < until(period, as_of) AND ends_on <= period_end(period)
    GROUP BY ALL)
SELECT 'forecast_accuracy.forecast' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    n AS value, n AS numerator, NULL AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
