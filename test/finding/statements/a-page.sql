SELECT i.id AS id, i.name AS name, i.created_at AS createdAt FROM images i FORCE INDEX (gateway_images_created) WHERE i.deleted = 0 AND i.os_hidden = 0 AND 1 = 1 ORDER BY i.created_at DESC, i.id DESC LIMIT 26;

-- SIMPLE | i | gateway_images_created | Using where
