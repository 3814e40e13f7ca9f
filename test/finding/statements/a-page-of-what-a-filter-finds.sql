SELECT i.id AS id, i.created_at AS createdAt FROM images i FORCE INDEX (gateway_images_created) WHERE i.deleted = 0 AND i.os_hidden = 0 AND (SELECT COUNT(*) FROM image_properties p WHERE p.image_id = i.id AND p.name = 'os' AND p.deleted = 0 AND p.value IN ('linux', 'bsd')) > 0 AND ((i.name >= 'image 1' AND i.name < 'image 2') OR (i.disk_format IS NULL OR NOT i.disk_format = 'raw')) AND 1 = 1 ORDER BY i.created_at DESC, i.id DESC LIMIT 26;

-- PRIMARY | i | gateway_images_created | Using where
-- DEPENDENT SUBQUERY | p | ix_image_properties_image_id_name | Using index condition; Using where
