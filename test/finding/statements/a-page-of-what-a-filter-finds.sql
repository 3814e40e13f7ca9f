SELECT i.id AS id, i.created_at AS createdAt FROM images i WHERE i.deleted = 0 AND i.os_hidden = 0 AND i.id IN (SELECT p.image_id FROM image_properties p WHERE p.name = 'os' AND p.deleted = 0 AND p.value IN ('linux', 'bsd')) AND (LEFT(CAST(i.name AS BINARY), 7) = CAST('image 1' AS BINARY) OR (i.disk_format IS NULL OR NOT i.disk_format = 'raw')) AND 1 = 1 ORDER BY i.created_at DESC, i.id DESC LIMIT 26;

-- PRIMARY | i | gateway_images_created | Using where
-- PRIMARY | p | ix_image_properties_image_id_name | Using index condition; Using where
