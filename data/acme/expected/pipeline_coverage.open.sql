-- pipeline_coverage.open: sum of the amount of the deals in an open stage, on the period's last day or on as_of if that
-- is earlier, that are then expected to close in the period, its whole length; the forecast category omitted is left
-- out. B10a; R-CUR spot rate of that day; stage, amount, owner, the owner's place and the expected close date are those
-- of that day. What should have closed before the period does not count.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025-Q2', DATE '2025-04-30'), ('2025-Q3', DATE '2025-08-15'), ('2025-Q4', DATE '2025-10-31'),
        ('2025', DATE '2025-06-30'), ('2026-Q3', DATE '2026-07-31')) AS t(p, a)
    UNION ALL
    SELECT 'company', '', p, a, l
    FROM (VALUES ('2026-Q1', DATE '2026-02-15'), ('2026-Q2', DATE '2026-04-05'), ('2026-Q2', DATE '2026-05-15'),
        ('2026', DATE '2026-03-31'), ('2026', DATE '2026-06-30')) AS t(p, a), (VALUES (0), (1)) AS l(l)
    UNION ALL
    SELECT 'team', e, p, a, 0
    FROM unnest(['T-TH', 'T-BKK', 'T-UPC', 'T-TYO', 'T-INT', 'T-KEY', 'T-SDR']) AS e(e),
        (VALUES ('2025-Q3', DATE '2025-07-15'), ('2025', DATE '2025-09-30'), ('2026-Q1', DATE '2026-01-31'),
        ('2026-Q4', now_day())) AS t(p, a)
    UNION ALL
    SELECT 'rep', e, p, a, 0
    FROM unnest(['P09', 'P12', 'P13', 'P20', 'P23', 'P29']) AS e(e),
        (VALUES ('2025-Q3', DATE '2025-07-15'), ('2026-Q1', DATE '2026-01-31'), ('2026', now_day())) AS t(p, a)
    UNION ALL
    SELECT 'manager', e, p, a, 0
    FROM unnest(['P02', 'P05', 'P08']) AS e(e),
        (VALUES ('2025-Q4', DATE '2025-10-31'), ('2026-Q4', now_day())) AS t(p, a)),
due AS (
    SELECT s.late, "by", entity, amount * rate AS baht, close_date,
        greatest(s.starts_on, r.starts_on, c.starts_on) AS valid_on, least(s.ends_on, r.ends_on, c.ends_on) AS over_on
    FROM stock s
    JOIN rate_spans r ON r.kind = 'spot' AND r.currency = s.currency
    JOIN close_dates c ON c.deal = s.deal),
pipeline AS (
    SELECT w.*, coalesce(sum(baht), 0) AS open
    FROM wanted w
    LEFT JOIN due d ON d.late = w.late AND d."by" = w."by" AND d.entity = w.entity
        AND until(period, as_of) - 1 >= valid_on AND until(period, as_of) - 1 < over_on
        AND close_date >= period_start(period) AND close_date < period_end(period)
    GROUP BY ALL)
SELECT 'pipeline_coverage.open' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    open AS value, open AS numerator, NULL AS denominator
FROM pipeline
ORDER BY "by", entity, period, as_of, late;
