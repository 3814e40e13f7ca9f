SELECT page.*, p.name AS property_name, p.value AS property_value FROM (SELECT i.id AS id, i.created_at AS createdAt, i.owner AS owner FROM images i FORCE INDEX (gateway_images_created) WHERE i.deleted = 0 AND i.os_hidden = 0 AND 1 = 1 ORDER BY i.created_at DESC, i.id DESC LIMIT 3) page LEFT JOIN image_properties p ON p.image_id = page.id AND p.deleted = 0 LIMIT 500;
SELECT t.image_id AS imageId, t.value AS value FROM image_tags t WHERE t.image_id IN ('00000000-0000-4000-8000-000000001979', '00000000-0000-4000-8000-000000001919') AND t.deleted = 0 ORDER BY t.image_id, t.value LIMIT 4997;
SELECT m.id AS id, m.image_id AS imageId, m.member AS memberId, m.can_share AS canShare, m.status AS status, m.created_at AS createdAt, m.updated_at AS updatedAt FROM image_members m WHERE m.image_id IN ('00000000-0000-4000-8000-000000001979', '00000000-0000-4000-8000-000000001919') AND m.deleted = 0 ORDER BY m.id LIMIT 4997;

-- PRIMARY | <derived2> |  | 
-- PRIMARY | p | ix_image_properties_image_id | Using where
-- DERIVED | i | gateway_images_created | Using where
