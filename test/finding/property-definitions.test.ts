import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { as, run } from '../support/client.js';
import { onSqlite, startGateway, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';

const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const DEFINITIONS = gql(
  '{ propertyDefinitions { name title help type values minimum maximum default group } }',
);
const RIGHTS = 'create = admin\nread = admin\nupdate = admin\ndelete = admin';
const EVERYBODY = RIGHTS.replaceAll('admin', '@');
const definitions = async (gateway: TestGateway, who: Record<string, string> = {}) =>
  (await run(gateway, DEFINITIONS, {}, who)).propertyDefinitions;
const named = async (gateway: TestGateway, name: string, who?: Record<string, string>) =>
  (await definitions(gateway, who)).filter((each) => each.name === name);

let folders = 0;
/** Makes a folder of Glance's files. */
function metadefs(files: Record<string, object | string>): string {
  const path = join(folder, `metadefs-${(folders += 1)}`);
  mkdirSync(path);
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(path, name), typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const FOR_IMAGES = { visibility: 'public', resource_type_associations: [{ name: 'OS::Glance::Image' }] };
const COLOURS = {
  ...{ ...FOR_IMAGES, namespace: 'Our::Colours', display_name: 'Colours' },
  properties: {
    colour: {
      title: 'Colour',
      description: 'Of the case.',
      type: 'string',
      enum: ['red', 'blue'],
      default: 'red',
    },
    weight: { type: 'integer', minimum: 1, maximum: 9 },
    ratio: { type: 'number' },
    shiny: { type: 'boolean' },
    sides: { type: 'array', items: { type: 'string', enum: ['left', 'right'] } },
  },
};

onSqlite('definitions of properties', (start) => {
  test('are there for common properties without any file', async () => {
    const gateway = await start();
    expect(await named(gateway, 'hw_disk_bus')).toEqual([
      {
        name: 'hw_disk_bus',
        title: 'Disk bus',
        help: expect.any(String),
        type: 'STRING',
        values: expect.arrayContaining(['virtio', 'scsi', 'sata']),
        minimum: null,
        maximum: null,
        default: null,
        group: 'Devices',
      },
    ]);
    expect(await named(gateway, 'hw_cpu_cores')).toMatchObject([{ type: 'INTEGER', minimum: 1, values: [] }]);
    const names = (await definitions(gateway)).map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(30);
    expect(names).toEqual([...new Set(names)].sort());
  });

  test("come from Glance's files: of each property its type, values, range and default", async () => {
    const gateway = await start({ METADEFS_DIR: metadefs({ 'colours.json': COLOURS, README: 'no JSON' }) });
    const found = (await definitions(gateway)).filter(({ group }) => group === 'Colours');
    const nothing = { title: null, help: null, values: [], minimum: null, maximum: null, default: null };
    expect(found).toEqual(
      [
        {
          ...{ name: 'colour', title: 'Colour', help: 'Of the case.', type: 'STRING' },
          ...{ values: ['red', 'blue'], default: 'red' },
        },
        { name: 'ratio', type: 'NUMBER' },
        { name: 'shiny', type: 'BOOLEAN' },
        { name: 'sides', type: 'LIST', values: ['left', 'right'] },
        { name: 'weight', type: 'INTEGER', minimum: 1, maximum: 9 },
      ].map((each) => ({ ...nothing, ...each, group: 'Colours' })),
    );
  });

  test('have the stored name: the prefix that a file has for images, and the name', async () => {
    const cpu = {
      ...{ namespace: 'Our::CPU', visibility: 'public' },
      resource_type_associations: [
        { name: 'OS::Nova::Flavor', prefix: 'flavor:' },
        { name: 'OS::Glance::Image', prefix: 'our_' },
      ],
      properties: { cores: { type: 'integer' } },
      objects: [{ name: 'cache', properties: { cache_level: { type: 'integer' } } }],
    };
    const gateway = await start({ METADEFS_DIR: metadefs({ 'cpu.json': cpu }) });
    expect(await named(gateway, 'our_cores')).toMatchObject([{ group: 'Our::CPU', type: 'INTEGER' }]);
    expect(await named(gateway, 'our_cache_level')).toMatchObject([{ group: 'Our::CPU' }]);
    expect(await named(gateway, 'flavor:cores')).toEqual([]);
  });

  test('leave out what files say of flavors and volumes', async () => {
    const associations = [{ name: 'OS::Nova::Flavor' }];
    const flavors = { ...COLOURS, resource_type_associations: associations };
    const gateway = await start({ METADEFS_DIR: metadefs({ 'flavors.json': flavors }) });
    expect(await named(gateway, 'colour')).toEqual([]);
  });

  test('of two collections stand beside each other; the own one gives way', async () => {
    const bus = (title: string, value: string) => ({
      ...FOR_IMAGES,
      ...{ namespace: title, display_name: title },
      properties: { hw_disk_bus: { type: 'string', enum: [value] } },
    });
    const files = { 'one.json': bus('One', 'nvme'), 'two.json': bus('Two', 'tape') };
    const gateway = await start({ METADEFS_DIR: metadefs(files) });
    expect(await named(gateway, 'hw_disk_bus')).toMatchObject([
      { group: 'One', values: ['nvme'] },
      { group: 'Two', values: ['tape'] },
    ]);
  });

  test('that are not public are for administrators', async () => {
    const secret = { ...COLOURS, visibility: 'private' };
    const options = { AUTH: 'trusted', METADEFS_DIR: metadefs({ 'secret.json': secret }) };
    const gateway = await start({ ...options, ALLOW_ANONYMOUS_ACCESS: 'true' });
    expect(await named(gateway, 'colour', as('t', 'admin'))).toHaveLength(1);
    expect(await named(gateway, 'colour', as('t'))).toEqual([]);
    expect(await named(gateway, 'colour')).toEqual([]);
  });

  test('of a property that the caller may not read are left out', async () => {
    const rules = join(folder, 'protections.conf');
    writeFileSync(rules, `[^hw_disk_bus$]\n${RIGHTS}\n[.*]\n${EVERYBODY}\n`);
    const gateway = await start({ AUTH: 'trusted', PROPERTY_PROTECTION_FILE: rules });
    expect(await named(gateway, 'hw_disk_bus', as('t', 'admin'))).toHaveLength(1);
    expect(await named(gateway, 'hw_disk_bus', as('t'))).toEqual([]);
  });

  test('are read again when the operator says so; a wrong file leaves the old ones', async () => {
    const files = metadefs({ 'colours.json': COLOURS });
    const gateway = await start({ METADEFS_DIR: files });
    writeFileSync(join(files, 'colours.json'), JSON.stringify({ ...COLOURS, display_name: 'New' }));
    expect(await named(gateway, 'colour')).toMatchObject([{ group: 'Colours' }]);
    gateway.reload();
    expect(await named(gateway, 'colour')).toMatchObject([{ group: 'New' }]);
    writeFileSync(join(files, 'colours.json'), '{');
    gateway.reload();
    expect(await named(gateway, 'colour')).toMatchObject([{ group: 'New' }]);
  });
});

describe('a gateway whose definitions are wrong does not start, and names the file', () => {
  test.each<[what: string, files: Record<string, object | string> | undefined, message: RegExp]>([
    ['no folder', undefined, /absent: cannot be read \(ENOENT\)$/],
    ['no JSON', { 'a.json': '{"' }, /a\.json: is no JSON/],
    ['no object', { 'a.json': '[]' }, /a\.json: expected a JSON object$/],
    ['no name', { 'a.json': {} }, /a\.json: expected a display_name or a namespace$/],
    ['no list', { 'a.json': { ...COLOURS, objects: {} } }, /a\.json: objects must be a list$/],
  ])('%s', async (_, files, message) => {
    const METADEFS_DIR = files ? metadefs(files) : join(folder, 'absent');
    await expect(startGateway({ METADEFS_DIR, DATA_DIR: join(folder, 'data') })).rejects.toThrow(message);
  });
});
