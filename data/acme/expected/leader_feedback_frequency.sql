-- leader_feedback_frequency: feedback given in the period / rep-months of the people who carry a quota (ae, kam, am,
-- esd). B8; of its receiver (R-ATTR); no months give null (R-ZERO). A person's months are days employed (in the team) /
-- days of the month, up to as_of; they have 6 decimals before they divide (R-CUR). All lengths of months divide 13020.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-03', '2025-10', '2026-06']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-Q3', DATE '2025-08-15'), ('2026', DATE '2026-06-30'), ('2026-Q2',
        DATE '2026-05-20')) AS t(p, a)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P12', 'P13', 'P16', 'P18', 'P23', 'P26']) AS e(e), unnest(['2025', '2026', '2025-Q3']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP', 'T-TYO', 'T-KEY', 'T-UPC']) AS e(e), unnest(['2025', '2026',
        '2026-Q1']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P02', 'P04', 'P05', 'P06', 'P08']) AS e(e), unnest(['2025', '2026']) AS t(p)),
facts AS (SELECT *, person AS owner, given_on AS on_day FROM feedback),
headed AS (
    SELECT f.*, 'company' AS "by", '' AS entity FROM facts f
    UNION ALL
    SELECT f.*, "by", entity
    FROM facts f JOIN belongs ON belongs.person = f.owner AND on_day >= starts_on AND on_day < ends_on),
days AS (SELECT * FROM employed_days WHERE role IN ('ae', 'kam', 'am', 'esd')),
headed_days AS (
    SELECT person, day, 'company' AS "by", '' AS entity FROM days
    UNION ALL
    SELECT days.person, day, "by", entity
    FROM days JOIN belongs ON belongs.person = days.person AND day >= starts_on AND day < ends_on),
fte AS (
    SELECT w.*, coalesce(sum(13020 // day(last_day(day))), 0) AS parts
    FROM wanted w
    LEFT JOIN headed_days h ON h."by" = w."by" AND h.entity = w.entity
        AND day >= period_start(period) AND day < until(period, as_of)
    GROUP BY ALL),
sums AS (
    SELECT w.*, count(id) AS n
    FROM fte w
    LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
        AND on_day >= period_start(period) AND on_day < until(period, as_of)
    GROUP BY ALL)
SELECT 'leader_feedback_frequency' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(n, quotient(parts, 13020)) AS value, n AS numerator, quotient(parts, 13020) AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
