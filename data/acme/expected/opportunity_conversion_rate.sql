-- opportunity_conversion_rate: on the basis bookings a customer pays when the deal is won, so it is the win rate of the
-- created cohort: won, of the deals opened in the period / deals opened in the period. B3, B10 (method K); R-COH,
-- R-OPEN, R-REOPEN. A deal belongs to the owner of the day it was opened.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0
    FROM unnest(['2025', '2026', '2025-Q3', '2025-Q4', '2026-Q1', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-JP', 'T-INT']) AS e(e), unnest(['2025', '2026-Q1']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P02', 'P05', 'P06', 'P08']) AS e(e), unnest(['2025', '2026']) AS t(p)),
sums AS (
    SELECT w.*, count(deal) FILTER (outcome = 'won' AND closed_on <= as_of) AS won, count(deal) AS opened
    FROM wanted w
    LEFT JOIN (FROM opened_slices LEFT JOIN closed USING (deal)) s ON s."by" = w."by" AND s.entity = w.entity
        AND opened_on >= period_start(period) AND opened_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'opportunity_conversion_rate' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(won, opened) AS value, won AS numerator, opened AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
