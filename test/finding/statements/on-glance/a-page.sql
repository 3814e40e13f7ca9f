SELECT i.id AS id, i.name AS name, i.created_at AS createdAt FROM images i FORCE INDEX (PRIMARY, checksum_image_idx, owner_image_idx, created_at_image_idx) WHERE i.deleted = 0 AND i.os_hidden = 0 AND 1 = 1 ORDER BY i.created_at DESC, i.id DESC LIMIT 26;

-- SIMPLE | i | created_at_image_idx | Using where
