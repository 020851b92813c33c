-- issue_resolution_rate: cases resolved by as_of and not reopened in 14 days / cases due in the period. B6; however
-- late they were resolved; none due gives null (R-ZERO). A case counts where its owner is on the day it is due; "not
-- reopened in 14 days": the 14th day is still within; a reopening that is known counts, as it does for deals
-- (R-REOPEN).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-04', '2025-11', '2026-06', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-Q3', DATE '2025-08-15'), ('2026', DATE '2026-06-30'), ('2026-Q2',
        DATE '2026-05-20')) AS t(p, a)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P16', 'P23', 'P24', 'P12']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP', 'T-KEY', 'T-UPC']) AS e(e), unnest(['2025', '2026', '2026-Q1']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P02', 'P04', 'P06', 'P08']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'account', e, p, now_day(), 0
    FROM unnest(['A010', 'A021', 'A045']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026', '2026-Q2']) AS t(p)),
facts AS (
    SELECT *, due_on AS on_day, resolved_on - opened_on AS days,
        resolved_on IS NOT NULL AND coalesce(reopened_on - resolved_on > 14, true) AS stays
    FROM cases),
headed AS (
    SELECT f.*, 'company' AS "by", '' AS entity FROM facts f
    UNION ALL
    SELECT f.*, "by", entity
    FROM facts f JOIN belongs ON belongs.person = f.owner AND on_day >= starts_on AND on_day < ends_on
    UNION ALL
    SELECT f.*, 'account', account FROM facts f
    UNION ALL
    SELECT f.*, 'segment', segment FROM facts f JOIN accounts ON accounts.id = account),
sums AS (
    SELECT w.*, count(id) FILTER (stays AND resolved_on <= as_of) AS n, count(id) AS d
    FROM wanted w
    LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
        AND on_day >= period_start(period) AND on_day < until(period, as_of)
    GROUP BY ALL)
SELECT 'issue_resolution_rate' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(n, d) AS value, n AS numerator, d AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
