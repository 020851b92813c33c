-- sales_cycle_length: mean days from first contact, or from opening where that is blank, to the last close, over the
-- deals won in the period. B3; R-REOPEN less the days spent closed between the first close and the last; R-DUR each
-- deal weighs once, so a split deal does too. Persons here are owners of unsplit deals only.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q2', '2025-Q3', '2025-Q4', '2026-Q1',
        '2026-Q2', '2026-Q3', '2026-Q4', '2025-06', '2025-11']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'source', e, p, now_day(), 0 FROM unnest(['website', 'outbound']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'account', e, p, now_day(), 0 FROM unnest(['A030', 'A078', 'A086']) AS e(e), unnest(['2025', '2026']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM (VALUES ('P21', '2025-Q1'), ('P26', '2025-Q3'), ('P22', '2026-Q4'), ('P13', '2026-Q3'), ('P25',
        '2026-Q3')) AS t(e, p)),
paused AS (
    -- A visit to a closed stage that was left again. The last close is not one, for a closed deal is still in it.
    SELECT deal, sum(left_on - starts_on) AS days
    FROM visits WHERE kind <> 'open' AND left_on IS NOT NULL GROUP BY deal),
cycles AS (
    SELECT closed.deal, closed_on, closed_on - coalesce(first_contact_on, opened_on) - coalesce(days, 0) AS days
    FROM closed JOIN deals ON deals.id = closed.deal LEFT JOIN paused USING (deal)
    WHERE outcome = 'won')
SELECT 'sales_cycle_length' AS kpi, w."by", w.entity, grain_of(period) AS grain, period, as_of, late,
    quotient(coalesce(sum(days), 0), count(days)) AS value,
    coalesce(sum(days), 0) AS numerator, count(days) AS denominator
FROM wanted w
LEFT JOIN (
    SELECT DISTINCT "by", entity, deal, cycles.closed_on, days FROM slices JOIN cycles USING (deal)) s
    ON s."by" = w."by" AND s.entity = w.entity
    AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
GROUP BY ALL
ORDER BY w."by", w.entity, period, as_of, late;
