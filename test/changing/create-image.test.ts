import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { createImage, errorOf, graphql, run } from '../support/client.js';
import { onEachDatabase, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';

const CREATE = gql(`mutation ($input: CreateImageInput!) { createImage(input: $input) {
  id name status statusReason diskFormat containerFormat size virtualSize checksum minDisk minRam owner isPublic
  visibility protected hidden createdAt updatedAt deletedAt properties { name value } } }`);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

onEachDatabase('creating an image', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ IMAGE_PROPERTY_QUOTA: '3' });
  });
  const create = async (input: object) => (await run(gateway, CREATE, { input })).createImage;
  const refusal = (input: object) => errorOf(gateway, CREATE, { input });

  test('stores every field as it was given', async () => {
    const input = {
      id: randomUUID(),
      name: 'Größe “1” — 图像',
      diskFormat: 'qcow2',
      containerFormat: 'ovf',
      minDisk: 2147483647,
      minRam: 512,
      protected: true,
      visibility: 'PRIVATE',
      hidden: true,
      owner: 'tenant-1',
      size: Number.MAX_SAFE_INTEGER,
      checksum: 'D41D8CD98F00B204E9800998ECF8427E',
      properties: [{ name: 'os', value: 'linux\n\tand more' }],
    };
    const image = await create(input);
    const { checksum, ...same } = input;
    expect(image).toMatchObject({ ...same, checksum: checksum.toLowerCase(), status: 'queued' });
    expect(
      (await run(gateway, gql('query ($id: ID!) { image(id: $id) { name size } }'), { id: input.id })).image,
    ).toEqual({
      name: input.name,
      size: input.size,
    });
  });

  test('needs no field at all (C32.2)', async () => {
    const image = await create({});
    expect(image.id).toMatch(UUID);
    expect(image).toMatchObject({
      name: null,
      status: 'queued',
      statusReason: null,
      diskFormat: null,
      containerFormat: null,
      size: 0,
      virtualSize: null,
      checksum: null,
      minDisk: 0,
      minRam: 0,
      owner: null,
      isPublic: false,
      visibility: 'SHARED',
      protected: false,
      hidden: false,
      deletedAt: null,
      properties: [],
    });
    expect(image.updatedAt).toBe(image.createdAt);
  });

  test('takes null for the name, the formats and the owner as nothing said', async () => {
    const image = await create({
      name: null,
      diskFormat: null,
      containerFormat: null,
      owner: null,
      id: null,
    });
    expect(image).toMatchObject({ name: null, diskFormat: null, containerFormat: null, owner: null });
  });

  test.each([
    ['in upper case', () => randomUUID().toUpperCase()],
    ['without dashes', () => randomUUID().replaceAll('-', '')],
  ])('keeps an id %s as given (C8.2)', async (_, make) => {
    const id = make();
    expect((await create({ id })).id).toBe(id);
    const dashed = id.includes('-') ? id.replaceAll('-', '') : id.replace(/^(.{8})/, '$1-');
    const found = await run(
      gateway,
      gql('query ($id: ID!, $dashed: ID!) { same: image(id: $id) { id } dashed: image(id: $dashed) { id } }'),
      { id, dashed },
    );
    expect(found).toEqual({ same: { id }, dashed: null });
  });

  test('refuses an id that exists (C9.5)', async () => {
    const id = await createImage(gateway);
    expect((await refusal({ id })).code).toBe('IMAGE_ID_TAKEN');
  });

  test('refuses the id of a deleted image (C13.8)', async () => {
    const id = await createImage(gateway);
    await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id });
    expect((await refusal({ id })).code).toBe('IMAGE_ID_TAKEN');
  });

  test('has one winner when one id is asked for many times at once', async () => {
    const id = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => graphql(gateway, CREATE, { input: { id } })),
    );
    const codes = answers.map(({ errors }) => errors?.[0].extensions.code ?? 'created').sort();
    expect(codes).toEqual([...Array(7).fill('IMAGE_ID_TAKEN'), 'created']);
  });

  test.each([
    ['name', 'ä'.repeat(255)],
    ['owner', 'ö'.repeat(255)],
  ] as const)('takes the longest %s: 255 characters (C8.7)', async (field, value) => {
    expect((await create({ [field]: value }))[field]).toBe(value);
  });

  test('takes a property name of 255 characters and a value of 65535 bytes, and gives both back', async () => {
    const property = { name: 'ñ'.repeat(255), value: `${'é'.repeat(32767)}x` };
    expect((await create({ properties: [property] })).properties).toEqual([property]);
  });

  test('keeps an empty property value', async () => {
    const properties = [{ name: 'empty', value: '' }];
    expect((await create({ properties })).properties).toEqual(properties);
  });

  test('takes as many properties as the quota allows, and refuses one more and stores nothing (C16.2)', async () => {
    const properties = ['a', 'b', 'c', 'd'].map((name) => ({ name, value: name }));
    expect((await create({ properties: properties.slice(0, 3) })).properties).toHaveLength(3);
    const id = randomUUID();
    expect((await refusal({ id, properties })).code).toBe('PROPERTY_QUOTA_EXCEEDED');
    expect((await run(gateway, gql('query ($id: ID!) { image(id: $id) { id } }'), { id })).image).toBeNull();
  });

  test.each([
    ['Foo-Bar', 'foo_bar'],
    ['OS', 'os'],
  ])('refuses the property names %s and %s in one image: version 1 folds them (C7.4)', async (one, other) => {
    const properties = [one, other].map((name) => ({ name, value: 'x' }));
    expect(await refusal({ properties })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: expect.stringContaining('properties'),
      constraints: [expect.stringContaining(one)],
    });
  });
});

onSqlite('the properties of a new image', (start) => {
  test('may be as many as one likes with a negative quota (C16)', async () => {
    const gateway = await start({ IMAGE_PROPERTY_QUOTA: '-1' });
    const properties = Array.from({ length: 200 }, (_, n) => ({ name: `n${n}`, value: '' }));
    const { createImage: image } = await run(gateway, CREATE, { input: { properties } });
    expect(image.properties).toHaveLength(200);
  });

  test('may be none with a quota of 0 (C16)', async () => {
    const gateway = await start({ IMAGE_PROPERTY_QUOTA: '0' });
    expect(await createImage(gateway)).toMatch(UUID);
    const input = { properties: [{ name: 'a', value: 'b' }] };
    expect((await errorOf(gateway, CREATE, { input })).code).toBe('PROPERTY_QUOTA_EXCEEDED');
  });
});
