SELECT m.id AS id, m.image_id AS imageId, m.member AS memberId, m.can_share AS canShare, m.status AS status, m.created_at AS createdAt, m.updated_at AS updatedAt FROM image_members m JOIN images i ON i.id = m.image_id WHERE m.deleted = 0 AND i.deleted = 0 AND m.member = 't1' AND 1 = 1 ORDER BY m.id LIMIT 3;

-- SIMPLE | m | ix_image_members_deleted | Using where
-- SIMPLE | i | PRIMARY | Using where
