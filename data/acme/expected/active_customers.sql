-- active_customers: accounts with a won deal closed in [end - 365 days, end), end = the period's end, or the day after
-- as_of if that is earlier. R-NEWCUST on the basis bookings, R-REOPEN; under a person, team, manager or segment the
-- accounts of the parts credited there (R-ATTR).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q3', '2025-Q4', '2026-Q1',
        '2026-Q2', '2026-Q3', '2026-Q4', '2025-02', '2026-05', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-Q4', DATE '2025-11-10'), ('2026', DATE '2026-06-30'),
        ('2026-04', DATE '2026-04-12'), ('2026-04', DATE '2026-04-13')) AS t(p, a)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P20']) AS e(e), unnest(['2025', '2026', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'manager', e, '2026', now_day(), 0 FROM unnest(['P03', 'P05']) AS e(e))
SELECT 'active_customers' AS kpi, w."by", w.entity, grain_of(period) AS grain, period, as_of, w.late,
    count(DISTINCT account) AS value, value AS numerator, NULL AS denominator
FROM wanted w
LEFT JOIN bought b ON b.late = w.late AND b."by" = w."by" AND b.entity = w.entity
    AND closed_on >= until(period, as_of) - 365 AND closed_on < until(period, as_of)
GROUP BY ALL
ORDER BY w."by", w.entity, period, as_of, w.late;
