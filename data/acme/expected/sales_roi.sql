-- sales_roi: (margin of the deals won in the period - costs booked in it) / costs. B10a; margin = (amount - cost) at
-- the plan rate of the closing day, of the deals whose cost is known; the others add neither amount nor cost. R-REOPEN,
-- R-CUR; costs of every category, at the plan rate of the day; a source has the costs booked to it, the company also
-- those booked to none; no costs give null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-06', '2025-11', '2026-04', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2026', '2026-Q2', '2026-04']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-Q4', DATE '2025-11-10'), ('2026', DATE '2026-06-30')) AS t(p, a)
    UNION ALL
    SELECT 'source', e, p, now_day(), 0
    FROM unnest(['website', 'referral', 'campaign', 'event', 'outbound', 'partner']) AS e(e),
        unnest(['2025', '2026', '2026-Q2']) AS t(p)),
spent AS (
    SELECT source, booked_on, amount * rate AS baht
    FROM costs JOIN rate_spans r ON r.kind = 'plan' AND r.currency = costs.currency
        AND booked_on >= starts_on AND booked_on < ends_on),
expenses AS (
    SELECT w.*, coalesce(sum(baht), 0) AS spent
    FROM wanted w
    LEFT JOIN spent s ON (w."by" = 'company' OR s.source = w.entity)
        AND booked_on >= period_start(period) AND booked_on < until(period, as_of)
    GROUP BY ALL),
margins AS (
    SELECT late, source, closed_on, baht - cost * rate AS margin
    FROM closed
    JOIN worth USING (deal)
    JOIN deals ON deals.id = closed.deal
    JOIN rate_spans r ON r.kind = 'plan' AND r.currency = deals.currency
        AND closed_on >= starts_on AND closed_on < ends_on
    WHERE outcome = 'won' AND cost IS NOT NULL),
sums AS (
    SELECT w.*, coalesce(sum(margin), 0) AS margin
    FROM expenses w
    LEFT JOIN margins m ON m.late = w.late AND (w."by" = 'company' OR m.source = w.entity)
        AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'sales_roi' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(margin - spent, spent) AS value, margin - spent AS numerator, spent AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
