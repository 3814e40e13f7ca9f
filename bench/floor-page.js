import { reader } from './floor-database.js';

/** Two statements, as programs write them: the page, and the properties of its images. */
const IMAGES =
  'SELECT i.id AS id, i.name AS name, i.status AS status, i.size AS size, i.created_at AS createdAt ' +
  'FROM images i WHERE i.deleted = 0 AND i.os_hidden = 0 AND i.status = ? AND 1 = 1 ' +
  'ORDER BY i.created_at DESC, i.id DESC LIMIT 26';
const PROPERTIES =
  'SELECT p.id AS id, p.image_id AS imageId, p.name AS name, p.value AS value FROM image_properties p ' +
  'WHERE p.image_id IN (MARKS) AND p.deleted = 0 ORDER BY p.image_id, p.name';
const FIRST = 25;

/** Answers the one query that is measured: active images, newest first, with their properties. */
export function floorPage(url) {
  const page = pageOf(url);
  return async (request, response) => {
    const { variables } = JSON.parse(await textOf(request));
    // Apollo ends its answers with a line break.
    const body = Buffer.from(`${JSON.stringify({ data: { images: await page(variables.filter) } })}\n`);
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
    });
    response.end(body);
  };
}

/** Reads that page by hand. */
export function pageOf(url) {
  const rowsOf = reader(url);

  return async ({ status }) => {
    const rows = await rowsOf(IMAGES, [status.eq]);
    const images = rows.slice(0, FIRST);
    const ids = images.map(({ id }) => id);
    const properties = new Map(ids.map((id) => [id, []]));
    for (const { imageId, name, value } of await rowsOf(
      PROPERTIES.replace('MARKS', ids.map(() => '?').join(', ')),
      ids,
    )) {
      properties.get(imageId).push({ name, value });
    }
    const edges = images.map(({ id, name, status, size }) => ({
      node: { id, name, status, size, properties: properties.get(id) },
    }));
    const last = images[images.length - 1];
    return { edges, pageInfo: { hasNextPage: rows.length > FIRST, endCursor: cursorOf(last) } };
  };
}

export function cursorOf({ createdAt, id }) {
  return Buffer.from(JSON.stringify([1, '-createdAt,-id', createdAt, id])).toString('base64url');
}

function textOf(request) {
  return new Promise((resolve, reject) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (piece) => (text += piece));
    request.on('end', () => resolve(text));
    request.on('error', reject);
  });
}
