import { beforeAll, describe, expect, test } from 'vitest';
import { createImage, graphql, sendText } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';

/** Input that create and update both refuse: its name, the input, and the field that the error names. */
const REFUSED_BY_BOTH: [string, object, string][] = [
  ['a name of 256 characters (C8.7)', { name: 'n'.repeat(256) }, 'input.name'],
  ['a name with a 4-byte character (C8.11)', { name: 'disk 💿' }, 'input.name'],
  ['a name with half a character', { name: 'a\ud83d' }, 'input.name'],
  ['a name with a line break', { name: 'a\nb' }, 'input.name'],
  ['a name with a NUL', { name: 'a\u0000b' }, 'input.name'],
  ['a name with DEL', { name: 'a\u007f' }, 'input.name'],
  ['an owner of 256 characters', { owner: 'o'.repeat(256) }, 'input.owner'],
  ['an owner with a control character', { owner: 'o\t' }, 'input.owner'],
  ['a negative minDisk (C7.6)', { minDisk: -1 }, 'input.minDisk'],
  ['a negative minRam (C7.6)', { minRam: -1 }, 'input.minRam'],
  ['null for minDisk', { minDisk: null }, 'input.minDisk'],
  ['null for minRam', { minRam: null }, 'input.minRam'],
  ['null for protected', { protected: null }, 'input.protected'],
  ['null for visibility', { visibility: null }, 'input.visibility'],
  ['null for hidden', { hidden: null }, 'input.hidden'],
];

const BAD_PROPERTIES: [string, { name: string; value: string }, 'name' | 'value'][] = [
  ['an empty property name', { name: '', value: 'v' }, 'name'],
  ['a property name of 256 characters (C8.14)', { name: 'n'.repeat(256), value: 'v' }, 'name'],
  ['a property name with a 4-byte character (C8.11)', { name: '💿', value: 'v' }, 'name'],
  ['a property name with a line break', { name: 'a\nb', value: 'v' }, 'name'],
  ['a property value of 65536 bytes', { name: 'n', value: 'é'.repeat(32768) }, 'value'],
  ['a property value with a 4-byte character (C8.11)', { name: 'n', value: '💿' }, 'value'],
  ['a property value with half a character', { name: 'n', value: '\udc00' }, 'value'],
  ['a property value with a NUL', { name: 'n', value: '\u0000' }, 'value'],
  ['a property value with an escape character', { name: 'n', value: '\u001b[31m' }, 'value'],
];

/** Input that only create refuses. */
const REFUSED_AT_CREATION: [string, object, string][] = [
  ['an id that is no UUID (C8.2)', { id: 'my-image' }, 'input.id'],
  ['an empty id', { id: '' }, 'input.id'],
  [
    'a UUID-like id over 36 characters (C8.2)',
    { id: 'urn:uuid:71c675ab-d94f-49cd-a114-e12490b328d9' },
    'input.id',
  ],
  ['a negative size (C7.6)', { size: -1 }, 'input.size'],
  ['a checksum of 31 digits', { checksum: 'a'.repeat(31) }, 'input.checksum'],
  ['a checksum of 33 digits (C8.8)', { checksum: 'a'.repeat(33) }, 'input.checksum'],
  ['a checksum that is not hexadecimal', { checksum: 'g'.repeat(32) }, 'input.checksum'],
];

/** Input that the types of the schema refuse. */
const WRONG_TYPES: [string, object][] = [
  ['a visibility that does not exist', { visibility: 'SECRET' }],
  ['a visibility in lower case', { visibility: 'public' }],
  ['a number for the name', { name: 5 }],
  ['a text for minDisk', { minDisk: '5' }],
  ['a fraction for minRam', { minRam: 1.5 }],
  ['2147483648 for minDisk (C8.10)', { minDisk: 2147483648 }],
  ['a size over 2^53 - 1', { size: 9007199254740992 }],
  ['a text for the size', { size: 'large' }],
  ['a text for protected', { protected: 'true' }],
  ['an object for the name', { name: { a: 1 } }],
  ['a field that does not exist', { type: 'kernel' }],
  ['the status, which is not the caller’s to choose', { status: 'active' }],
  ['a property without a value', { properties: [{ name: 'n' }] }],
  ['null as a property value', { properties: [{ name: 'n', value: null }] }],
  ['null among the properties', { properties: [null] }],
  ['properties as an object', { properties: { n: 'v' } }],
];

