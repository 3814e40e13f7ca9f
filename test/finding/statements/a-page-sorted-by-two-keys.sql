SELECT i.id AS id, i.name AS name, i.size AS size FROM images i WHERE i.deleted = 0 AND i.os_hidden = 0 AND 1 = 1 ORDER BY i.name ASC, i.size DESC, i.id DESC LIMIT 26;

-- SIMPLE | i |  | Using where; Using filesort
