-- repeat_business_rate, on the basis bookings: accounts with a won deal in the period and two or more won deals up to
-- its end (or as_of if earlier) / accounts with a won deal in the period. B5, R-REOPEN, R-ZERO.
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4']) AS t(p)
    UNION ALL
    SELECT 'segment', e, p, now_day(), 0
    FROM unnest(['Enterprise', 'Mid-market', 'Small']) AS e(e), unnest(['2025', '2026']) AS t(p)),
purchases AS (
    SELECT account, segment, closed_on
    FROM closed JOIN deals ON deals.id = deal JOIN accounts ON accounts.id = account WHERE outcome = 'won'),
buyers AS (
    SELECT w.*, account, count(*) AS bought, max(closed_on) AS last_on
    FROM wanted w
    JOIN purchases ON (w."by" = 'company' OR segment = w.entity) AND closed_on < until(period, as_of)
    GROUP BY ALL),
sums AS (
    SELECT w.*, count(account) FILTER (bought >= 2) AS again, count(account) AS all_buyers
    FROM wanted w
    LEFT JOIN buyers b ON b."by" = w."by" AND b.entity = w.entity AND b.period = w.period
        AND last_on >= period_start(w.period)
    GROUP BY ALL)
SELECT 'repeat_business_rate' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(again, all_buyers) AS value, again AS numerator, all_buyers AS denominator
FROM sums
ORDER BY "by", entity, period, as_of, late;
