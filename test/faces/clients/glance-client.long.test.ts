import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TestGateway } from '../../support/gateway.js';
import { field, withPrograms } from '../../support/real-clients.js';
import { v1, v1Image } from '../../support/v1-client.js';

const PUBLIC = '--is-public True';
const FORMATS = '--disk-format raw --container-format bare';
const DATA = 'the data of an image\n'.repeat(10_000);

/** The command `glance` for one line after the other, without the second that Python needs to start each time. */
const LINES = `
import json, shlex, sys
from glanceclient.shell import main
for line in json.load(open('lines.json')):
    sys.argv = ['glance'] + shlex.split(line)
    try:
        code = main() or 0
    except SystemExit as ended:
        code = ended.code
    print('\\x1e%s\\x1e' % code, flush=True)
`;

/** Every public image by every way of listing that the Python class has. */
const LISTS = `
import json, sys
from glanceclient.v1.client import Client
images = Client(sys.argv[1], token='TOKEN').images
def ids(**kwargs):
    return [image.id for image in images.list(**kwargs)]
keys = ['name', 'status', 'container_format', 'disk_format', 'size', 'id', 'created_at', 'updated_at']
print(json.dumps({
    'all': ids(),
    'pages': ids(page_size=7),
    'limited': ids(page_size=7, limit=50),
    'sorted': {key: ids(sort_key=key, sort_dir='desc', page_size=33) for key in keys},
}))
`;

