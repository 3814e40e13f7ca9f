import { createHash } from 'node:crypto';
import { inPieces } from '../../support/body.js';
import { as, graphql, putData, type GraphqlAnswer } from '../../support/client.js';
import { gql } from '../../support/gql.js';
import { beginUpload, sendPart } from '../../support/tus.js';
import { v1 } from '../../support/v1-client.js';
import type { Answer, Answers } from './answers.js';
import type { Slot } from './gateways.js';

/** The facts that clients were told about an image. */
export interface Told {
  tenant: string;
  /** MD5 of each data that was sent. */
  sent: Set<string>;
  /** MD5 of the data that was answered to be there. */
  active?: string;
  members: Set<string>;
  /** Its deletion was asked for. */
  unwanted?: boolean;
  /** Its deletion was answered. */
  deleted?: boolean;
}

export interface ClientParts {
  slots: readonly Slot[];
  answers: Answers;
  told: Map<string, Told>;
  tenants: readonly string[];
  /** Returns a random whole number from 0 to below a limit. */
  pick: (below: number) => number;
  limits: {
    /** Seconds in which a request that is no upload is answered. */
    request: number;
    /** Seconds in which an upload is answered. */
    upload: number;
    /** Bytes of the largest image. */
    bytes: number;
  };
}

const CREATE = gql('mutation ($input: CreateImageInput!) { createImage(input: $input) { id } }');
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
const SHARE = gql(
  'mutation ($id: ID!, $tenant: ID!) { addImageMember(imageId: $id, input: { memberId: $tenant }) { memberId } }',
);

/** Returns a function that does one random thing through a random gateway: creates and uploads, shares, reads or deletes. */
export function chaosClient({
  slots,
  answers,
  told,
  tenants,
  pick,
  limits,
}: ClientParts): () => Promise<void> {
  return async () => {
    const slot = slots[pick(slots.length)];
    const known = [...told.entries()].filter(([, { active, unwanted }]) => active && !unwanted);
    const [id, about] = known[pick(known.length || 1)] ?? [];
    const choice = pick(20);
    if (!id || choice < 9) return createAndUpload(slot);
    if (choice < 12) return share(slot, id, about);
    if (choice < 16) return download(slot, id, about);
    return remove(slot, id, about);
  };

  async function createAndUpload(slot: Slot): Promise<void> {
    const tenant = tenants[pick(tenants.length)];
    const input = { diskFormat: 'raw', containerFormat: 'bare' };
    let id: string | undefined;
    await answers.ask(slot, 'create', limits.request, async () => {
      const answer = await graphql(slot, CREATE, { input }, as(tenant));
      id = answer.data?.createImage.id;
      return statusOf(answer);
    });
    if (!id) return makeRoom(slot, tenant);
    const about: Told = { tenant, sent: new Set(), members: new Set() };
    told.set(id, about);
    const data = Buffer.alloc(2 + pick(limits.bytes), pick(256));
    const md5 = createHash('md5').update(data).digest('hex');
    about.sent.add(md5);
    const road = ROADS[pick(ROADS.length)];
    // Another gateway than the one that created it, now and then: a node that lags behind may not have it yet.
    const other = slots[pick(slots.length)];
    const answer = await answers.ask(other, 'upload', limits.upload, () =>
      road(other, id!, data, as(tenant)),
    );
    if (answer?.status === 'active') about.active = md5;
    if (!about.active && pick(2) === 0) await remove(slot, id, about);
  }

  /** Deletes an image of a tenant whose quota may be used up, also one whose earlier deletion failed. */
  async function makeRoom(slot: Slot, tenant: string): Promise<void> {
    const own = [...told].filter(([, about]) => about.tenant === tenant && !about.deleted);
    const [id, about] = own[pick(own.length || 1)] ?? [];
    if (id && pick(2) === 0) await remove(slot, id, about);
  }

  async function share(slot: Slot, id: string, { tenant, members }: Told): Promise<void> {
    const member = `member${pick(6)}`;
    const answer = await answers.ask(slot, 'share', limits.request, async () =>
      statusOf(await graphql(slot, SHARE, { id, tenant: member }, as(tenant))),
    );
    if (answer?.status === 200) members.add(member);
  }

  async function download(slot: Slot, id: string, { tenant, active }: Told): Promise<void> {
    await answers.ask(slot, 'download', limits.upload, async () => {
      const answer = await fetch(`${slot.url}/data/${id}`, { headers: as(tenant) });
      const data = Buffer.from(await answer.arrayBuffer());
      const md5 = createHash('md5').update(data).digest('hex');
      if (answer.ok && md5 !== active) return { status: 500, text: `${id}: other data than was sent` };
      return { status: answer.status, text: answer.ok ? '' : String(data) };
    });
  }

  async function remove(slot: Slot, id: string, about: Told): Promise<void> {
    about.unwanted = true;
    const answer = await answers.ask(slot, 'delete', limits.request, async () =>
      statusOf(await graphql(slot, DELETE, { id }, as(about.tenant))),
    );
    if (answer?.status === 200) about.deleted = true;
  }
}

/** Ways to send data. The status is `active` when the image was answered to be. */
const ROADS: ((
  slot: Slot,
  id: string,
  data: Buffer<ArrayBuffer>,
  headers: Record<string, string>,
) => Promise<Answer>)[] = [
  (slot, id, data, headers) => put(slot, id, data, headers),
  (slot, id, data, headers) => put(slot, id, inPieces(data.subarray(0, 1000), data.subarray(1000)), headers),
  async (slot, id, data, headers) => {
    const chunked = { 'content-type': 'application/octet-stream', 'transfer-encoding': 'chunked' };
    const answer = await v1(slot, 'PUT', `/v1/images/${id}`, { ...chunked, ...headers }, data);
    if (answer.status !== 200) return { status: answer.status, text: answer.text };
    return { status: answer.json().image.status === 'active' ? 'active' : 200 };
  },
  async (slot, id, data, headers) => {
    const begun = await beginUpload(slot, id, { 'upload-length': String(data.length), ...headers });
    if (!begun.ok) return { status: begun.status, text: await begun.text() };
    const url = new URL(begun.headers.get('location')!, slot.url).href;
    const half = Math.ceil(data.length / 2);
    for (const offset of [0, half]) {
      const part = data.subarray(offset, offset === 0 ? half : undefined);
      const sent = await sendPart(url, offset, part, headers);
      if (!sent.ok) return { status: sent.status, text: await sent.text() };
    }
    return { status: 'active' };
  },
];

async function put(slot: Slot, id: string, body: BodyInit, headers: Record<string, string>): Promise<Answer> {
  const answer = await putData(slot, id, body, headers);
  const text = await answer.text();
  return answer.ok && JSON.parse(text).status === 'active'
    ? { status: 'active' }
    : { status: answer.status, text };
}

function statusOf({ errors }: GraphqlAnswer): Answer {
  return errors ? { status: errors[0].extensions.code, text: errors[0].message } : { status: 200 };
}
