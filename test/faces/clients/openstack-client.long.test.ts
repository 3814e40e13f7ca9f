import { beforeAll, expect, test } from 'vitest';
import type { TestGateway } from '../../support/gateway.js';
import { field, withPrograms } from '../../support/real-clients.js';
import { v1, v1Image } from '../../support/v1-client.js';

/** Its other image commands are broken for version 1: with a real Glance they fail in the same way. */
withPrograms(
  'the client openstack, as far as it can speak version 1',
  ['openstack', 'script'],
  (terminal) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await terminal.gateway();
    });
    const openstack = (command: string) =>
      terminal.run(
        'openstack --os-image-api-version 1 --os-auth-type admin_token --os-token TOKEN ' +
          `--os-endpoint ${gateway.url}/v1 image ${command}`,
      );

    test('lists, shows and deletes images', { timeout: 120_000 }, async () => {
      const { id } = await v1Image(
        gateway,
        { name: 'cirros', is_public: 'True', 'property-os': 'linux' },
        'hello',
      );
      const { output } = await openstack('list');
      expect(output).toMatch(new RegExp(`\\| ${id} \\| cirros +\\| active +\\|`));

      const shown = await openstack('show cirros');
      expect(shown.code).toBe(0);
      expect([field(shown.output, 'id'), field(shown.output, 'size')]).toEqual([id, '5']);

      expect(await openstack('delete cirros')).toEqual({ code: 0, output: '' });
      expect((await v1(gateway, 'HEAD', `/v1/images/${id}`)).headers['X-Image-Meta-Status']).toBe('deleted');
    });
  },
);
