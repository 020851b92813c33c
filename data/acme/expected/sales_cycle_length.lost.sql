-- sales_cycle_length.lost: mean days from first contact, or from opening where that is blank, to the last close, over
-- the deals lost in the period. B3 (lost deals reported separately); R-REOPEN less the days spent closed before; R-DUR
-- negative days left out, each deal once. No lost deal of Acme is split: a deal belongs to the owner of its closing
-- day.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q3', '2025-Q4', '2026-Q1',
        '2026-Q2', '2026-Q3', '2026-Q4', '2025-08', '2026-03']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025', DATE '2025-08-31'), ('2026', DATE '2026-06-30')) AS t(p, a)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'source', e, '2026', now_day(), 0 FROM unnest(['website', 'referral', 'outbound']) AS e(e)
    UNION ALL
    SELECT 'account', e, '2025', now_day(), 0 FROM unnest(['A030', 'A078']) AS e(e)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P20', 'P29']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'team', e, '2026', now_day(), 0 FROM unnest(['T-BKK', 'T-TH', 'T-JP']) AS e(e)),
lost AS (
    SELECT DISTINCT "by", entity, deal, closed_on, from_contact AS days
    FROM slices JOIN cycle_days USING (deal) WHERE outcome = 'lost' AND from_contact >= 0)
SELECT 'sales_cycle_length.lost' AS kpi, w."by", w.entity, grain_of(period) AS grain, period, as_of, late,
    quotient(coalesce(sum(days), 0), count(days)) AS value,
    coalesce(sum(days), 0) AS numerator, count(days) AS denominator
FROM wanted w
LEFT JOIN lost d ON d."by" = w."by" AND d.entity = w.entity
    AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
GROUP BY ALL
ORDER BY w."by", w.entity, period, as_of, late;
