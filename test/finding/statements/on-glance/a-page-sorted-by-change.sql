SELECT i.id AS id, i.updated_at AS updatedAt FROM images i FORCE INDEX (PRIMARY, checksum_image_idx, owner_image_idx, updated_at_image_idx) WHERE i.deleted = 0 AND i.os_hidden = 0 AND 1 = 1 ORDER BY i.updated_at DESC, i.id DESC LIMIT 26;

-- SIMPLE | i | updated_at_image_idx | Using where