onSqlite('bad input', (start) => {
  let gateway: TestGateway;
  let id: string;
  beforeAll(async () => {
    gateway = await start();
    id = await createImage(gateway);
  });
  const CREATE = gql('mutation ($input: CreateImageInput!) { createImage(input: $input) { id } }');
  const UPDATE = gql(
    'mutation ($id: ID!, $input: UpdateImageInput!) { updateImage(id: $id, input: $input) { id } }',
  );
  const createError = async (input: object) => (await graphql(gateway, CREATE, { input })).errors?.[0];
  const updateError = async (input: object) => (await graphql(gateway, UPDATE, { id, input })).errors?.[0];
  const naming = (field: string) => ({
    message: expect.stringContaining(field),
    extensions: {
      code: 'BAD_USER_INPUT',
      field,
      constraints: expect.arrayContaining([expect.stringMatching(/\w/)]),
    },
  });

  describe('for creation is refused, naming the field', () => {
    test.each([...REFUSED_BY_BOTH, ...REFUSED_AT_CREATION])('%s', async (_, input, field) => {
      expect(await createError(input)).toMatchObject(naming(field));
    });

    test.each(BAD_PROPERTIES)('%s', async (_, property, part) => {
      const good = { name: 'good', value: 'good' };
      expect(await createError({ properties: [good, property] })).toMatchObject(
        naming(`input.properties[1].${part}`),
      );
    });

    test('a property name twice', async () => {
      const property = { name: 'twice', value: 'v' };
      expect(await createError({ properties: [property, property] })).toMatchObject(
        naming('input.properties'),
      );
    });
  });

  describe('for an update is refused, naming the field', () => {
    test.each(REFUSED_BY_BOTH)('%s', async (_, input, field) => {
      expect(await updateError(input)).toMatchObject(naming(field));
    });

    test.each(BAD_PROPERTIES)('%s', async (_, property, part) => {
      expect(await updateError({ properties: { set: [property] } })).toMatchObject(
        naming(`input.properties.set[0].${part}`),
      );
      expect(await updateError({ properties: { replaceAll: [property] } })).toMatchObject(
        naming(`input.properties.replaceAll[0].${part}`),
      );
    });

    test.each([
      ['null for the properties', { properties: null }, 'input.properties'],
      ['null for the properties to set', { properties: { set: null } }, 'input.properties.set'],
      ['null for the properties to remove', { properties: { remove: null } }, 'input.properties.remove'],
      ['null for all properties', { properties: { replaceAll: null } }, 'input.properties.replaceAll'],
      [
        'all properties beside some to remove',
        { properties: { replaceAll: [], remove: ['a'] } },
        'input.properties.replaceAll',
      ],
      [
        'all properties beside some to set',
        { properties: { replaceAll: [], set: [] } },
        'input.properties.replaceAll',
      ],
      [
        'a property to be both set and removed',
        { properties: { set: [{ name: 'a', value: '' }], remove: ['a'] } },
        'input.properties.remove',
      ],
      [
        'a property to be removed twice',
        { properties: { remove: ['a', 'b', 'a'] } },
        'input.properties.remove',
      ],
      [
        'a property to be set twice',
        { properties: { set: ['1', '2'].map((value) => ({ name: 'a', value })) } },
        'input.properties.set',
      ],
      [
        'a property twice among all',
        { properties: { replaceAll: ['1', '2'].map((value) => ({ name: 'a', value })) } },
        'input.properties.replaceAll',
      ],
    ])('%s', async (_, input, field) => {
      expect(await updateError(input)).toMatchObject(naming(field));
    });
  });

  describe('of a wrong type is a mistake of the caller, never an internal error', () => {
    test.each(WRONG_TYPES)('%s', async (_, input) => {
      expect((await createError(input))?.extensions.code).toBe('BAD_USER_INPUT');
    });

    test.each([
      ['visibility: SECRET'],
      ['minDisk: "5"'],
      ['minDisk: 2147483648'],
      ['name: 5'],
      ['type: "kernel"'],
      ['properties: [{ name: "n" }]'],
    ])('%s in the text of the operation', async (input) => {
      const answer = await sendText(gateway, `mutation { createImage(input: { ${input} }) { id } }`);
      expect(answer.errors?.[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    });
  });
});
