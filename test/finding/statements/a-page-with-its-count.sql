SELECT * FROM (SELECT i.id AS id, i.created_at AS createdAt FROM images i FORCE INDEX (gateway_images_visible) WHERE i.deleted = 0 AND i.os_hidden = 0 AND i.visibility = 'public' ORDER BY i.created_at DESC, i.id DESC LIMIT 3) branch0 UNION ALL SELECT * FROM (SELECT i.id AS id, i.created_at AS createdAt FROM images i FORCE INDEX (gateway_images_owned) WHERE i.deleted = 0 AND i.os_hidden = 0 AND i.owner = 't1' AND NOT (i.visibility = 'public') ORDER BY i.created_at DESC, i.id DESC LIMIT 3) branch1 UNION ALL SELECT * FROM (SELECT i.id AS id, i.created_at AS createdAt FROM (SELECT DISTINCT m.image_id AS id FROM image_members m WHERE m.member = 't1' AND m.deleted = 0 AND m.status = 'accepted') few_images STRAIGHT_JOIN images i FORCE INDEX (PRIMARY) ON i.id = few_images.id WHERE i.deleted = 0 AND i.os_hidden = 0 AND (i.visibility = 'shared' AND (SELECT COUNT(*) FROM image_members m WHERE m.image_id = i.id AND m.member = 't1' AND m.deleted = 0 AND m.status = 'accepted') > 0) AND (i.owner IS NULL OR NOT (i.owner = 't1')) ORDER BY i.created_at DESC, i.id DESC LIMIT 3) branch2 ORDER BY createdAt DESC, id DESC LIMIT 3;
SELECT (SELECT COUNT(*) FROM images i WHERE i.deleted = 0 AND i.os_hidden = 0 AND i.visibility = 'public') + (SELECT COUNT(*) FROM (SELECT DISTINCT i.id AS id FROM images i FORCE INDEX (gateway_images_owned) WHERE i.deleted = 0 AND i.os_hidden = 0 AND i.owner = 't1') few_images STRAIGHT_JOIN images i FORCE INDEX (PRIMARY) ON i.id = few_images.id WHERE i.deleted = 0 AND i.os_hidden = 0 AND i.owner = 't1' AND NOT (i.visibility = 'public')) + (SELECT COUNT(*) FROM (SELECT DISTINCT m.image_id AS id FROM image_members m WHERE m.member = 't1' AND m.deleted = 0 AND m.status = 'accepted') few_images STRAIGHT_JOIN images i FORCE INDEX (PRIMARY) ON i.id = few_images.id WHERE i.deleted = 0 AND i.os_hidden = 0 AND (i.visibility = 'shared' AND (SELECT COUNT(*) FROM image_members m WHERE m.image_id = i.id AND m.member = 't1' AND m.deleted = 0 AND m.status = 'accepted') > 0) AND (i.owner IS NULL OR NOT (i.owner = 't1'))) AS total;

-- PRIMARY | <derived2> |  | 
-- DERIVED | i | gateway_images_visible | Using where; Using index
-- UNION | <derived4> |  | 
-- DERIVED | i | gateway_images_owned | Using where
-- UNION | <derived6> |  | 
-- DERIVED | <derived7> |  | Using temporary; Using filesort
-- DERIVED | i | PRIMARY | Using where
-- DEPENDENT SUBQUERY | m | gateway_members_answered | Using where; Using index
-- DERIVED | m | gateway_members_answered | Using where; Using index
-- UNION RESULT | <union1,3,5> |  | Using filesort
