import { beforeAll, describe, expect, test } from 'vitest';
import { as, createImage, graphql, putData } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { sql } from '../support/sql.js';

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
      ['replace members', 'replaceImageMembers(imageId: "ID", members: []) { memberId }', 'done'],
      ['answer sharing', 'acceptImage(id: "ID") { imageId }', 'MEMBER_NOT_FOUND'],
      ['add tag', 'addImageTag(imageId: "ID", tag: "new") { id }', 'done'],
      ['remove tag', 'removeImageTag(imageId: "ID", tag: "old") { id }', 'TAG_NOT_FOUND'],
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
      const named = about ? { imageId: about } : {};
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
