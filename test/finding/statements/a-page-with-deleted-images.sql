SELECT * FROM (SELECT i.id AS id, i.created_at AS createdAt FROM images i FORCE INDEX (gateway_images_created) WHERE i.os_hidden = 0 AND i.deleted = 0 AND 1 = 1 ORDER BY i.created_at DESC, i.id DESC LIMIT 26) branch0 UNION ALL SELECT * FROM (SELECT i.id AS id, i.created_at AS createdAt FROM images i FORCE INDEX (gateway_images_created) WHERE i.os_hidden = 0 AND i.deleted = 1 AND 1 = 1 ORDER BY i.created_at DESC, i.id DESC LIMIT 26) branch1 ORDER BY createdAt DESC, id DESC LIMIT 26;

-- PRIMARY | <derived2> |  | 
-- DERIVED | i | gateway_images_created | Using where; Using index
-- UNION | <derived4> |  | 
-- DERIVED | i | gateway_images_created | Using where; Using index
-- UNION RESULT | <union1,3> |  | Using filesort
