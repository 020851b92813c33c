-- A row for each line of an order, neither of them cancelled.
SELECT l.id AS line, l.order, owner AS person, ordered_on, quantity::INTEGER * unit_price::DECIMAL(12, 2) AS list,
    quantity::INTEGER * unit_price::DECIMAL(12, 2) * discount::DECIMAL(3, 2) AS discounted
FROM {{ source('raw', 'order_lines') }} l
JOIN {{ source('raw', 'orders') }} orders ON orders.id = l.order
WHERE orders.cancelled IS NULL AND l.cancelled IS NULL
