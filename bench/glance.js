import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { load as fill } from './dataset.js';
import { hasGlance, startGlance } from './glance-server.js';
import { PAGE } from './list.js';
import { loading } from './loading.js';
import { anotherDatabase } from './mysql-server.js';
import { answerOf, load, shownLoad } from './page-load.js';
import { checksumOf, deleteImage, get, MIB, newImage, put, send } from './payload.js';
import { alternate } from './rounds.js';
import { addGatewayTables, startGateway } from './servers.js';

/** The newest 25 active images. */
const PAGES = {
  ours: PAGE,
  v1: { path: '/v1/images/detail?limit=25&status=active&is_public=None' },
  theirs: { path: '/v2/images?limit=25&status=active' },
};
/** Its answers take so much longer that fewer tell as much. */
const SLOWER = 40;

/** A gateway and a Glance on one database and one file store: the same rows, the same bytes, by turns. */
export async function glance({ place, database: beside, quick, say }) {
  if (!hasGlance()) {
    say('glance: left out, since glance-api is not on the PATH');
    return {};
  }
  say('glance: starting it on a database of its own');
  const database = await anotherDatabase(place, beside);
  const theirs = await loading(() => startGlance(place, database));
  addGatewayTables(place, database);
  const ours = await startGateway(place, database, 'gateway-beside-glance', {
    FILESYSTEM_STORE_DATADIR: theirs.store,
  });
  const results = {
    ...(await transfers({ place, ours, theirs, quick, say })),
    ...(await lists({ database, ours, theirs, quick, say })),
  };
  await Promise.all([theirs, ours].map(({ child }) => place.stop(child)));
  return results;
}

async function lists({ database, ours, theirs, quick, say }) {
  await loading(() => fill(database.url));
  const servers = { theirs, v1: ours, ours };
  const expected = {};
  for (const name in servers) expected[name] = await answerOf(servers[name], PAGES[name]);
  requireSameImages(expected);
  const answers = (name) => Math.max(16, (quick ? 600 : 4000) / (name === 'theirs' ? SLOWER : 1));
  const measure = (server, name) => load(server, database, PAGES[name], answers(name), expected[name]);
  say('glance: warming up');
  for (const name in servers) await measure(servers[name], name);
  const rounds = quick ? 3 : 7;
  say(
    `glance: ${rounds} rounds of ${answers('ours')} pages from the gateway, ${answers('theirs')} from Glance`,
  );
  const { facts } = await alternate(rounds, servers, measure);
  const row = (name) => ({
    ratio: facts[name].total / facts.theirs.total,
    other: shownLoad(facts.theirs, database),
    ours: shownLoad(facts[name], database),
  });
  return { 'glance-list': row('ours'), 'glance-list-v1': row('v1') };
}

/** All three give the same images in the same order, whatever they call their fields. */
function requireSameImages({ ours, v1, theirs }) {
  const found = [
    JSON.parse(ours).data.images.edges.map(({ node }) => node.id),
    JSON.parse(v1).images.map(({ id }) => id),
    JSON.parse(theirs).images.map(({ id }) => id),
  ].map(String);
  if (found[0].length < 25 * 36 || new Set(found).size > 1)
    throw new Error(`the answers differ:\n${found.join('\n')}`);
}

async function transfers({ place, ours, theirs, quick, say }) {
  const size = (quick ? 128 : 1024) * MIB;
  const rounds = quick ? 2 : 7;
  const checksum = checksumOf(size);
  const upload = async (server) => {
    const id = await newImage(ours, 'upload');
    const [answered, onDisk] =
      server === ours
        ? await putToGateway(place, ours, id, size, checksum)
        : await putToGlance(place, theirs, id, size, checksum);
    await deleteImage(ours, id);
    return { speed: size / MIB / onDisk, answers: size / MIB / answered };
  };
  say(`glance: ${rounds} rounds of ${size / MIB} MiB to and from each`);
  for (const server of [ours, theirs]) await upload(server);
  const up = await alternate(rounds, { theirs, ours }, upload);

  const id = await newImage(ours, 'download');
  await put(place, `${ours.url}/data/${id}`, size, checksum);
  const urls = { theirs: `${theirs.url}/v2/images/${id}/file`, ours: `${ours.url}/data/${id}` };
  for (const url of Object.values(urls)) await get(place, url, size, checksum);
  const down = await alternate(rounds * 3, { theirs, ours }, async (_server, name) => ({
    speed: size / MIB / (await get(place, urls[name], size)),
  }));
  await deleteImage(ours, id);
  const row = ({ facts, ratios }, fact = 'speed') => ({
    ratio: ratios.theirs[fact],
    other: `${facts.theirs[fact].toFixed(0)} MiB/s`,
    ours: `${facts.ours[fact].toFixed(0)} MiB/s`,
  });
  return { 'glance-upload': row(up), 'glance-upload-less': row(up, 'answers'), 'glance-download': row(down) };
}

/** @returns the seconds until the answer, and until the data is on the disk: it is before the answer */
async function putToGateway(place, { url }, id, size, checksum) {
  const seconds = await put(place, `${url}/data/${id}`, size, checksum);
  return [seconds, seconds];
}

/**
 * Glance answers an upload with nothing: its checksum is asked for. It leaves the data to the system's cache, which a
 * power failure empties: the file is put on the disk, as the gateway does.
 *
 * @returns the seconds until the answer, and until the data is on the disk
 */
async function putToGlance(place, { url, store }, id, size, checksum) {
  const { status, text, seconds } = await send(place, `${url}/v2/images/${id}/file`, size);
  const synced = await secondsToSync(join(store, id));
  if (status !== 204) throw new Error(`PUT to Glance: ${status} ${text}`);
  const recorded = (await (await fetch(`${url}/v2/images/${id}`)).json()).checksum;
  if (recorded !== checksum) throw new Error(`PUT to Glance: arrived as ${recorded}, sent as ${checksum}`);
  return [seconds, seconds + synced];
}

async function secondsToSync(file) {
  const began = performance.now();
  const handle = await open(file, 'r+');
  await handle.sync();
  await handle.close();
  return (performance.now() - began) / 1000;
}
