SELECT date_trunc('month', recorded_at) AS month, type, count(*) AS events
FROM 'events/*.parquet'
WHERE log <> 'provider'
GROUP BY ALL
ORDER BY ALL
