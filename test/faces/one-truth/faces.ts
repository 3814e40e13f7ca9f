import { as, putData, sendText } from '../../support/client.js';
import type { TestGateway } from '../../support/gateway.js';
import { graphqlWithFile, UPLOAD } from '../../support/multipart.js';
import { meta, v1 } from '../../support/v1-client.js';
import type { Outcome } from './model.js';
import type { Operation, Who } from './operations.js';

/** The headers that say who is calling. */
export function identity(who: Who): Record<string, string> {
  if (who === 'nobody') return {};
  return as(who, who === 'ops' ? 'admin' : 'member');
}

export interface Answered {
  outcome: Outcome;
  /** The answer of the face, to be read by people. */
  said: string;
}

/**
 * Sends one operation over its face.
 *
 * @param id of the image that it is about, or that it is to make
 * @throws when the answer blames the gateway
 */
export async function perform(gateway: TestGateway, operation: Operation, id: string): Promise<Answered> {
  if (operation.face === 'v1') return overV1(gateway, operation, id);
  if (operation.face === 'data') {
    const { status, text } = await answerOf(putData(gateway, id, operation.body, identity(operation.who)));
    return answered(status, text);
  }
  return overGraphql(gateway, operation, id);
}

async function overV1(
  gateway: TestGateway,
  operation: Operation & { face: 'v1' },
  id: string,
): Promise<Answered> {
  const caller = identity(operation.who);
  const path = `/v1/images/${id}`;
  const call = (method: string, below: string, headers: Record<string, string> = {}, body?: string) =>
    v1(gateway, method, below, { ...caller, ...headers }, body);
  switch (operation.does) {
    case 'create': {
      const headers = { ...meta({ id, ...operation.fields }), 'content-type': operation.type };
      const { status, text } = await call('POST', '/v1/images', headers, operation.body);
      return answered(status, text);
    }
    case 'update': {
      const purges = { 'x-glance-registry-purge-props': String(operation.purges) };
      const headers = { ...meta(operation.fields), ...purges, 'content-type': operation.type };
      const { status, text } = await call('PUT', path, headers, operation.body);
      return answered(status, text);
    }
    case 'delete': {
      const { status, text } = await call('DELETE', path);
      return answered(status, text);
    }
    case 'add': {
      const { memberId, canShare } = operation.member;
      const body = canShare === undefined ? undefined : JSON.stringify({ member: { can_share: canShare } });
      const { status, text } = await call('PUT', `${path}/members/${encodeURIComponent(memberId)}`, {}, body);
      return answered(status, text);
    }
    case 'remove': {
      const below = `${path}/members/${encodeURIComponent(operation.memberId)}`;
      const { status, text } = await call('DELETE', below);
      return answered(status, text);
    }
    case 'replace': {
      const memberships = operation.members.map(({ memberId, canShare }) => ({
        member_id: memberId,
        ...(canShare === undefined ? {} : { can_share: canShare }),
      }));
      const { status, text } = await call('PUT', `${path}/members`, {}, JSON.stringify({ memberships }));
      return answered(status, text);
    }
  }
}

const MUTATIONS = {
  create: 'mutation ($input: CreateImageInput!) { createImage(input: $input) { id } }',
  update: 'mutation ($id: ID!, $input: UpdateImageInput!) { updateImage(id: $id, input: $input) { id } }',
  delete: 'mutation ($id: ID!) { deleteImage(id: $id) { id } }',
  add: 'mutation ($id: ID!, $member: ImageMemberInput!) { addImageMember(imageId: $id, input: $member) { memberId } }',
  remove:
    'mutation ($id: ID!, $memberId: ID!) { removeImageMember(imageId: $id, memberId: $memberId) { memberId } }',
  replace:
    'mutation ($id: ID!, $members: [ImageMemberInput!]!) { replaceImageMembers(imageId: $id, members: $members) { memberId } }',
};

async function overGraphql(
  gateway: TestGateway,
  operation: Operation & { face: 'graphql' | 'data' },
  id: string,
): Promise<Answered> {
  const headers = identity(operation.who);
  if (operation.does === 'send') {
    const answer = await graphqlWithFile(gateway, UPLOAD, { id }, new Blob([operation.body]), { headers });
    return fromGraphql(answer);
  }
  const variables: Record<string, unknown> = { ...operation, id };
  if (operation.does === 'create' || operation.does === 'update') {
    variables.input = { ...operation.input, properties: operation.properties };
  }
  if (operation.does === 'create') variables.input = { id, ...(variables.input as object) };
  const answer = await sendText(gateway, MUTATIONS[operation.does], variables, headers);
  return fromGraphql(answer);
}

function fromGraphql({ data, errors }: Awaited<ReturnType<typeof sendText>>): Answered {
  const said = JSON.stringify(errors ?? data);
  if (errors?.some(({ extensions }) => /^(INTERNAL|DATABASE|STORE)/.test(extensions.code)))
    throw new Error(said);
  return { outcome: errors ? 'refused' : 'done', said };
}

function answered(status: number, said: string): Answered {
  if (status >= 500) throw new Error(`${status} ${said}`);
  return { outcome: status < 300 ? 'done' : 'refused', said: `${status} ${said}` };
}

async function answerOf(sent: Promise<Response>): Promise<{ status: number; text: string }> {
  const response = await sent;
  return { status: response.status, text: await response.text() };
}
