-- aes_per_sdr: average FTE of the people of the role ae / average FTE of those of the role sdr. B4; FTE as in
-- revenue_per_rep: a person's FTE of a month = days employed (in the team) / days of the month, averaged over the
-- period's months. Of a running period the days up to as_of count, and a month weighs by the part of it that has
-- elapsed, so that whoever was there on every day counts as 1. Both averages are computed amounts, so they have 6
-- decimals before they divide (R-CUR); no sdr gives null (R-ZERO).
WITH wanted("by", entity, period, as_of, late) AS (
    SELECT 'company', '', p, now_day(), 0 FROM unnest(['2025', '2026', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4',
        '2026-Q1', '2026-Q2', '2026-Q4', '2025-04', '2026-02', '2026-06', '2026-11']) AS t(p)
    UNION ALL
    SELECT 'company', '', p, a, 0
    FROM (VALUES ('2025', DATE '2025-12-31'), ('2025-Q4', DATE '2025-11-20'), ('2026', DATE '2026-06-30'),
        ('2025-Q2', DATE '2025-05-10')) AS t(p, a)
    UNION ALL
    SELECT 'team', e, p, now_day(), 0
    FROM unnest(['T-ALL', 'T-BKK', 'T-SDR']) AS e(e), unnest(['2025', '2026-Q2']) AS t(p)
    UNION ALL
    SELECT 'manager', e, p, now_day(), 0
    FROM unnest(['P02', 'P03', 'P28']) AS e(e), unnest(['2025', '2026-Q2']) AS t(p)),
calendar AS (SELECT unnest(generate_series(DATE '2025-01-01', DATE '2026-12-31', INTERVAL 1 DAY))::DATE AS day),
days AS (
    SELECT people.id AS person, role, day
    FROM people JOIN calendar ON day >= hired_on AND day < coalesce(left_on, forever()) WHERE role IN ('ae', 'sdr')),
headed AS (
    SELECT person, role, day, 'company' AS "by", '' AS entity FROM days
    UNION ALL
    SELECT days.person, role, day, "by", entity
    FROM days JOIN belongs ON belongs.person = days.person AND day >= starts_on AND day < ends_on),
-- A day is worth one over the length of its month, and all lengths (28, 30 and 31 days) divide 13020.
elapsed AS (
    SELECT w.*, sum(13020 // day(last_day(day))) AS whole
    FROM wanted w JOIN calendar ON day >= period_start(period) AND day < until(period, as_of) GROUP BY ALL),
fte AS (
    SELECT w.*, coalesce(sum(13020 // day(last_day(day))) FILTER (role = 'ae'), 0) AS aes,
        coalesce(sum(13020 // day(last_day(day))) FILTER (role = 'sdr'), 0) AS sdrs
    FROM elapsed w
    LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity
        AND day >= period_start(period) AND day < until(period, as_of)
    GROUP BY ALL)
SELECT 'aes_per_sdr' AS kpi, "by", entity, grain_of(period) AS grain, period, as_of, late,
    quotient(quotient(aes, whole), quotient(sdrs, whole)) AS value, quotient(aes, whole) AS numerator,
    quotient(sdrs, whole) AS denominator
FROM fte
ORDER BY "by", entity, period, as_of, late;
