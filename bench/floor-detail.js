import { reader } from './floor-database.js';

/** The two statements of the gateway, letter for letter: `v1-list.js` compares them with those it really sends. */
const IMAGES =
  'SELECT i.id AS id, i.name AS name, i.status AS status, i.disk_format AS diskFormat, ' +
  'i.container_format AS containerFormat, i.size AS size, i.virtual_size AS virtualSize, i.checksum AS checksum, ' +
  "i.min_disk AS minDisk, i.min_ram AS minRam, i.owner AS owner, (i.visibility = 'public') AS isPublic, " +
  'i.protected AS protected, i.deleted AS deleted, i.created_at AS createdAt, i.updated_at AS updatedAt, ' +
  'i.deleted_at AS deletedAt FROM images i WHERE i.deleted = 0 AND i.os_hidden = 0 AND ' +
  "(i.status IS NULL OR NOT i.status = ?) AND i.visibility = 'public' " +
  'ORDER BY i.created_at DESC, i.id DESC LIMIT 26';
const PROPERTIES =
  'SELECT p.id AS id, p.image_id AS imageId, p.name AS name, p.value AS value FROM image_properties p ' +
  'WHERE p.image_id IN (MARKS) AND p.deleted = 0 ORDER BY p.image_id, p.name';
const FIRST = 25;

/** Answers `GET /v1/images/detail?limit=25` of version 1, in the bytes that Python's JSON has. */
export function floorDetail(url) {
  const rowsOf = reader(url);
  return async (_request, response) => {
    const images = (await rowsOf(IMAGES, ['killed'])).slice(0, FIRST);
    const ids = images.map(({ id }) => id);
    const properties = new Map(ids.map((id) => [id, []]));
    for (const { imageId, name, value } of await rowsOf(
      PROPERTIES.replace('MARKS', ids.map(() => '?').join(', ')),
      ids,
    )) {
      properties.get(imageId).push(`${text(name)}: ${text(value)}`);
    }
    const entries = images.map((image) => entry(image, properties.get(image.id)));
    const body = Buffer.from(`{"images": [${entries.join(', ')}]}`);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  };
}

function entry(image, properties) {
  return (
    `{"id": ${text(image.id)}, "name": ${text(image.name)}, "status": ${text(image.status)}, ` +
    `"disk_format": ${text(image.diskFormat)}, "container_format": ${text(image.containerFormat)}, ` +
    `"size": ${image.size}, "virtual_size": ${image.virtualSize}, "checksum": ${text(image.checksum)}, ` +
    `"min_disk": ${image.minDisk}, "min_ram": ${image.minRam}, "owner": ${text(image.owner)}, ` +
    `"is_public": ${image.isPublic === 1}, "protected": ${image.protected === 1}, ` +
    `"deleted": ${image.deleted === 1}, "created_at": ${time(image.createdAt)}, ` +
    `"updated_at": ${time(image.updatedAt)}, "deleted_at": ${time(image.deletedAt)}, ` +
    `"properties": {${properties.join(', ')}}}`
  );
}

function time(stored) {
  return stored === null ? 'null' : `"${stored.replace(' ', 'T')}"`;
}

/** JSON of a text, all of it ASCII. */
function text(value) {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
