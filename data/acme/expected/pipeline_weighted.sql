-- pipeline_weighted: sum of the amount x stage probability of the deals in an open stage, on the period's last day or
-- on as_of if that is earlier; deals whose stage is of the forecast category omitted are left out. B3; R-CUR spot rate
-- of that day; stage, amount, owner and the owner's place are those of that day. Exact: 2 + 2 + 2 decimals.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025-01', '2025-03', '2025-06', '2025-09', '2025-12',
        '2026-01', '2026-02', '2026-03', '2026-06', '2026-09', '2026-10', '2026-11', '2025-Q2', '2026-Q3',
        '2026-Q4']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2026-01', '2026-02', '2026-03']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025-10', DATE '2025-10-15'), ('2026-03', DATE '2026-03-15'), ('2026-07', DATE '2026-07-06'),
        ('2026-10', DATE '2026-10-11'), ('2026-10', DATE '2026-10-12')) AS t(p, a)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-TH', 'T-BKK', 'T-UPC', 'T-TYO', 'T-INT', 'T-KEY']) AS e(e),
        unnest(['2025-06', '2025-07', '2025-12', '2026-01', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P12', 'P18', 'P24']) AS e(e), unnest(['2025-06', '2025-07', '2025-10', '2025-11',
        '2026-11']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P02', 'P05', 'P08']) AS e(e), unnest(['2025-12', '2026-01', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'stage', e, p, now_day(), 0
    FROM unnest(['N1', 'N2', 'N3', 'N4', 'R1', 'R2']) AS e(e), unnest(['2025-12', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025-12', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'account', e, p, now_day(), l
    FROM unnest(['A017', 'A078']) AS e(e), unnest(['2026-02', '2026-11']) AS t(p), (VALUES (0), (1)) AS l(l)),
days AS (SELECT *, (until(period, as_of) - INTERVAL 1 DAY)::DATE AS day FROM wanted)
SELECT 'pipeline_weighted' AS kpi, w."by", w.entity, grain_of(period) AS grain, period, as_of, w.late,
    coalesce(sum(amount * rate * probability), 0) AS value, value AS numerator, NULL AS denominator
FROM days w
LEFT JOIN (
    SELECT stock.*, rate, greatest(stock.starts_on, r.starts_on) AS valid_on, least(stock.ends_on, r.ends_on) AS over_on
    FROM stock JOIN rate_spans r ON r.kind = 'spot' AND r.currency = stock.currency) s
    ON s.late = w.late AND s."by" = w."by" AND s.entity = w.entity AND day >= valid_on AND day < over_on
GROUP BY ALL
ORDER BY w."by", w.entity, period, as_of, w.late;
