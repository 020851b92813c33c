-- win_rate_created.by_amount: amount of the deals opened in the period and won by as_of / amount of the deals opened in
-- the period, those still open included. B3 (amount-weighted); R-COH cohort followed to as_of; R-OPEN; R-REOPEN the
-- latest state; R-CUR the latest amount at the plan rate of the day of opening. A deal belongs, undivided, to the owner
-- of the day it was opened.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q4', '2026-Q1',
        '2026-Q2', '2026-Q3', '2026-Q4', '2025-01', '2026-01', '2026-02']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2025', '2025-Q4', '2026', '2026-Q1', '2026-01']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025', DATE '2025-08-31'), ('2026', DATE '2026-06-30')) AS t(p, a)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P20']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'manager', e, '2025', now_day(), 0 FROM unnest(['P03', 'P05']) AS e(e)
    UNION ALL
    SELECT 'segment', e, '2025', now_day(), 0 FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e)
    UNION ALL
    SELECT 'source', e, '2025', now_day(), 0 FROM unnest(['website', 'referral', 'outbound']) AS e(e)),
cohort AS (
    SELECT s.*, amounts.late, amounts.amount * rate AS baht, outcome, closed_on
    FROM opened_slices s
    JOIN deals ON deals.id = s.deal
    JOIN amounts ON amounts.deal = s.deal AND amounts.ends_on = forever()
    JOIN rate_spans r ON r.kind = 'plan' AND r.currency = deals.currency
        AND s.opened_on >= r.starts_on AND s.opened_on < r.ends_on
    LEFT JOIN closed ON closed.deal = s.deal),
sums AS (
    SELECT w.*, coalesce(sum(baht) FILTER (outcome = 'won' AND closed_on <= as_of), 0) AS won,
        coalesce(sum(baht), 0) AS opened
    FROM wanted w
    LEFT JOIN cohort c ON c.late = w.late AND c."by" = w."by" AND c.entity = w.entity
        AND opened_on >= period_start(period) AND opened_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'win_rate_created.by_amount' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(won, opened) AS value, won AS numerator, opened AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
