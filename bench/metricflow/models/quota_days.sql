-- A quota's part of each of its days.
SELECT q.id || '-' || day AS id, person, day AS due_on, (amount * rate)::DOUBLE / (q.ends_on - q.starts_on) AS part
FROM {{ source('raw', 'quotas') }} q
JOIN {{ ref('days') }} days ON day >= q.starts_on AND day < q.ends_on
JOIN {{ ref('rate_spans') }} r ON r.kind = 'plan' AND r.currency = q.currency AND q.starts_on >= r.starts_on
    AND q.starts_on < r.ends_on
