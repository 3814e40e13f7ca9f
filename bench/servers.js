import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answering, freePort } from './workplace.js';

/** The built program. */
export const GATEWAY = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const FLOOR = fileURLToPath(new URL('floor.js', import.meta.url));

/** The gateway as it is shipped: only where it works is said to it, and what a scenario is about. */
export async function startGateway(place, database, name = 'gateway', options = {}) {
  const server = await start(place, name, [GATEWAY], database, options);
  return {
    ...server,
    fileOf: (id) => join(server.folder, 'images', id),
    async graphql(query, variables) {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = await response.json();
      if (errors) throw new Error(`the gateway answered ${JSON.stringify(errors)}`);
      return data;
    },
  };
}

/** Adds the gateway's own tables to a database of Glance. */
export function addGatewayTables(place, database) {
  const args = [GATEWAY, 'migrate', '--gateway-tables', '--data-dir', join(place.folder, 'unused')];
  const { status, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, DATABASE_URL: database.url },
  });
  if (status !== 0) throw new Error(`migrate --gateway-tables: ${stderr}`);
}

export function startFloor(place, database) {
  return start(place, 'floor', [FLOOR], database);
}

/** The floor of live events. */
export function startFloorOfEvents(place, database) {
  return start(place, 'floor-events', [fileURLToPath(new URL('floor-events.js', import.meta.url))], database);
}

/** Another way to answer the query of `list.js`: `mercurius` or `find`. */
export function startPeer(place, database, name) {
  return start(place, name, [fileURLToPath(new URL(`peer-${name}.js`, import.meta.url))], database);
}

async function start(place, name, args, database, options = {}) {
  const port = await freePort();
  // A measurement may run twice.
  const folder = mkdtempSync(join(place.folder, `${name}-`));
  // Nothing else of the environment: options set for other purposes must not decide what is measured.
  const child = place.start(name, process.execPath, args, {
    PATH: process.env.PATH,
    HOST: '127.0.0.1',
    PORT: String(port),
    DATABASE_URL: database.url,
    DATA_DIR: folder,
    ...options,
  });
  await answering(child, name, () => opened(port));
  return { name, child, pid: child.pid, url: `http://127.0.0.1:${port}`, folder };
}

function opened(port) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket.destroy()));
    socket.once('error', reject);
  });
}
