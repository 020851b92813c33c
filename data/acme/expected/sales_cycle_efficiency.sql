-- sales_cycle_efficiency: deals won in the period, as deals_won_count / different deals worked in it: with an activity
-- linked to them in the period, of any kind and outcome, on a day on which they were open. B3; open from the opening to
-- the closing day, both included, and again from the reopening to the last close. R-ATTR a deal is worked under its
-- owner of the activity's day and that owner's place, whoever did it, and under each owner if they change. No deal
-- worked gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2025-01', '2025-04', '2025-06', '2026-03', '2026-07',
        '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-Q4', DATE '2025-11-10'), ('2026', DATE '2026-06-30'),
        ('2026-03', DATE '2026-03-15')) AS t(p, a)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-TH', 'T-BKK', 'T-UPC', 'T-TYO', 'T-INT', 'T-KEY', 'T-SDR']) AS e(e),
        unnest(['2025', '2026', '2025-Q3']) AS t(p)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P11', 'P12', 'P13', 'P16', 'P18', 'P23', 'P24']) AS e(e), unnest(['2025', '2026',
        '2025-Q4']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P02', 'P03', 'P05', 'P08']) AS e(e), unnest(['2025', '2026']) AS t(p)),
worked AS (
    SELECT DISTINCT a.deal, occurred_on, owner
    FROM activities a
    JOIN visits ON visits.deal = a.deal AND visits.kind = 'open'
        AND occurred_on >= visits.starts_on AND occurred_on <= coalesce(left_on, forever())
    JOIN owners ON owners.deal = a.deal AND occurred_on >= owners.starts_on AND occurred_on < owners.ends_on),
headed AS (
    SELECT deal, occurred_on, 'company' AS "by", '' AS entity FROM worked
    UNION ALL
    SELECT deal, occurred_on, "by", entity
    FROM worked JOIN belongs ON belongs.person = worked.owner
        AND occurred_on >= starts_on AND occurred_on < ends_on),
handled AS (
    SELECT w.*, count(DISTINCT deal) AS handled
    FROM wanted w
    LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
        AND occurred_on >= period_start(period) AND occurred_on < until(period, as_of)
    GROUP BY ALL),
sums AS (
    SELECT w.*, coalesce(sum(share), 0) AS won
    FROM handled w
    LEFT JOIN slices s ON outcome = 'won' AND s."by" = w."by" AND s.entity = w.entity
        AND closed_on >= period_start(period) AND closed_on < until(period, as_of)
    GROUP BY ALL)
SELECT 'sales_cycle_efficiency' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(won, handled) AS value, won AS numerator, handled AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
