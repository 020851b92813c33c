SELECT deal, starts_on, lead(starts_on) OVER (PARTITION BY deal ORDER BY starts_on) AS left_on, stage, pipeline, position,
    kind, probability, forecast_category
FROM (
    SELECT id AS deal, opened_on AS starts_on, stage FROM {{ source('raw', 'deals') }}
    UNION ALL
    SELECT deal, changed_on, stage FROM {{ source('raw', 'stage_history') }})
JOIN {{ source('raw', 'stages') }} stages ON stages.id = stage
