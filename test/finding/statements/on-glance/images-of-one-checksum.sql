SELECT i.id AS id, i.created_at AS createdAt FROM images i FORCE INDEX (PRIMARY, checksum_image_idx, owner_image_idx, created_at_image_idx) WHERE i.deleted = 0 AND i.os_hidden = 0 AND i.checksum = '0123456789abcdef0123456789abcdef' AND 1 = 1 ORDER BY i.created_at DESC, i.id DESC LIMIT 26;

-- SIMPLE | i | checksum_image_idx | Using index condition; Using where; Using filesort
