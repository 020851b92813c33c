-- win_rate_created: won, of the deals opened in the period / deals opened in the period, those still open included. B3;
-- R-COH cohort followed to as_of; R-OPEN open deals stay in the denominator; R-REOPEN the latest state. A deal belongs
-- to the owner of the day it was opened.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-01', '2026-02']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a::DATE, 0
    FROM (VALUES ('2025', '2025-12-31'), ('2025-Q1', '2025-04-15'), ('2025-Q3', '2025-09-30'),
        ('2026-Q1', '2026-03-31'), ('2026-Q2', '2026-05-20')) AS t(p, a)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-TH', 'T-BKK', 'T-UPC', 'T-TYO', 'T-INT', 'T-KEY']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P11', 'P12', 'P18', 'P23']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'source', e, p, now_day(), 0
    FROM unnest(['website', 'referral', 'campaign', 'event', 'outbound', 'partner']) AS e(e), unnest(['2025']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025']) AS t(p)),
sums AS (
    SELECT w.*, count(deal) FILTER (outcome = 'won' AND closed_on <= as_of) AS won, count(deal) AS opened
    FROM wanted w
    LEFT JOIN (FROM opened_slices LEFT JOIN closed USING (deal)) s ON s."by" = w."by" AND s.entity = w.entity
        AND opened_on >= period_start(period) AND opened_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'win_rate_created' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(won, opened) AS value, won AS numerator, opened AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
