import { createHash } from 'node:crypto';
import { createImage, graphql, putData } from '../../test/support/client.js';
import type { Cloud } from './cloud.js';
import type { Target } from './load.js';
import { IMAGE_DETAIL, LIST_IMAGES, RENAME_IMAGE } from './operations.js';
import type { Kind } from './pace.js';
import { slowly, someData } from './slow-body.js';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

/**
 * Requests that the gateways refuse, and uploads that fail.
 *
 * @param lost an image whose data somebody removed
 */
export function failures({ tokens }: Cloud, { gateway, headers, ids }: Target, lost: string): Kind[] {
  const asMember = { 'x-auth-token': tokens.alice };
  const newImage = () => createImage(gateway(), { diskFormat: 'raw', containerFormat: 'bare' }, headers);
  return [
    {
      name: 'unknown image',
      perSecond: 0.5,
      send: () => fetch(`${gateway().url}/v1/images/${UNKNOWN}`, { headers }),
    },
    {
      name: 'change of an unknown image',
      perSecond: 0.4,
      send: () => graphql(gateway(), RENAME_IMAGE, { id: UNKNOWN, name: 'a' }, headers),
    },
    {
      name: 'page over the maximum',
      perSecond: 0.3,
      send: () => graphql(gateway(), LIST_IMAGES, { first: 1_000_000 }, headers),
    },
    {
      name: 'refused token',
      perSecond: 0.4,
      send: () =>
        graphql(gateway(), IMAGE_DETAIL, { id: ids[0] }, { 'x-auth-token': `old-${Math.random()}` }),
    },
    {
      name: 'id that is taken',
      perSecond: 0.3,
      send: () =>
        fetch(`${gateway().url}/v1/images`, {
          method: 'POST',
          headers: { ...asMember, 'x-image-meta-id': ids[0] },
        }),
    },
    {
      name: 'data that is missing',
      perSecond: 0.2,
      send: () => fetch(`${gateway().url}/data/${lost}`, { headers }).then((answer) => answer.arrayBuffer()),
    },
    {
      name: 'wrong checksum',
      perSecond: 0.1,
      async send() {
        const checksum = createHash('md5').update('other data').digest('base64');
        await putData(gateway(), await newImage(), someData(), { ...headers, 'content-md5': checksum });
      },
    },
    {
      name: 'upload that its sender breaks off',
      perSecond: 0.07,
      async send() {
        const id = await newImage();
        const options = { method: 'PUT', headers, duplex: 'half', body: slowly(someData()) };
        const request = { ...options, signal: AbortSignal.timeout(700) } as RequestInit;
        await fetch(`${gateway().url}/data/${id}`, request).catch(() => undefined);
      },
    },
  ];
}
