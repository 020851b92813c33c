-- activity_volume.meeting: activities of the kind meeting of the period / working days, Monday to Friday, of the reps:
-- those who carry a quota and those of sales development. B7, B10 (reps and teams); people count on the days they are
-- employed, in the team, up to as_of; holidays are not known; no working day gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P12', 'P18', 'P20', 'P23', 'P29', 'P34', 'P02']) AS e(e), unnest(['2025-03', '2025-09',
        '2026-02', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P16', 'P29']) AS e(e), unnest(['2025', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, DATE '2026-05-13', 0
    FROM unnest(['P09', 'P31']) AS e(e), unnest(['2026-05']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TYO', 'T-KEY', 'T-UPC', 'T-SDR', 'T-INT']) AS e(e), unnest(['2025-06', '2025-07',
        '2025-12', '2026-01']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-SDR']) AS e(e), unnest(['2025-Q4', '2026']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, DATE '2025-10-15', 0
    FROM unnest(['T-BKK', 'T-JP']) AS e(e), unnest(['2025-10']) AS t(p)),
facts AS (SELECT *, person AS owner, occurred_on AS on_day FROM activities WHERE kind = 'meeting'),
headed AS (
    SELECT f.*, 'company' AS "by", '' AS entity FROM facts f
    UNION ALL
    SELECT f.*, "by", entity
    FROM facts f JOIN belongs ON belongs.person = f.owner AND on_day >= starts_on AND on_day < ends_on),
days AS (SELECT * FROM employed_days WHERE role IN ('ae', 'kam', 'am', 'esd', 'sdr')),
headed_days AS (
    SELECT person, day, 'company' AS "by", '' AS entity FROM days
    UNION ALL
    SELECT days.person, day, "by", entity
    FROM days JOIN belongs ON belongs.person = days.person AND day >= starts_on AND day < ends_on),
work AS (
    SELECT w.*, count(day) AS d
    FROM wanted w
    LEFT JOIN headed_days h ON h."by" = w."by" AND h.entity = w.entity
        AND day >= period_start(period) AND day < until(period, as_of) AND isodow(day) < 6
    GROUP BY ALL),
sums AS (
    SELECT w.*, count(id) AS n
    FROM work w
    LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
        AND on_day >= period_start(period) AND on_day < until(period, as_of)
    GROUP BY ALL)
SELECT 'activity_volume.meeting' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(n, d) AS value, n AS numerator, d AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
