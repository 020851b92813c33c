-- revenue_growth, comparator yoy: (revenue - revenue a year earlier) / revenue a year earlier. Whole periods only. B1;
-- in constant currency: the base counts at the plan rate of the period's first day (R-CUR); a base of 0 or less gives
-- null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), l
    FROM unnest(['2025', '2026-Q1', '2026-Q2', '2026-Q3', '2026-03', '2026-04', '2026-10']) AS t(p), (VALUES (0),
        (1)) AS l(l)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-UPC', 'T-TYO', 'T-INT', 'T-KEY']) AS e(e), unnest(['2026-Q2', '2026-Q3']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P18', 'P22']) AS e(e), unnest(['2026-Q2', '2026-Q3']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2026-Q2', '2026-Q3']) AS t(p)),
sums AS (
    SELECT w.*,
        coalesce(sum(baht * share) FILTER (closed_on >= period_start(period)), 0) AS this,
        coalesce(sum(amount * rate * share) FILTER (closed_on < period_start(period)), 0) AS base
    FROM wanted w
    LEFT JOIN (
        SELECT slices.*, worth.late, baht, amounts.amount, currency
        FROM slices JOIN worth USING (deal) JOIN deals ON deals.id = deal
        JOIN amounts ON amounts.deal = slices.deal AND amounts.late = worth.late AND amounts.ends_on = forever()
        WHERE outcome = 'won') s
        ON s.late = w.late AND s."by" = w."by" AND s.entity = w.entity
        AND (closed_on >= period_start(period) AND closed_on < until(period, as_of)
            OR closed_on >= period_start(period) - INTERVAL 1 YEAR AND closed_on < period_end(period) - INTERVAL 1 YEAR)
    LEFT JOIN rate_spans r ON r.kind = 'plan' AND r.currency = s.currency
        AND period_start(period) >= r.starts_on AND period_start(period) < r.ends_on
    GROUP BY ALL)
SELECT 'revenue_growth' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    CASE WHEN base > 0 THEN quotient(this - base, base) END AS value, this - base AS numerator, base AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
