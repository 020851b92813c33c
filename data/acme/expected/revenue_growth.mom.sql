-- revenue_growth.mom: (revenue - revenue of the same days one month earlier) / the latter. B1; R-PART a whole period
-- has both its ends moved by one month, a running one is compared with as many days from the earlier start; in constant
-- currency: the base counts at the plan rate of the period's first day (R-CUR); a base of 0 or less gives null
-- (R-ZERO). A quarter or a year is compared with as many months one month earlier, which it overlaps.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q2', '2026-Q1', '2026-Q4', '2025-01',
        '2025-02', '2025-03', '2026-01', '2026-04', '2026-05', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2026-04', '2026-05']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025-12', DATE '2025-12-31'), ('2025-12', DATE '2025-12-15'), ('2026-03', DATE '2026-03-20'),
        ('2026-06', DATE '2026-06-30')) AS t(p, a)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP']) AS e(e), unnest(['2026-01', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P20']) AS e(e), unnest(['2026-01', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0 FROM unnest(['P03', 'P05']) AS e(e), unnest(['2026-01', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2026-01', '2026-11']) AS t(p)),
sums AS (
    SELECT w.*,
        coalesce(sum(baht * share) FILTER (
            closed_on >= period_start(period) AND closed_on < until(period, as_of)), 0) AS this,
        coalesce(sum(amount * rate * share) FILTER (
            closed_on >= earlier_start(period, 1) AND closed_on < earlier_until(period, as_of, 1)), 0) AS base
    FROM wanted w
    LEFT JOIN (
        SELECT slices.*, worth.late, baht, amounts.amount, currency
        FROM slices JOIN worth USING (deal) JOIN deals ON deals.id = deal
        JOIN amounts ON amounts.deal = slices.deal AND amounts.late = worth.late AND amounts.ends_on = forever()
        WHERE outcome = 'won') s
        ON s.late = w.late AND s."by" = w."by" AND s.entity = w.entity
    LEFT JOIN rate_spans r ON r.kind = 'plan' AND r.currency = s.currency
        AND period_start(period) >= r.starts_on AND period_start(period) < r.ends_on
    GROUP BY ALL)
SELECT 'revenue_growth.mom' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    CASE WHEN base > 0 THEN quotient(this - base, base) END AS value, this - base AS numerator, base AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
