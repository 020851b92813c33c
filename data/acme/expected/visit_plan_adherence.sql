-- visit_plan_adherence: planned visits made in the week, Monday to Sunday, for which they were planned / planned visits
-- of the period. B7; none of key account managers, at any level; a visit made after as_of is not made yet; none planned
-- gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-03', '2025-10', '2026-06', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-Q3', DATE '2025-08-15'), ('2026', DATE '2026-06-30'), ('2026-Q2',
        DATE '2026-05-20'), ('2025-03', DATE '2025-03-12'), ('2025-06', DATE '2025-06-11'), ('2026-02',
        DATE '2026-02-11'), ('2026-09', DATE '2026-09-09')) AS t(p, a)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P12', 'P13', 'P16', 'P18', 'P23', 'P24', 'P26']) AS e(e), unnest(['2025', '2026',
        '2025-Q3']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP', 'T-KEY', 'T-UPC']) AS e(e), unnest(['2025', '2026', '2026-Q1']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P02', 'P04', 'P05', 'P08']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'territory', e, p, now_day(), 0
    FROM unnest(['Y-BKK1', 'Y-BKK2', 'Y-TYO4', 'Y-KEY1', 'Y-UPC1']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'account', e, p, now_day(), 0
    FROM unnest(['A001', 'A010']) AS e(e), unnest(['2025', '2026']) AS t(p)),
facts AS (
    SELECT planned_visits.*, planned_on AS on_day, date_trunc('week', planned_on) = date_trunc('week', done_on) AS in_week
    FROM planned_visits JOIN people ON people.id = owner WHERE role <> 'kam'),
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
    SELECT w.*, count(id) FILTER (in_week AND done_on <= as_of) AS n, count(id) AS d
    FROM wanted w
    LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
        AND on_day >= period_start(period) AND on_day < until(period, as_of)
    GROUP BY ALL)
SELECT 'visit_plan_adherence' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(n, d) AS value, n AS numerator, d AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
