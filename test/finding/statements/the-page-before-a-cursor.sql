SELECT i.id AS id, i.created_at AS createdAt FROM images i FORCE INDEX (gateway_images_created) WHERE i.deleted = 0 AND i.os_hidden = 0 AND (i.created_at >= '2026-01-01 00:59:00.000000' AND ((i.created_at > '2026-01-01 00:59:00.000000') OR (i.created_at = '2026-01-01 00:59:00.000000' AND i.id > '00000000-0000-4000-8000-000000001619'))) AND 1 = 1 ORDER BY i.created_at ASC, i.id ASC LIMIT 4;

-- SIMPLE | i | gateway_images_created | Using where; Using index
