-- slippage_rate: of the deals due in the period at its start, those whose close date moved out of it / all of them.
-- Due: open, and expected to close in the period, its whole length, when the day before it ended. Moved out: open when
-- the period's last day, or as_of if that is earlier, ended, and then expected to close on or after the period's end.
-- The forecast category omitted is not open, on either day. B10a; R-ATTR a deal counts once, for its owner and the
-- owner's place when the day before the period ended; nothing due gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2025-02', '2025-03', '2025-05', '2025-07', '2025-10', '2025-12', '2026-01',
        '2026-03', '2026-06', '2026-08', '2026-10', '2026-Q4', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025-Q4', DATE '2025-12-31'), ('2026-Q1', DATE '2026-02-28'), ('2026-Q3', DATE '2026-08-15'))
        AS t(p, a)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-TH', 'T-BKK', 'T-UPC', 'T-TYO', 'T-INT', 'T-KEY', 'T-SDR']) AS e(e),
        unnest(['2025-07', '2025-Q4', '2026-01', '2026-03', '2026-Q3']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P10', 'P11', 'P12', 'P18', 'P20', 'P24', 'P26']) AS e(e), unnest(['2025-Q4', '2026-01',
        '2026-06', '2026-Q3']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P02', 'P05', 'P08']) AS e(e), unnest(['2025-Q4', '2026-01', '2026-03']) AS t(p)),
expected AS (
    SELECT "by", entity, s.deal, close_date, greatest(s.starts_on, c.starts_on) AS starts_on,
        least(s.ends_on, c.ends_on) AS ends_on
    FROM stock s JOIN close_dates c ON c.deal = s.deal AND s.starts_on < c.ends_on AND c.starts_on < s.ends_on
    WHERE late = 0),
due AS (
    SELECT DISTINCT w.*, deal
    FROM wanted w
    JOIN expected e ON e."by" = w."by" AND e.entity = w.entity
        AND period_start(period) - 1 >= starts_on AND period_start(period) - 1 < ends_on
        AND close_date >= period_start(period) AND close_date < period_end(period)),
moved AS (
    SELECT due.*, EXISTS (FROM expected e
        WHERE e."by" = 'company' AND e.deal = due.deal AND close_date >= period_end(period)
            AND until(period, as_of) - 1 >= starts_on AND until(period, as_of) - 1 < ends_on) AS slipped
    FROM due),
sums AS (
    SELECT w.*, count(deal) FILTER (slipped) AS slipped, count(deal) AS due
    FROM wanted w LEFT JOIN moved USING ("by", entity, period, as_of, late) GROUP BY ALL)
SELECT 'slippage_rate' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(slipped, due) AS value, slipped AS numerator, due AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
