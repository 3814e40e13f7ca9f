import { beforeAll, describe, expect, test } from 'vitest';
import { as, createImage, graphql, putData } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { sql } from '../support/sql.js';
import { meta, v1, v1Image } from '../support/v1-client.js';

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
    test.each([
      ['create', 'createImage(input: { name: "new" }) { id }', 'done'],
      ['create', 'createImage(input: { visibility: PUBLIC }) { id }', 'FORBIDDEN'],
      ['update', 'updateImage(id: "ID", input: { name: "x" }) { id }', 'done'],
      ['update', 'updateImage(id: "unknown", input: { name: "x" }) { id }', 'IMAGE_NOT_FOUND'],
      ['update', 'updateImage(id: "ID", input: { protected: true }) { id }', 'done'],
      ['delete', 'deleteImage(id: "ID") { id }', 'IMAGE_PROTECTED'],
      ['add member', 'addImageMember(imageId: "ID", input: { memberId: "m" }) { memberId }', 'done'],
      [
        'update member',
        'updateImageMember(imageId: "ID", memberId: "m", canShare: true) { memberId }',
        'done',
      ],
      ['remove member', 'removeImageMember(imageId: "ID", memberId: "n") { memberId }', 'MEMBER_NOT_FOUND'],
      [
        'replace members',
        'replaceImageMembers(imageId: "ID", members: [{ memberId: "o" }, { memberId: "p" }]) { memberId }',
        'done',
      ],
      ['answer sharing', 'acceptImage(id: "ID") { imageId }', 'MEMBER_NOT_FOUND'],
      ['add tag', 'addImageTag(imageId: "ID", tag: "new") { id }', 'done'],
      ['remove tag', 'removeImageTag(imageId: "ID", tag: "old") { id }', 'TAG_NOT_FOUND'],
      ['import', 'importImage(id: "ID", url: "http://user:secret@host/") { id }', 'SOURCE_NOT_SUPPORTED'],
      ['cancel import', 'cancelImport(id: "ID") { id }', 'IMAGE_NOT_IMPORTING'],
      ['deactivate', 'deactivateImage(id: "ID") { id }', 'FORBIDDEN'],
      ['reactivate', 'reactivateImage(id: "ID") { id }', 'FORBIDDEN'],
      ['update', 'updateImage(id: "ID", input: { protected: false }) { id }', 'done'],
      ['delete', 'deleteImage(id: "ID") { id }', 'done'],
    ])('%s by %s is %s', async (action, mutation, outcome) => {
      const request = `req-${gateway.log.length}`;
      const headers = { ...as('t', 'member', 'ann'), 'x-openstack-request-id': request };
      const answer = await graphql<any>(
        gateway,
        `mutation { it: ${mutation.replace('ID', id)} }`,
        {},
        headers,
      );
      const about = mutation.includes('ID')
        ? id
        : mutation.includes('unknown')
          ? 'unknown'
          : answer.data?.it?.id;
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
    await graphql(gateway, `{ image(id: "${id}") { id } images { edges { node { id } } } }`, {}, headers);
    expect(lines('req-look')).toEqual([]);
  });

  test('tells no location', async () => {
    const [{ value }] = await sql(place, 'SELECT value FROM image_locations');
    expect(JSON.stringify(gateway.log)).not.toContain(value);
  });
});
