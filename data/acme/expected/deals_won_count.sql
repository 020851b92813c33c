-- deals_won_count: won deals by closing day; under a person, team, manager or territory the sum of the shares. R-REOPEN
-- a deal counts once, on its last closing day, and not at all while reopened; R-ATTR as for revenue.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-04', '2025-06', '2026-03', '2026-07']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-TH', 'T-BKK', 'T-UPC', 'T-TYO', 'T-INT', 'T-KEY']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P11', 'P12', 'P15', 'P16', 'P18', 'P23', 'P24', 'P36']) AS e(e), unnest(['2025',
        '2026']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P02', 'P03', 'P05', 'P08']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'account', e, p, now_day(), 0
    FROM unnest(['A030', 'A069', 'A078']) AS e(e), unnest(['2025', '2026']) AS t(p))
SELECT 'deals_won_count' AS kpi, w."by", w.entity, grain_of(period) AS grain, period, as_of, late,
    coalesce(sum(share), 0) AS value, value AS numerator, NULL AS denominator
FROM wanted w
LEFT JOIN slices s ON outcome = 'won' AND s."by" = w."by" AND s.entity = w.entity
    AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
GROUP BY ALL
ORDER BY w."by", w.entity, period, as_of, late;
