-- meetings_set: meetings and visits that one person set for another in the period. B4 (appointments); on the day they
-- were set, of whoever set them; one that a person sets for themselves is none. R-ATTR.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-05', '2025-10', '2026-05', '2026-06', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-Q3', DATE '2025-08-15'), ('2026', DATE '2026-06-30'), ('2026-Q2',
        DATE '2026-05-20')) AS t(p, a)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P29', 'P30', 'P31', 'P32', 'P33', 'P34', 'P26', 'P09']) AS e(e), unnest(['2025', '2026',
        '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-SDR', 'T-ALL', 'T-BKK']) AS e(e), unnest(['2025', '2026', '2026-Q2', '2026-06']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P28', 'P02', 'P04']) AS e(e), unnest(['2025', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'account', e, p, now_day(), 0
    FROM unnest(['A001', 'A075']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026']) AS t(p)),
facts AS (SELECT id, account, set_by AS owner, set_on AS on_day FROM meetings WHERE set_by <> person),
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
    SELECT w.*, count(id) AS n
    FROM wanted w
    LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
        AND on_day >= period_start(period) AND on_day < until(period, as_of)
    GROUP BY ALL)
SELECT 'meetings_set' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    n AS value, n AS numerator, NULL AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
