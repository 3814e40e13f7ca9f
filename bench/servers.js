import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answering, freePort } from './workplace.js';

const GATEWAY = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const FLOOR = fileURLToPath(new URL('floor.js', import.meta.url));

/** The gateway as it is shipped: only where it works is said to it. */
export async function startGateway(place, database, name = 'gateway') {
  const server = await start(place, name, [GATEWAY], database, '/healthcheck');
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

export function startFloor(place, database) {
  return start(place, 'floor', [FLOOR], database, '/data/nothing');
}

async function start(place, name, args, database, path) {
  const port = await freePort();
  const folder = join(place.folder, `${name}-data`);
  mkdirSync(folder);
  const child = place.start(name, process.execPath, args, {
    ...WITHOUT_OPTIONS,
    HOST: '127.0.0.1',
    PORT: String(port),
    DATABASE_URL: database.url,
    DATA_DIR: folder,
  });
  const url = `http://127.0.0.1:${port}`;
  await answering(child, name, () => fetch(url + path).catch(refused));
  return { name, child, pid: child.pid, url, folder };
}

/** What a developer has set for other purposes must not decide what is measured. */
const WITHOUT_OPTIONS = { NODE_ENV: 'production', NODE_OPTIONS: '', LOG_LEVEL: 'info', AUTH: 'none' };

/** A connection that breaks off says that somebody listens, which is all that is asked. */
function refused(error) {
  if (error.cause?.code === 'ECONNREFUSED') throw error;
}
