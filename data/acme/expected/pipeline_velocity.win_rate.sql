-- pipeline_velocity.win_rate: won / (won + lost), of the deals closed in the year that ends with the period's last day,
-- or with as_of if that is earlier. B3; for the rest as win_rate_closed.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q4', '2026-Q1',
        '2026-Q2', '2026-Q3', '2026-Q4', '2025-01', '2025-03', '2025-06', '2025-12', '2026-03', '2026-06', '2026-09',
        '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, now_day(), 1 FROM unnest(['2026-03', '2026-Q2', '2026']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-10', DATE '2025-10-15'), ('2026-03', DATE '2026-03-15'),
        ('2026-07', DATE '2026-07-06'), ('2026-10', DATE '2026-10-11'), ('2026', DATE '2026-06-30')) AS t(p, a)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-TH', 'T-BKK', 'T-UPC', 'T-TYO', 'T-INT', 'T-KEY']) AS e(e),
        unnest(['2025-Q2', '2025-12', '2026-01', '2026-Q3']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P12', 'P18', 'P20', 'P23']) AS e(e), unnest(['2025-06', '2025-Q4', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P02', 'P05', 'P08']) AS e(e), unnest(['2025-12', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025-12', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'source', e, '2026-11', now_day(), 0
    FROM unnest(['website', 'referral', 'outbound', 'campaign', 'event', 'partner']) AS e(e)),
closing AS (
    SELECT *, until(period, as_of) AS ending, (until(period, as_of) - to_years(1))::DATE AS beginning FROM wanted),
sold_parts AS (
    SELECT w.*, coalesce(sum(baht * share) FILTER (outcome = 'won'), 0)::DECIMAL(18, 6) AS revenue,
        coalesce(sum(share) FILTER (outcome = 'won'), 0) AS won, coalesce(sum(share), 0)::DECIMAL(8, 2) AS ended
    FROM closing w
    LEFT JOIN (SELECT * FROM slices JOIN worth USING (deal)) s
        ON s.late = w.late AND s."by" = w."by" AND s.entity = w.entity
        AND closed_on >= beginning AND closed_on < ending
    GROUP BY ALL)
SELECT 'pipeline_velocity.win_rate' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(won, ended) AS value, won AS numerator, ended AS denominator
FROM sold_parts
ORDER BY "by", entity, period, as_of, late;
