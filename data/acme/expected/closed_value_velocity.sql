-- closed_value_velocity: sum of the credited amounts of won deals / days of the period that have elapsed, as_of
-- included; the same as average deal size x won deals / days. B3; R-CUR plan rate of the closing day; R-ATTR, R-REOPEN.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q4', '2026-Q1', '2026-Q2',
        '2026-Q3', '2026-Q4', '2025-02', '2026-04', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2026', '2026-Q2', '2026-04']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-Q4', DATE '2025-10-31'), ('2026', DATE '2026-06-30'),
        ('2026-03', DATE '2026-03-20')) AS t(p, a)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P20']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'manager', e, '2026', now_day(), 0 FROM unnest(['P03', 'P05', 'P08']) AS e(e)
    UNION ALL
    SELECT 'segment', e, '2026', now_day(), 0 FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e)
    UNION ALL
    SELECT 'source', e, '2026', now_day(), 0 FROM unnest(['website', 'referral', 'outbound']) AS e(e)),
sums AS (
    SELECT w.*, coalesce(sum(part), 0) AS revenue, until(period, as_of) - period_start(period) AS days
    FROM wanted w
    LEFT JOIN bought b ON b.late = w.late AND b."by" = w."by" AND b.entity = w.entity
        AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'closed_value_velocity' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(revenue, days) AS value, revenue AS numerator, days AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
