-- pipeline_growth: (pipeline at the end - pipeline at the start) / pipeline at the start. At the end: on the period's
-- last day, or on as_of if that is earlier; at the start: on the day before the period's first. Each as pipeline_value:
-- B3; R-CUR spot rate of its own day; stage, amount, owner and the owner's place of that day. Nothing at the start
-- gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025-Q1', '2025-Q2', '2025-Q4', '2026-Q1', '2026-Q3', '2026-Q4',
        '2025-01', '2025-02', '2025-07', '2026-01', '2026-10', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2026-Q1', '2026-02']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025-Q4', DATE '2025-12-31'), ('2025-10', DATE '2025-10-15'), ('2026-Q2', DATE '2026-05-15'),
        ('2026-Q2', DATE '2026-06-30')) AS t(p, a)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP']) AS e(e), unnest(['2025-Q3', '2026-Q4', '2026-01']) AS t(p)
    UNION ALL
    SELECT 'team', e, '2026-Q1', now_day(), 0 FROM unnest(['T-UPC', 'T-INT']) AS e(e)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P20']) AS e(e), unnest(['2025-Q3', '2026-Q4']) AS t(p)
    UNION ALL
    SELECT 'segment', e, '2026-Q4', now_day(), 0 FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e)),
days AS (
    SELECT *, (until(period, as_of) - INTERVAL 1 DAY)::DATE AS last_day,
        (period_start(period) - INTERVAL 1 DAY)::DATE AS day_before
    FROM wanted),
sums AS (
    SELECT w.*,
        coalesce(sum(amount * rate) FILTER (last_day >= valid_on AND last_day < over_on), 0) AS ending,
        coalesce(sum(amount * rate) FILTER (day_before >= valid_on AND day_before < over_on), 0) AS starting
    FROM days w
    LEFT JOIN (
        SELECT stock.*, rate, greatest(stock.starts_on, r.starts_on) AS valid_on,
            least(stock.ends_on, r.ends_on) AS over_on
        FROM stock JOIN rate_spans r ON r.kind = 'spot' AND r.currency = stock.currency) s
        ON s.late = w.late AND s."by" = w."by" AND s.entity = w.entity
        AND (last_day >= valid_on AND last_day < over_on OR day_before >= valid_on AND day_before < over_on)
    GROUP BY ALL)
SELECT 'pipeline_growth' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    CASE WHEN starting > 0 THEN quotient(ending - starting, starting) END AS value,
    ending - starting AS numerator, starting AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
