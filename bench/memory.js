import { checksumOf, deleteImage, MIB, newImage, put } from './payload.js';
import { forgetPeak, residentMemory } from './process-facts.js';
import { startGateway } from './servers.js';

const ALLOWED = 64 * MIB;

/**
 * How much a new gateway's memory grows by one large upload, at its peak. A small upload before it brings in
 * what any upload needs; it is the size that must not matter.
 */
export async function memory({ place, database, quick, say }) {
  const size = (quick ? 384 : 4096) * MIB;
  say(`memory: one upload of ${size / MIB} MiB to a gateway of its own`);
  const gateway = await startGateway(place, database, 'gateway-memory');
  await upload(place, gateway, MIB);
  const before = residentMemory(gateway.pid).now;
  forgetPeak(gateway.pid);
  await upload(place, gateway, size);
  const { peak } = residentMemory(gateway.pid);
  await place.stop(gateway.child);
  const shown = (bytes) => `${(bytes / MIB).toFixed(1)} MiB`;
  const growth = Math.max(0, peak - before);
  return {
    memory: {
      ratio: growth / ALLOWED,
      other: `allowed: ${shown(ALLOWED)}`,
      ours: `${shown(growth)} above ${shown(before)}`,
    },
  };
}

async function upload(place, gateway, size) {
  const id = await newImage(gateway, 'memory');
  await put(place, `${gateway.url}/data/${id}`, size, checksumOf(size));
  await deleteImage(gateway, id);
}
