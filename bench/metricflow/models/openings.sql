SELECT id AS deal, owner AS person, opened_on FROM {{ source('raw', 'deals') }}
