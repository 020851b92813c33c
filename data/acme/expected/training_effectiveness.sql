-- training_effectiveness: mean rating, from 1 to 5, of the courses due in the period that were completed by as_of and
-- rated. B8; B10: the method is P(due), as for training_completion_rate, so a course counts on the day it was due; none
-- gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-03', '2025-10', '2026-06']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-Q3', DATE '2025-08-15'), ('2026', DATE '2026-06-30'), ('2026-Q2',
        DATE '2026-05-20'), ('2025-Q1', DATE '2025-03-31'), ('2026-Q1', DATE '2026-03-31')) AS t(p, a)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P12', 'P13', 'P16', 'P18', 'P23', 'P29', 'P32']) AS e(e), unnest(['2025', '2026',
        '2025-Q3']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP', 'T-TYO', 'T-KEY', 'T-UPC', 'T-SDR']) AS e(e), unnest(['2025', '2026',
        '2026-Q1']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P02', 'P04', 'P05', 'P08', 'P28']) AS e(e), unnest(['2025', '2026']) AS t(p)),
facts AS (SELECT *, person AS owner, due_on AS on_day FROM trainings),
headed AS (
    SELECT f.*, 'company' AS "by", '' AS entity FROM facts f
    UNION ALL
    SELECT f.*, "by", entity
    FROM facts f JOIN belongs ON belongs.person = f.owner AND on_day >= starts_on AND on_day < ends_on),
sums AS (
    SELECT w.*, coalesce(sum(rating) FILTER (completed_on <= as_of), 0) AS n,
        count(rating) FILTER (completed_on <= as_of) AS d
    FROM wanted w
    LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
        AND on_day >= period_start(period) AND on_day < until(period, as_of)
    GROUP BY ALL)
SELECT 'training_effectiveness' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(n, d) AS value, n AS numerator, d AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
