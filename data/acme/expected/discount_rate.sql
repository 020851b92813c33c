-- discount_rate: (list - net) / list over order lines, list = quantity x unit price. Weighted by money, not a mean of
-- line discounts; a refund's lines count with their sign. B2, R-AGG, R-CANCEL.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q2', '2025-Q3', '2025-Q4', '2026-Q1',
        '2026-Q2', '2026-Q3', '2026-10']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0 FROM unnest(['P09', 'P16', 'P23']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'product', e, p, now_day(), 0
    FROM unnest(['PR01', 'PR05', 'PR09', 'PR12']) AS e(e), unnest(['2025', '2026']) AS t(p))
SELECT 'discount_rate' AS kpi, w."by", w.entity, grain_of(period) AS grain, period, as_of, late,
    quotient(coalesce(sum(list - net), 0), coalesce(sum(list), 0)) AS value,
    coalesce(sum(list - net), 0) AS numerator, coalesce(sum(list), 0) AS denominator
FROM wanted w
LEFT JOIN sold_slices s ON s."by" = w."by" AND s.entity = w.entity
    AND ordered_on >= period_start(period) AND ordered_on < until(period, as_of)
GROUP BY ALL
ORDER BY w."by", w.entity, period, as_of, late;
