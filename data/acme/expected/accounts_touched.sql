-- accounts_touched: different accounts with an activity of the outcome connected, held or replied in the period. B7; an
-- activity belongs to its person, and to that person's team and manager of its day (R-ATTR).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q3', '2026-Q1', '2026-Q4',
        '2025-06', '2026-02', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2026', DATE '2026-06-30'), ('2026-03', DATE '2026-03-10')) AS t(p, a)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P20', 'P29']) AS e(e), unnest(['2025', '2026', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP', 'T-UPC']) AS e(e), unnest(['2025-Q3', '2026-Q1', '2026']) AS t(p)
    UNION ALL
    SELECT 'manager', e, '2026-Q1', now_day(), 0 FROM unnest(['P03', 'P05', 'P08', 'P28']) AS e(e)),
touched AS (SELECT person, account, occurred_on FROM activities WHERE outcome IN ('connected', 'held', 'replied')),
headed AS (
    SELECT account, occurred_on, 'company' AS "by", '' AS entity FROM touched
    UNION ALL
    SELECT account, occurred_on, "by", entity
    FROM touched JOIN belongs ON belongs.person = touched.person
        AND occurred_on >= starts_on AND occurred_on < ends_on)
SELECT 'accounts_touched' AS kpi, w."by", w.entity, grain_of(period) AS grain, period, as_of, late,
    count(DISTINCT account) AS value, value AS numerator, NULL AS denominator
FROM wanted w
LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
    AND occurred_on >= period_start(period) AND occurred_on < until(period, as_of)
GROUP BY ALL
ORDER BY w."by", w.entity, period, as_of, late;
