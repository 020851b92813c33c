-- pipeline_velocity: open x win rate x deal size / cycle, baht a day; the four as in the files of those names. open =
-- the number of deals qualified (B10a) on the period's last day or on as_of if that is earlier, without the forecast
-- category omitted; the three others over the deals closed in the year that ends with that day. B3. Not the companions'
-- rounded values: the fraction is exact and rounded once, the deals won cancelling out. The numerator, open x win rate
-- x deal size, and the denominator, the cycle, are rounded for the table only. R-ZERO nothing closed, nothing won or a
-- cycle of 0 gives null.
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
pipeline AS (
    SELECT "by", entity, s.deal, greatest(s.starts_on, q.starts_on) AS starts_on, least(s.ends_on, q.ends_on) AS ends_on
    FROM stock s JOIN qualified_days q ON q.deal = s.deal AND s.starts_on < q.ends_on AND q.starts_on < s.ends_on
    WHERE late = 0),
opened AS (
    SELECT w.*, count(DISTINCT deal) AS deals
    FROM wanted w
    LEFT JOIN pipeline p ON p."by" = w."by" AND p.entity = w.entity
        AND until(period, as_of) - 1 >= starts_on AND until(period, as_of) - 1 < ends_on
    GROUP BY ALL),
sold_parts AS (
    SELECT w.*, coalesce(sum(baht * share) FILTER (outcome = 'won'), 0)::DECIMAL(18, 6) AS revenue,
        coalesce(sum(share) FILTER (outcome = 'won'), 0) AS won, coalesce(sum(share), 0)::DECIMAL(8, 2) AS ended
    FROM closing w
    LEFT JOIN (SELECT * FROM slices JOIN worth USING (deal)) s
        ON s.late = w.late AND s."by" = w."by" AND s.entity = w.entity
        AND closed_on >= beginning AND closed_on < ending
    GROUP BY ALL),
cycles AS (
    SELECT w.*, coalesce(sum(from_contact * share), 0)::DECIMAL(10, 2) AS days,
        coalesce(sum(share) FILTER (from_contact IS NOT NULL), 0)::DECIMAL(6, 2) AS cycles
    FROM closing w
    LEFT JOIN (
        SELECT "by", entity, deal, closed_on, share, from_contact
        FROM slices JOIN cycle_days USING (deal) WHERE outcome = 'won') s
        ON s."by" = w."by" AND s.entity = w.entity AND closed_on >= beginning AND closed_on < ending
    GROUP BY ALL),
sums AS (
    SELECT * FROM opened
    JOIN sold_parts USING ("by", entity, period, as_of, late)
    JOIN cycles USING ("by", entity, period, as_of, late))
SELECT 'pipeline_velocity' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    CASE WHEN won <> 0 THEN quotient(deals::DECIMAL(4, 0) * revenue::DECIMAL(20, 6) * cycles, ended::DECIMAL(12, 2) * days) END AS value,
    CASE WHEN won <> 0 THEN quotient(deals::DECIMAL(4, 0) * revenue, ended) END AS numerator,
    quotient(days, cycles) AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