withPrograms('the client glance', ['glance', 'script', '/usr/bin/python3'], (terminal) => {
  const { folder, run } = terminal;
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await terminal.gateway();
    writeFileSync(join(folder, 'data'), DATA);
    writeFileSync(join(folder, 'lines.py'), LINES);
    writeFileSync(join(folder, 'lists.py'), LISTS);
  });
  const line = (command: string) =>
    `--os-image-api-version 1 --os-auth-token TOKEN --os-image-url ${gateway.url} ${command}`;
  /** Runs several command lines, and returns the output and the exit code of each. */
  const glance = async (...commands: string[]) => {
    writeFileSync(join(folder, 'lines.json'), JSON.stringify(commands.map(line)));
    const { output } = await run('/usr/bin/python3 lines.py');
    const parts = output.split('\x1e');
    return commands.map((_, n) => ({ output: parts[2 * n], code: parts[2 * n + 1] }));
  };

  describe('with an image', () => {
    const id = randomUUID();

    test('makes, shows, changes and downloads it', { timeout: 60_000 }, async () => {
      const create = `image-create --id ${id} --name cirros ${FORMATS} ${PUBLIC} --file data --min-disk 1`;
      const [made, named, kept, purged, fetched] = await glance(
        `${create} --property os='Größe'`,
        'image-show cirros',
        `image-update ${id} --min-ram 64 --property k=v`,
        `image-update ${id} --purge-props --property k=w --is-protected True`,
        `image-download ${id} --file fetched`,
      );
      expect(made).toMatchObject({ code: '0', output: expect.stringContaining('active') });
      expect([field(named.output, 'id'), field(named.output, 'size')]).toEqual([id, String(DATA.length)]);
      expect([field(kept.output, 'min_ram'), field(kept.output, "Property 'k'")]).toEqual(['64', 'v']);
      // The client encodes what it sends, and version 1 decodes nothing (contract C25.3).
      expect(field(kept.output, "Property 'os'")).toBe(encodeURIComponent('Größe'));
      expect(field(purged.output, "Property 'k'")).toBe('w');
      expect(purged.output).not.toContain("Property 'os'");
      expect(fetched.code).toBe('0');
      expect(readFileSync(join(folder, 'fetched'), 'utf8')).toBe(DATA);
    });

    test('shares it, and deletes it once it is not protected', { timeout: 60_000 }, async () => {
      const [, ofImage, ofTenant, , none, refused, , deleted, list] = await glance(
        `member-create --can-share ${id} tenant`,
        `member-list --image-id ${id}`,
        'member-list --tenant-id tenant',
        `member-delete ${id} tenant`,
        `member-list --image-id ${id}`,
        `image-delete ${id}`,
        `image-update ${id} --is-protected False`,
        `image-delete ${id}`,
        'image-list',
      );
      expect(ofImage.output).toMatch(/tenant +\| True/);
      expect(ofTenant.output).toContain(id);
      expect(none.output).not.toContain('tenant');
      expect(refused.output).toContain('Image is protected');
      expect([deleted.code, list.output.includes(id)]).toEqual(['0', false]);
    });
  });

  test('sends data from standard input, later, or not at all', { timeout: 60_000 }, async () => {
    const shell = (command: string) => `glance ${line(command)}`;
    const created = await Promise.all([
      run(shell(`image-create --name redirected ${FORMATS} < data`)),
      run(`cat data | ${shell(`image-create --name piped ${FORMATS}`)}`),
      run(shell('image-create --name reserved <&-')),
    ]);
    const statuses = created.map(({ output }) => [field(output, 'status'), field(output, 'size')]);
    const whole = ['active', String(DATA.length)];
    expect(statuses).toEqual([whole, whole, ['queued', '0']]);
    const ids = created.map(({ output }) => field(output, 'id'));
    const [updated, deleted] = await glance(
      `image-update ${ids[2]} ${FORMATS} --file data`,
      `image-delete ${ids.join(' ')}`,
    );
    expect(field(updated.output, 'checksum')).toBe(createHash('md5').update(DATA).digest('hex'));
    expect(deleted.code).toBe('0');
  });

  test('tells of data that is not what it is said to be', { timeout: 60_000 }, async () => {
    const { id } = await v1Image(gateway, { name: 'damaged' }, DATA);
    writeFileSync(join(folder, 'gateway', 'images', id), DATA.replaceAll('data', 'dust'));
    const [wrong, damaged] = await glance(
      `image-create ${FORMATS} --checksum ${'0'.repeat(32)} --file data`,
      `image-download ${id} --file damaged`,
    );
    expect(wrong).toMatchObject({ code: '1', output: expect.stringContaining('did not match') });
    expect(damaged).toMatchObject({ code: '1', output: expect.stringContaining('Corrupt image download') });
    await v1(gateway, 'DELETE', `/v1/images/${id}`);
  });

  test('lists by every filter', { timeout: 60_000 }, async () => {
    const fields = { name: 'wanted', is_public: 'True', 'property-a': 'b' };
    const { id } = await v1Image(gateway, fields, 'x'.repeat(7));
    const hidden = await v1Image(gateway, { name: 'not public', owner: 'tenant' });
    const filters =
      'image-list --name wanted --status active --container-format bare --disk-format raw --size-min 5 ' +
      `--size-max 10 --property-filter a=b ${PUBLIC} --changes-since 2020-01-01T00:00:00 --page-size 3`;
    const lists = await glance(
      filters,
      filters.replace('a=b', 'a=c'),
      filters.replace('2020', '2999'),
      'image-list',
      'image-list --all-tenants --human-readable',
      'image-list --owner tenant',
    );
    const held = lists.map(({ output }) => [output.includes(id), output.includes(hidden.id)]);
    expect(held).toEqual([
      [true, false],
      [false, false],
      [false, false],
      [true, false],
      [true, true],
      [false, true],
    ]);
  });

  test('lists more than a hundred images by pages and by every sort key', { timeout: 60_000 }, async () => {
    for (let n = 0; n < 105; n += 1) await v1Image(gateway, { name: `image ${n % 9}`, is_public: 'True' });
    const { code, output } = await run(`/usr/bin/python3 lists.py ${gateway.url}`);
    expect([code, output]).toEqual([0, expect.stringMatching(/^\{/)]);
    const { all, pages, limited, sorted } = JSON.parse(output);
    const idsBy = async (sort: string) =>
      (await v1(gateway, 'GET', `/v1/images?limit=1000&${sort}`))
        .json()
        .images.map((image: { id: string }) => image.id);
    const ids = await idsBy('');
    expect(ids.length).toBeGreaterThan(100);
    expect([pages, limited]).toEqual([all, all.slice(0, 50)]);
    expect([...all].sort()).toEqual([...ids].sort());
    for (const key in sorted) expect(sorted[key], key).toEqual(await idsBy(`sort_key=${key}&sort_dir=desc`));
  });
});
