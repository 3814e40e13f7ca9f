import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { as, createImage, run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { hasBrowser, withBrowser } from './browser.js';
import { openAs, told } from './console-page.js';

const PROPERTIES = gql('query ($id: ID!) { image(id: $id) { properties { name value } } }');

const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
const METADEFS = join(folder, 'metadefs');
mkdirSync(METADEFS);
const group = (title: string, values: string[]) => ({
  ...{ namespace: title, display_name: title, visibility: 'public' },
  resource_type_associations: [{ name: 'OS::Glance::Image' }],
  properties: {
    colour: { title: 'Colour', description: `As ${title} has it.`, type: 'string', enum: values },
  },
});
writeFileSync(join(METADEFS, 'one.json'), JSON.stringify(group('One', ['red'])));
writeFileSync(join(METADEFS, 'two.json'), JSON.stringify(group('Two', ['blue'])));
const RULES = join(folder, 'protections.conf');
const section = (names: string, change: string) =>
  `[${names}]\ncreate = ${change}\nread = @\nupdate = ${change}\ndelete = ${change}\n`;
writeFileSync(RULES, section('^fix_', 'admin') + section('.*', '@'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!hasBrowser)('properties that the gateway knows', { timeout: 120_000 }, () => {
  const open = withBrowser();

  onSqlite('in the console', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start({ AUTH: 'trusted', METADEFS_DIR: METADEFS, PROPERTY_PROTECTION_FILE: RULES });
    });
    const edited = async (properties: Record<string, string>) => {
      const pairs = Object.entries(properties).map(([name, value]) => ({ name, value }));
      const id = await createImage(
        gateway,
        { name: 'edited', owner: 't', properties: pairs },
        as('t', 'admin'),
      );
      const page = await openAs(open, as('t'), `${gateway.url}/console/images/${id}/properties`);
      await page.getByRole('button', { name: 'Edit properties' }).click();
      await page.getByRole('combobox', { name: 'New property' }).waitFor();
      return { id, page };
    };
    const row = (page: Page, name: string) =>
      page
        .getByRole('row')
        .filter({ has: page.getByRole('rowheader').locator('code', { hasText: new RegExp(`^${name}$`) }) });
    const saved = async (page: Page, id: string) => {
      await page.getByRole('button', { name: 'Save' }).click();
      await told(page, 'The properties of edited are saved.');
      const { image } = await run(gateway, PROPERTIES, { id }, as('t'));
      return Object.fromEntries(image!.properties.map(({ name, value }) => [name, value]));
    };
    const options = (page: Page, name: string) =>
      page
        .locator('.field', { has: page.getByRole('combobox', { name, exact: true }) })
        .locator('option')
        .evaluateAll((all) =>
          all.map((each) => `${each.getAttribute('value')}: ${each.getAttribute('label')}`),
        );

    test('say what they mean, and are chosen from a list', async () => {
      const { id, page } = await edited({ hw_disk_bus: 'virtio' });
      await row(page, 'hw_disk_bus').getByText('Disk bus: The bus of disks. (Devices)').waitFor();
      await page.getByLabel('Value of hw_disk_bus').selectOption('scsi');
      expect(await saved(page, id)).toEqual({ hw_disk_bus: 'scsi' });
      await page.getByRole('rowheader', { name: 'hw_disk_bus Disk bus' }).waitFor();
    });

    test('take a value that is not usual, and mark it', async () => {
      const { id, page } = await edited({ hw_disk_bus: 'nvme', hw_cpu_cores: '0', hw_boot_menu: 'true' });
      await row(page, 'hw_disk_bus').getByText('This is not one of the usual values.').waitFor();
      await row(page, 'hw_cpu_cores').getByText('At least 1 is usual.').waitFor();
      await page.getByLabel('Value of hw_cpu_cores').fill('two');
      await row(page, 'hw_cpu_cores').getByText('A whole number is usual here.').waitFor();
      await page.getByLabel('Value of hw_disk_bus').selectOption('Another value…');
      await page.keyboard.press('Control+A');
      await page.keyboard.type('tape');
      expect(await page.getByText('is usual').count()).toBe(1);
      expect(await saved(page, id)).toEqual({
        hw_disk_bus: 'tape',
        hw_cpu_cores: 'two',
        hw_boot_menu: 'true',
      });
    });

    test('are suggested before those in use, with their usual values', async () => {
      const { page } = await edited({ architecture: 'x86_64', own_name: '1' });
      await page.getByRole('combobox', { name: 'New property' }).focus();
      await eventually(
        () => options(page, 'New property'),
        (found) =>
          found.includes('os_distro: Distribution') && !found.some((each) => /^architecture:/.test(each)),
      );
      await page.getByRole('combobox', { name: 'New property' }).fill('hw_vif_model');
      await page.getByText('Network card: The network card that the guest sees.').waitFor();
      await page.getByRole('combobox', { name: 'Value', exact: true }).focus();
      await eventually(
        () => options(page, 'Value'),
        (found) => found[0] === 'virtio: usual',
      );
    });

    test('that two collections define show both meanings, and the values of both', async () => {
      const { page } = await edited({ colour: 'blue' });
      await row(page, 'colour').getByText('Colour: As One has it. (One)').waitFor();
      await row(page, 'colour').getByText('Colour: As Two has it. (Two)').waitFor();
      const shown = await page.getByLabel('Value of colour').locator('option').allInnerTexts();
      expect(shown).toEqual(['red', 'blue', 'Another value…']);
      expect(await page.getByText('usual').count()).toBe(0);
    });

    test('are only read where they are protected, and the page says why', async () => {
      const { id, page } = await edited({ fix_a: '1', free: '2' });
      const fixed = row(page, 'fix_a');
      await fixed.getByText('Protected: you may neither change nor remove it.').waitFor();
      expect(await fixed.getByRole('combobox').count()).toBe(0);
      expect(await fixed.getByRole('button').count()).toBe(0);
      await page.getByRole('combobox', { name: 'New property' }).fill('fix_new');
      await Promise.all([
        page.waitForResponse((each) => each.request().postData()?.includes('createProperty') ?? false),
        page.getByRole('combobox', { name: 'Value', exact: true }).fill('1'),
      ]);
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByText('This property is protected: you may not set it.').waitFor();
      await page.getByText('Add many').click();
      await page.getByRole('textbox', { name: 'Lines name=value, or JSON' }).fill('fix_a=new\nfree=3');
      await page.getByRole('button', { name: 'Add all' }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Nothing is saved. Correct first: fix_a').waitFor();
      await page.getByRole('button', { name: 'Undo the change of fix_a' }).click();
      expect(await saved(page, id)).toEqual({ fix_a: '1', free: '3' });
    });
  });
});
