import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { as, createImage, errorOf, run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';

const CAN = gql('{ viewer { can { create publish makeCommunity import seeDeleted setOwner } } }');
const GATEWAY = gql(`{ gateway {
  version hashAlgorithm imageSizeCap ownersAreTenants resumable { expirySeconds unfinishedPerCaller }
  import { schemes } deletion { delayedSeconds }
} }`);
const admin = as('operators', 'admin');
const member = as('t');
const nothing = {
  create: false,
  publish: false,
  makeCommunity: false,
  import: false,
  seeDeleted: false,
  setOwner: false,
};
const SOURCES = { HTTP_SOURCE_HOSTS: 'images.example.org' };

onSqlite('what a caller may do without an image', (start, place) => {
  const can = async (gateway: TestGateway, who: Record<string, string>) =>
    (await run(gateway, CAN, {}, who)).viewer.can;

  test('follows the shipped rules', async () => {
    const gateway = await start({ AUTH: 'trusted' });
    expect(await can(gateway, member)).toEqual({ ...nothing, create: true, makeCommunity: true });
    expect(await can(gateway, admin)).toEqual({
      create: true,
      publish: true,
      makeCommunity: true,
      import: false,
      seeDeleted: true,
      setOwner: true,
    });
  });

  test('follows the rules of today: a reader changes nothing, nor does a caller who may only read', async () => {
    const gateway = await start({
      AUTH: 'trusted',
      POLICY: 'secure-rbac',
      ALLOW_ANONYMOUS_ACCESS: 'true',
      ...SOURCES,
    });
    expect(await can(gateway, as('t', 'reader'))).toEqual(nothing);
    expect(await can(gateway, {})).toEqual(nothing);
    const rights = { ...nothing, create: true, makeCommunity: true, import: true };
    expect(await can(gateway, member)).toEqual(rights);
  });

  test('follows a policy file, whose rules judge a new image of the caller', async () => {
    const policy = join(place.options.DATA_DIR, 'policy.json');
    writeFileSync(
      policy,
      JSON.stringify({
        add_image: 'project_id:%(owner)s',
        publicize_image: 'role:publisher',
        communitize_image: '!',
        copy_from: 'role:importer',
      }),
    );
    const gateway = await start({ AUTH: 'trusted', POLICY: policy, ...SOURCES });
    expect(await can(gateway, member)).toEqual({ ...nothing, create: true });
    const both = as('t', 'publisher,importer');
    expect(await can(gateway, both)).toEqual({ ...nothing, create: true, publish: true, import: true });
  });

  test('is what createImage then lets the caller do', async () => {
    const gateway = await start({ AUTH: 'trusted' });
    const create = gql('mutation ($input: CreateImageInput!) { createImage(input: $input) { id } }');
    for (const who of [member, admin]) {
      const { create: creates, publish, setOwner } = (await run(gateway, CAN, {}, who)).viewer.can;
      const attempts = [
        [creates, {}],
        [publish, { visibility: 'PUBLIC' }],
        [setOwner, { owner: 'other' }],
      ] as const;
      for (const [isAllowed, input] of attempts) {
        if (isAllowed) await createImage(gateway, input, who);
        else
          expect((await errorOf(gateway, create, { input }, who)).code).toMatch(/FORBIDDEN|BAD_USER_INPUT/);
      }
    }
  });
});

onSqlite('the facts about a gateway', (start) => {
  test('are its version and its rules, and null for what is off', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect((await run(await start(), GATEWAY)).gateway).toEqual({
      version,
      hashAlgorithm: 'sha512',
      imageSizeCap: 1099511627776,
      ownersAreTenants: true,
      resumable: { expirySeconds: 86400, unfinishedPerCaller: 16 },
      import: null,
      deletion: null,
    });
  });

  test('follow the options, and name neither hosts nor folders', async () => {
    const gateway = await start({
      HASHING_ALGORITHM: 'sha256',
      IMAGE_SIZE_CAP: '1000',
      OWNER_IS_TENANT: 'false',
      RESUMABLE_UPLOAD_QUOTA: '0',
      HTTP_SOURCE_HOSTS: 'secret.example.org',
      HTTP_SOURCE_SCHEMES: 'https',
      DELAYED_DELETE: 'true',
      SCRUB_TIME: '3600',
    });
    const { gateway: facts } = await run(gateway, GATEWAY);
    expect(facts).toMatchObject({
      hashAlgorithm: 'sha256',
      imageSizeCap: 1000,
      ownersAreTenants: false,
      resumable: null,
      import: { schemes: ['https'] },
      deletion: { delayedSeconds: 3600 },
    });
    const shown = JSON.stringify(facts);
    for (const secret of ['secret.example.org', gateway.folder]) expect(shown).not.toContain(secret);
  });
});
