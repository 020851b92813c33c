-- pipeline_velocity.open: deals in an open stage at or after the first of their pipeline marked qualified (B10a), on
-- the period's last day or on as_of if that is earlier; deals whose stage is of the forecast category omitted are left
-- out. B3; a whole deal under each heading of its owner's place of that day (R-ATTR).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q4', '2026-Q1',
        '2026-Q2', '2026-Q3', '2026-Q4', '2025-01', '2025-03', '2025-06', '2025-12', '2026-03', '2026-06', '2026-09',
        '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2026-03', '2026-Q2', '2026']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-10', DATE '2025-10-15'), ('2026-03', DATE '2026-03-15'),
        ('2026-07', DATE '2026-07-06'), ('2026-10', DATE '2026-10-11'), ('2026', DATE '2026-06-30')) AS t(p, a)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-TH', 'T-BKK', 'T-UPC', 'T-TYO', 'T-INT', 'T-KEY']) AS e(e),
        unnest(['2025-Q2', '2025-12', '2026-01', '2026-Q3']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P12', 'P18', 'P20', 'P23']) AS e(e), unnest(['2025-06', '2025-Q4', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P02', 'P05', 'P08']) AS e(e), unnest(['2025-12', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025-12', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'source', e, '2026-11', now_day(), 0
    FROM unnest(['website', 'referral', 'outbound', 'campaign', 'event', 'partner']) AS e(e)),
pipeline AS (
    SELECT "by", entity, s.deal, greatest(s.starts_on, q.starts_on) AS starts_on, least(s.ends_on, q.ends_on) AS ends_on
    FROM stock s JOIN qualified_days q ON q.deal = s.deal AND s.starts_on < q.ends_on AND q.starts_on < s.ends_on
    WHERE late = 0),
opened AS (
    SELECT w.*, count(DISTINCT deal) AS deals
    FROM wanted w
    LEFT JOIN pipeline p ON p."by" = w."by" AND p.entity = w.entity
        AND until(period, as_of) - 1 >= starts_on AND until(period, as_of) - 1 < ends_on
    GROUP BY ALL)
SELECT 'pipeline_velocity.open' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    deals AS value, deals AS numerator, NULL AS denominator
FROM opened
ORDER BY "by", entity, period, as_of, late;
