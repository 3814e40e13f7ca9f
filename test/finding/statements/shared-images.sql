SELECT m.id AS id, m.image_id AS imageId, m.member AS memberId, m.can_share AS canShare, m.status AS status, m.created_at AS createdAt, m.updated_at AS updatedAt FROM image_members m FORCE INDEX (gateway_members_listed) JOIN images i ON i.id = m.image_id WHERE m.deleted = 0 AND i.deleted = 0 AND m.member = 't1' AND NOT EXISTS (SELECT 1 FROM image_members e WHERE e.image_id = m.image_id AND e.deleted = 0 AND e.id < m.id AND e.member = 't1') AND 1 = 1 ORDER BY m.id LIMIT 3;

-- PRIMARY | m | gateway_members_listed | Using index condition; Using where
-- PRIMARY | i | PRIMARY | Using where
-- DEPENDENT SUBQUERY | e | ix_image_members_image_id | Using index condition; Using where
