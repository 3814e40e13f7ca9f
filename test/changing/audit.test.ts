import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { as, createImage, graphql, putData } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { sql } from '../support/sql.js';
import { meta, v1, v1Image } from '../support/v1-client.js';

/** A mutation that may read the image's id from a variable. */
type Mutation = TypedDocumentNode<{ it: object }, never>;

onSqlite('the audit', (start, place) => {
  let gateway: TestGateway;
  let id: string;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', ALLOW_ANONYMOUS_ACCESS: 'true' });
    id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' }, as('t', 'member', 'ann'));
  });
  const lines = (request: string) =>
    gateway.log.filter((line) => line.msg === 'audit' && line.reqId === request);

  describe('has one line for each change:', () => {
    test.each<[string, Mutation, string]>([
      ['create', gql('mutation { it: createImage(input: { name: "new" }) { id } }'), 'done'],
      ['create', gql('mutation { it: createImage(input: { visibility: PUBLIC }) { id } }'), 'FORBIDDEN'],
      [
        'update',
        gql('mutation ($id: ID!) { it: updateImage(id: $id, input: { name: "x" }) { id } }'),
        'done',
      ],
      [
        'update',
        gql('mutation { it: updateImage(id: "unknown", input: { name: "x" }) { id } }'),
        'IMAGE_NOT_FOUND',
      ],
      [
        'update',
        gql('mutation ($id: ID!) { it: updateImage(id: $id, input: { protected: true }) { id } }'),
        'done',
      ],
      ['delete', gql('mutation ($id: ID!) { it: deleteImage(id: $id) { id } }'), 'IMAGE_PROTECTED'],
      [
        'add member',
        gql(
          'mutation ($id: ID!) { it: addImageMember(imageId: $id, input: { memberId: "m" }) { memberId } }',
        ),
        'done',
      ],
      [
        'update member',
        gql(
          'mutation ($id: ID!) { it: updateImageMember(imageId: $id, memberId: "m", canShare: true) { memberId } }',
        ),
        'done',
      ],
      [
        'remove member',
        gql('mutation ($id: ID!) { it: removeImageMember(imageId: $id, memberId: "n") { memberId } }'),
        'MEMBER_NOT_FOUND',
      ],
      [
        'replace members',
        gql(
          'mutation ($id: ID!) { it: replaceImageMembers(imageId: $id, members: [{ memberId: "o" }, { memberId: "p" }]) { memberId } }',
        ),
        'done',
      ],
      [
        'answer sharing',
        gql('mutation ($id: ID!) { it: acceptImage(id: $id) { imageId } }'),
        'MEMBER_NOT_FOUND',
      ],
      ['add tag', gql('mutation ($id: ID!) { it: addImageTag(imageId: $id, tag: "new") { id } }'), 'done'],
      [
        'remove tag',
        gql('mutation ($id: ID!) { it: removeImageTag(imageId: $id, tag: "old") { id } }'),
        'TAG_NOT_FOUND',
      ],
      [
        'import',
        gql('mutation ($id: ID!) { it: importImage(id: $id, url: "http://user:secret@host/") { id } }'),
        'SOURCE_NOT_SUPPORTED',
      ],
      [
        'cancel import',
        gql('mutation ($id: ID!) { it: cancelImport(id: $id) { id } }'),
        'IMAGE_NOT_IMPORTING',
      ],
      ['deactivate', gql('mutation ($id: ID!) { it: deactivateImage(id: $id) { id } }'), 'FORBIDDEN'],
      ['reactivate', gql('mutation ($id: ID!) { it: reactivateImage(id: $id) { id } }'), 'FORBIDDEN'],
      [
        'update',
        gql('mutation ($id: ID!) { it: updateImage(id: $id, input: { protected: false }) { id } }'),
        'done',
      ],
      ['delete', gql('mutation ($id: ID!) { it: deleteImage(id: $id) { id } }'), 'done'],
    ])('%s by %s is %s', async (action, document, outcome) => {
      const request = `req-${gateway.log.length}`;
      const headers = { ...as('t', 'member', 'ann'), 'x-openstack-request-id': request };
      const { data } = await graphql(
        gateway,
        document as TypedDocumentNode<{ it: { id?: string } }, { id: string }>,
        { id },
        headers,
      );
      const mutation = print(document);
      const about = mutation.includes('$id') ? id : mutation.includes('unknown') ? 'unknown' : data?.it.id;
      const [, member] = /memberId: "(.)"/.exec(mutation) ?? [];
      const members =
        action === 'replace members' ? { memberIds: ['o', 'p'], memberCount: 2 } : { memberId: member };
      const answered = action === 'answer sharing' ? { memberId: 't', status: 'accepted' } : {};
      const named = { ...(about ? { imageId: about } : {}), ...(member ? members : {}), ...answered };
      const ofTheLogger = ['hostname', 'pid', 'time'];
      const written = lines(request).map((line) =>
        Object.fromEntries(Object.entries(line).filter(([name]) => !ofTheLogger.includes(name))),
      );
      const who = { user: 'ann', tenant: 't', reqId: request };
      expect(written).toEqual([{ level: 30, msg: 'audit', action, outcome, ...who, ...named }]);
    });
  });

  test('has a line for each upload by the data road, done or not', async () => {
    const queued = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' }, as('t'));
    for (const [request, outcome] of [
      ['req-first', 'done'],
      ['req-second', 'IMAGE_NOT_QUEUED'],
    ]) {
      await putData(gateway, queued, 'data', { ...as('t'), 'x-openstack-request-id': request });
      expect(lines(request)).toMatchObject([{ action: 'upload', outcome, imageId: queued, tenant: 't' }]);
    }
  });

  test('has the same lines for version 1', async () => {
    const json = '{"memberships": [{"member_id": "m"}]}';
    const octets = { 'content-type': 'application/octet-stream' };
    const v1Id = (await v1Image(gateway, {}, undefined, as('t'))).id;
    const path = `/v1/images/${v1Id}`;
    const formats = meta({ disk_format: 'raw', container_format: 'bare' });
    const location = meta({ location: 'http://user:secret@127.0.0.1/image' });
    const changes: [string, string, Record<string, string>, string | undefined, object[]][] = [
      ['PUT', path, meta({ name: 'n' }), undefined, [{ action: 'update', outcome: 'done' }]],
      ['PUT', `${path}/members/m`, {}, undefined, [{ action: 'add member', outcome: 'done', memberId: 'm' }]],
      [
        'PUT',
        `${path}/members`,
        {},
        json,
        [{ action: 'replace members', outcome: 'done', memberIds: ['m'] }],
      ],
      ['DELETE', `${path}/members/n`, {}, undefined, [{ outcome: 'MEMBER_NOT_FOUND', memberId: 'n' }]],
      ['PUT', path, location, undefined, [{ action: 'attach location', outcome: 'SOURCE_NOT_SUPPORTED' }]],
      [
        'PUT',
        path,
        { ...formats, 'content-type': 'text/plain' },
        'data',
        [
          { action: 'update', outcome: 'done' },
          { action: 'give up upload', outcome: 'done' },
        ],
      ],
      ['PUT', path, octets, 'data', [{ action: 'update', outcome: 'IMAGE_NOT_QUEUED' }]],
      ['DELETE', path, {}, undefined, [{ action: 'delete', outcome: 'done' }]],
      ['DELETE', '/v1/images/unknown', {}, undefined, [{ action: 'delete', outcome: 'IMAGE_NOT_FOUND' }]],
    ];
    for (const [index, [method, at, headers, body, expected]] of changes.entries()) {
      const request = `req-v1-${index}`;
      await v1(gateway, method, at, { ...as('t'), ...headers, 'x-openstack-request-id': request }, body);
      expect(lines(request)).toMatchObject(expected);
      expect(lines(request)).toHaveLength(expected.length);
    }
    expect(JSON.stringify(gateway.log)).not.toContain('secret');
  });

  test('has a line for what is refused before there is an image', async () => {
    const headers = { 'x-openstack-request-id': 'req-early', 'content-type': 'application/octet-stream' };
    expect((await v1(gateway, 'POST', '/v1/images', headers, 'data')).status).toBe(403);
    expect(lines('req-early')).toMatchObject([{ action: 'upload', outcome: 'READ_ONLY' }]);
  });

  test('knows no name of who has none', async () => {
    await putData(gateway, id, 'data', { 'x-openstack-request-id': 'req-nobody' });
    expect(lines('req-nobody')).toMatchObject([{ outcome: 'READ_ONLY', user: null, tenant: null }]);
  });

  test('is silent about looking', async () => {
    const headers = { ...as('t'), 'x-openstack-request-id': 'req-look' };
    await graphql(
      gateway,
      gql('query ($id: ID!) { image(id: $id) { id } images { edges { node { id } } } }'),
      { id },
      headers,
    );
    expect(lines('req-look')).toEqual([]);
  });

  test('tells no location', async () => {
    const [{ value }] = await sql(place, 'SELECT value FROM image_locations');
    expect(JSON.stringify(gateway.log)).not.toContain(value);
  });
});
