SELECT deal, starts_on AS won_on FROM {{ ref('visits') }} WHERE left_on IS NULL AND kind = 'won'
