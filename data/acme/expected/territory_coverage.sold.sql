-- territory_coverage.sold: target accounts with a deal won in the period / target accounts at its start. B7; R-REOPEN
-- the latest state on the last closing day; R-ATTR an account counts for its owner in accounts.csv, whoever won the
-- deal, and where that owner is on the period's first day. No target account gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q2', '2025-Q3', '2025-Q4', '2026-Q1',
        '2026-Q2', '2026-Q3', '2026-Q4', '2025-06', '2026-02', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025-Q4', DATE '2025-11-10'), ('2026', DATE '2026-06-30'), ('2026-03', DATE '2026-03-10')) AS t(p, a)
    UNION ALL
    SELECT 'rep', e, p, now_day(), 0
    FROM unnest(['P09', 'P13', 'P16', 'P19', 'P23', 'P24', 'P29']) AS e(e), unnest(['2026', '2026-Q2',
        '2026-Q3']) AS t(p)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-BKK', 'T-TH', 'T-JP', 'T-INT', 'T-UPC']) AS e(e), unnest(['2026', '2026-Q3']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2026', '2026-Q2']) AS t(p)),
targets AS (
    SELECT accounts.id AS account, 'company' AS "by", '' AS entity, DATE '0001-01-01' AS starts_on, forever() AS ends_on
    FROM accounts WHERE target = '1'
    UNION ALL
    SELECT accounts.id, "by", belongs.entity, starts_on, ends_on
    FROM accounts JOIN belongs ON belongs.person = accounts.owner WHERE target = '1'
    UNION ALL
    SELECT accounts.id, 'segment', segment, DATE '0001-01-01', forever() FROM accounts WHERE target = '1'),
assigned AS (
    SELECT w.*, account
    FROM wanted w
    LEFT JOIN targets t ON t."by" = w."by" AND t.entity = w.entity
        AND period_start(period) >= starts_on AND period_start(period) < ends_on),
bought_in AS (
    SELECT a.*, EXISTS (FROM closed JOIN deals ON deals.id = closed.deal
        WHERE deals.account = a.account AND outcome = 'won'
            AND closed_on >= period_start(period) AND closed_on < until(period, as_of)) AS sold
    FROM assigned a),
sums AS (
    SELECT "by", entity, period, as_of, late, count(account) FILTER (sold) AS sold, count(account) AS targets
    FROM bought_in GROUP BY ALL)
SELECT 'territory_coverage.sold' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(sold, targets) AS value, sold AS numerator, targets AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
