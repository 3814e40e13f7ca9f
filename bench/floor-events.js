import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { reader } from './floor-database.js';

/**
 * The floor of live events: bare WebSockets and a loop. A change updates the row, reads it with its properties once, and
 * is sent to every subscriber. It has no filters, no rights, no cursors, and sees no other writer.
 */
const read = reader(process.env.DATABASE_URL);
const subscribers = new Map();

const server = createServer((request, response) => {
  change(request, response).catch((error) => {
    process.stderr.write(`${error.stack}\n`);
    response.destroy();
  });
}).listen(Number(process.env.PORT), '127.0.0.1');

new WebSocketServer({ server, perMessageDeflate: false, handleProtocols: ([first]) => first }).on(
  'connection',
  (socket) => {
    socket.on('message', (data) => {
      const { type, id } = JSON.parse(data);
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (type === 'subscribe') subscribers.set(socket, id);
    });
    socket.on('close', () => subscribers.delete(socket));
  },
);

async function change(request, response) {
  let text = '';
  for await (const chunk of request) text += chunk;
  const { id, name } = JSON.parse(text);
  await read('UPDATE images SET name = ?, updated_at = UTC_TIMESTAMP(6) WHERE id = ?', [name, id]);
  const [image] = await read(
    'SELECT id, name, status, size, updated_at AS updatedAt FROM images WHERE id = ?',
    [id],
  );
  const properties = await read(
    'SELECT name, value FROM image_properties WHERE image_id = ? AND deleted = 0 ORDER BY name',
    [id],
  );
  response.setHeader('content-type', 'application/json').end('{}');
  const data = { imageChanged: { kind: 'UPDATED', imageId: id, image: { ...image, properties } } };
  for (const [socket, subscription] of subscribers)
    socket.send(JSON.stringify({ id: subscription, type: 'next', payload: { data } }));
}
