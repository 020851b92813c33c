-- revenue: sum of credited amounts of won deals by closing day, basis bookings. R-PER the closing day decides the
-- period; R-REOPEN the latest state; R-CUR plan rate of the closing day; R-ATTR by split, and by team, manager and
-- territory of the closing day. Nothing sold is 0, not null (B10).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-12', '2026-01', '2026-02', '2026-03', '2026-04', '2026-05',
        '2026-06', '2026-07', '2026-08', '2026-09', '2026-10', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2025', '2026', '2026-Q2', '2026-04']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, l
    FROM (VALUES ('2025', DATE '2025-10-31'), ('2025-Q4', DATE '2025-10-31'), ('2026', DATE '2026-03-31'),
        ('2026-03', DATE '2026-03-20'), ('2026', DATE '2026-06-30')) AS t(p, a), (VALUES (0), (1)) AS l(l)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-ALL', 'T-TH', 'T-BKK', 'T-UPC', 'T-JP', 'T-TYO', 'T-OSA', 'T-INT', 'T-KEY', 'T-SDR']) AS e(e),
        unnest(['2025', '2026', '2025-Q2', '2025-Q3', '2025-Q4', '2026-Q1']) AS t(p)
    UNION ALL
    SELECT 'team', 'T-BKK', p, now_day(), 1 FROM unnest(['2026', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'rep', id, p, now_day(), 0
    FROM people, unnest(['2025', '2026']) AS t(p) WHERE role IN ('ae', 'kam', 'am', 'esd', 'se')
    UNION ALL
    SELECT 'rep', 'P09', p, now_day(), l FROM unnest(['2026-Q2', '2026-04']) AS t(p), (VALUES (0), (1)) AS l(l)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P01', 'P02', 'P03', 'P04', 'P05', 'P06', 'P07', 'P08', 'P13']) AS e(e),
        unnest(['2025', '2026', '2025-Q3', '2026-Q1']) AS t(p)
    UNION ALL
    SELECT 'territory', e, p, now_day(), 0
    FROM unnest(['Y-BKK2', 'Y-BKK3', 'Y-BKK4', 'Y-TYO3', 'Y-TYO4', 'Y-UPC1']) AS e(e),
        unnest(['2025', '2026', '2026-Q1', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'source', e, p, now_day(), 0
    FROM unnest(['website', 'referral', 'campaign', 'event', 'outbound', 'partner']) AS e(e), unnest(['2026']) AS t(p)
    UNION ALL
    SELECT 'account', e, p, now_day(), 0
    FROM unnest(['A013', 'A017', 'A030', 'A078']) AS e(e), unnest(['2025', '2026']) AS t(p))
SELECT 'revenue' AS kpi, w."by", w.entity, grain_of(period) AS grain, period, as_of, w.late,
    coalesce(sum(baht * share), 0) AS value, value AS numerator, NULL AS denominator
FROM wanted w
LEFT JOIN (SELECT * FROM slices JOIN worth USING (deal) WHERE outcome = 'won') s
    ON s.late = w.late AND s."by" = w."by" AND s.entity = w.entity
    AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
GROUP BY ALL
ORDER BY w."by", w.entity, period, as_of, w.late;
