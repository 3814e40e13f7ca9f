import { reader } from './floor-database.js';

/** The two statements of the gateway, letter for letter: `v1-list.js` compares them with those it really sends. */
const IMAGES = 'SELECT 1';
const PROPERTIES = 'SELECT 1 FROM images WHERE id IN (MARKS)';

/** Answers `GET /v1/images/detail?limit=25` of version 1, in the bytes that Python's JSON has. */
export function floorDetail(url) {
  const rowsOf = reader(url);
  return async (_request, response) => {
    const images = await rowsOf(IMAGES, ['killed']);
    const ids = images.map(({ id }) => id);
    const properties = new Map(ids.map((id) => [id, []]));
    for (const { imageId, name, value } of await rowsOf(
      PROPERTIES.replace('MARKS', ids.map(() => '?').join(', ')),
      ids,
    )) {
      properties.get(imageId).push(`${text(name)}: ${text(value)}`);
    }
    const entries = images.slice(0, 25).map((image) => entry(image, properties.get(image.id)));
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
