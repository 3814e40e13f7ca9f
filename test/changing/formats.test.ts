import { beforeAll, describe, expect, test } from 'vitest';
import { createImage, errorOf, run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { sql } from '../support/sql.js';

const UPDATE = gql(
  'mutation ($id: ID!, $input: UpdateImageInput!) { updateImage(id: $id, input: $input) { diskFormat containerFormat } }',
);
const CREATE = gql(
  'mutation ($input: CreateImageInput!) { createImage(input: $input) { diskFormat containerFormat } }',
);

onSqlite('the formats of an image', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
  });
  const create = async (input: object) => (await run(gateway, CREATE, { input })).createImage;

  test('are listed for those who choose', async () => {
    expect((await run(gateway, gql('{ formats { disk container } }'))).formats).toEqual({
      disk: ['ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop'],
      container: ['ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker'],
    });
  });

  test.each(['ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop'])(
    'may be %s for the disk (C8.3)',
    async (diskFormat) => {
      expect((await create({ diskFormat })).diskFormat).toBe(diskFormat);
    },
  );

  test.each(['ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker'])(
    'may be %s for the container (C8.4)',
    async (containerFormat) => {
      expect((await create({ containerFormat })).containerFormat).toBe(containerFormat);
    },
  );

  test.each([
    ['diskFormat', 'zip', 'qcow2'],
    ['diskFormat', 'RAW', 'raw'],
    ['diskFormat', '', 'raw'],
    ['containerFormat', 'raw', 'bare'],
    ['containerFormat', 'Bare', 'bare'],
    ['containerFormat', '', 'docker'],
  ])(
    'are refused when unknown, naming those allowed: %s "%s" (C8.3, C8.4)',
    async (field, value, allowed) => {
      expect(await errorOf(gateway, CREATE, { input: { [field]: value } })).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: expect.stringContaining(field),
        constraints: [expect.stringContaining(allowed)],
      });
    },
  );

  describe.each(['aki', 'ari', 'ami'])('with the Amazon format %s (C8.5)', (amazon) => {
    const both = { diskFormat: amazon, containerFormat: amazon };

    test('are completed when only the disk is given', async () => {
      expect(await create({ diskFormat: amazon })).toEqual(both);
    });

    test('are completed when only the container is given', async () => {
      expect(await create({ containerFormat: amazon })).toEqual(both);
    });

    test('are taken when both are the same', async () => {
      expect(await create(both)).toEqual(both);
    });

    test.each([
      { diskFormat: amazon, containerFormat: 'bare' },
      { diskFormat: 'raw', containerFormat: amazon },
      { diskFormat: amazon, containerFormat: amazon === 'aki' ? 'ari' : 'aki' },
    ])('are refused when they contradict each other: %o', async (input) => {
      expect((await errorOf(gateway, CREATE, { input })).code).toBe('FORMATS_DIFFER');
    });
  });

  test('are completed on update too, over what is stored (C8.5)', async () => {
    const query = gql(`mutation ($input: CreateImageInput!) { createImage(input: $input) { id } }`);
    const input = { diskFormat: 'raw', containerFormat: 'bare' };
    const { id } = (await run(gateway, query, { input })).createImage;
    const { updateImage } = await run(gateway, UPDATE, { id, input: { diskFormat: 'ari' } });
    expect(updateImage).toEqual({ diskFormat: 'ari', containerFormat: 'ari' });
  });

  test('are not both set when one of them is cleared', async () => {
    const query = gql(`mutation ($input: CreateImageInput!) { createImage(input: $input) { id } }`);
    const { id } = (await run(gateway, query, { input: { diskFormat: 'raw', containerFormat: 'bare' } }))
      .createImage;
    for (const input of [
      { diskFormat: null, containerFormat: 'ami' },
      { diskFormat: 'ami', containerFormat: null },
    ])
      expect(await errorOf(gateway, UPDATE, { id, input })).toEqual({
        code: 'FORMATS_DIFFER',
        field: 'input.containerFormat',
      });
    const cleared = { diskFormat: null, containerFormat: null };
    const { updateImage } = await run(gateway, UPDATE, { id, input: cleared });
    expect(updateImage).toEqual({ diskFormat: null, containerFormat: null });
  });

  test('that another program mixed are refused when data comes, and the error names the field', async () => {
    const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
    await sql(place, `UPDATE images SET container_format = 'ami' WHERE id = '${id}'`);
    const answer = await fetch(`${gateway.url}/data/${id}`, { method: 'PUT', body: 'data' });
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      {
        code: 'FORMATS_DIFFER',
        message: 'containerFormat: must equal diskFormat when either is one of aki, ari, ami.',
      },
    ]);
  });

  test('can be other ones by DISK_FORMATS and CONTAINER_FORMATS', async () => {
    const own = await start({ DISK_FORMATS: 'raw, own-disk', CONTAINER_FORMATS: 'box' });
    const { createImage, formats } = {
      ...(await run(own, CREATE, { input: { diskFormat: 'own-disk', containerFormat: 'box' } })),
      ...(await run(own, gql('{ formats { disk container } }'))),
    };
    expect(createImage).toEqual({ diskFormat: 'own-disk', containerFormat: 'box' });
    expect(formats).toEqual({ disk: ['raw', 'own-disk'], container: ['box'] });
    expect(await errorOf(own, CREATE, { input: { diskFormat: 'qcow2' } })).toMatchObject({
      code: 'BAD_USER_INPUT',
      constraints: ['must be one of raw, own-disk'],
    });
  });
});
