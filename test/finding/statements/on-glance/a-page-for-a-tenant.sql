SELECT * FROM (SELECT i.id AS id, i.name AS name, i.created_at AS createdAt FROM images i FORCE INDEX (PRIMARY, checksum_image_idx, owner_image_idx, created_at_image_idx) WHERE i.deleted = 0 AND i.os_hidden = 0 AND i.visibility = 'public' ORDER BY i.created_at DESC, i.id DESC LIMIT 26) branch0 UNION ALL SELECT * FROM (SELECT i.id AS id, i.name AS name, i.created_at AS createdAt FROM images i FORCE INDEX (PRIMARY, checksum_image_idx, owner_image_idx, created_at_image_idx) WHERE i.deleted = 0 AND i.os_hidden = 0 AND (i.owner = 't1' AND CAST(i.owner AS BINARY) = CAST('t1' AS BINARY)) AND NOT (i.visibility = 'public') ORDER BY i.created_at DESC, i.id DESC LIMIT 26) branch1 UNION ALL SELECT * FROM (SELECT i.id AS id, i.name AS name, i.created_at AS createdAt FROM images i FORCE INDEX (PRIMARY, checksum_image_idx, owner_image_idx, created_at_image_idx) WHERE i.deleted = 0 AND i.os_hidden = 0 AND (i.visibility = 'shared' AND i.id IN (SELECT m.image_id FROM image_members m WHERE (m.member = 't1' AND CAST(m.member AS BINARY) = CAST('t1' AS BINARY)) AND m.deleted = 0 AND m.status = 'accepted')) AND (i.owner IS NULL OR NOT ((i.owner = 't1' AND CAST(i.owner AS BINARY) = CAST('t1' AS BINARY)))) ORDER BY i.created_at DESC, i.id DESC LIMIT 26) branch2 ORDER BY createdAt DESC, id DESC LIMIT 26;

-- PRIMARY | <derived2> |  | 
-- DERIVED | i | created_at_image_idx | Using where
-- UNION | <derived4> |  | 
-- DERIVED | i | owner_image_idx | Using index condition; Using where; Using filesort
-- UNION | <derived6> |  | 
-- DERIVED | <subquery7> |  | Using temporary; Using filesort
-- DERIVED | i | PRIMARY | Using where
-- MATERIALIZED | m | ix_image_members_deleted | Using index condition; Using where
-- UNION RESULT | <union1,3,5> |  | Using filesort
