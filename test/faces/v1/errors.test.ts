import { beforeAll, expect, test } from 'vitest';
import { onSqlite, type TestGateway } from '../../support/gateway.js';
import { meta, v1 } from '../../support/v1-client.js';

onSqlite('an error of version 1 (contract C5)', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
  });
  const missing = (accept?: string) =>
    v1(gateway, 'GET', '/v1/images/abc', accept === undefined ? {} : { accept });

  test('is plain text without an Accept header (C32.19)', async () => {
    const answer = await missing();
    expect(answer.headers['Content-Type']).toBe('text/plain; charset=UTF-8');
    expect(answer.text).toBe(
      '404 Not Found\n\nThe resource could not be found.\n\n Image with identifier abc not found  ',
    );
    expect(answer.headers['Content-Length']).toBe('87');
  });

  test.each(['*/*', 'text/html', 'text/*', 'application/json, */*'])(
    'is HTML for %s (C32.18)',
    async (accept) => {
      const answer = await missing(accept);
      expect([answer.headers['Content-Type'], answer.headers['Content-Length']]).toEqual([
        'text/html; charset=UTF-8',
        '189',
      ]);
    },
  );

  test.each(['application/json', 'application/json;q=0.5, text/html;q=0.4'])(
    'is JSON for %s (C32.20)',
    async (accept) => {
      const answer = await missing(accept);
      expect(answer.headers['Content-Type']).toBe('application/json');
      expect(answer.text).toBe(
        '{"message": "The resource could not be found.<br /><br />\\nImage with identifier abc not found\\n\\n", ' +
          '"code": "404 Not Found", "title": "Not Found"}',
      );
    },
  );

  test.each(['', 'image/png', 'application/xml', 'text/html;q=0'])(
    'is plain text for "%s"',
    async (accept) => {
      expect((await missing(accept)).headers['Content-Type']).toBe('text/plain; charset=UTF-8');
    },
  );

  test('shows markup as text', async () => {
    const answer = await v1(gateway, 'GET', '/v1/images/%3Cb%3E%26%22', { accept: 'text/html' });
    expect(answer.text).toContain('Image with identifier &lt;b&gt;&amp;&quot; not found');
  });

  test('quotes a page of the registry where Glance has it from there (C5.10)', async () => {
    expect((await v1(gateway, 'GET', '/v1/images?limit=x')).text).toBe(
      '400 Bad Request\n\n400 Bad Request  The server could not comply with the request since it is either ' +
        'malformed or otherwise incorrect.   limit param must be an integer  \n\n   ',
    );
  });

  test('has no body on HEAD, and the type that the code asked for (C5.8)', async () => {
    const notFound = await v1(gateway, 'HEAD', '/v1/images/abc');
    const notAllowed = await v1(gateway, 'HEAD', '/v1/images');
    expect([notFound.headers['Content-Type'], notFound.headers['Content-Length']]).toEqual([
      'text/plain; charset=UTF-8',
      '0',
    ]);
    expect(notAllowed.headers['Content-Type']).toBe('text/html; charset=UTF-8');
  });

  test.each([
    [{ foo: 'x' }, 'Bad header: x-image-meta-foo'],
    [
      { size: 'x', disk_format: 'zip' },
      "Invalid value 'x' for parameter 'size': Cannot convert image size 'x'",
    ],
    [{ min_ram: '-1' }, "Invalid value '-1' for parameter 'min_ram': Cannot be a negative value."],
    [{ min_disk: '' }, "Cannot convert image min_disk 'None' to an integer."],
    [{ disk_format: 'zip', created_at: 'x' }, "Invalid disk format 'zip' for image."],
    [{ container_format: '' }, "Invalid container format 'None' for image."],
    [{ disk_format: 'ami', container_format: 'bare' }, 'Invalid mix of disk and container formats.'],
    [{ created_at: '1899-01-01', name: 'n'.repeat(256) }, 'Invalid time format for created_at.'],
    [{ name: 'n'.repeat(256), checksum: 'c'.repeat(33) }, 'Image name too long: 256'],
    [{ checksum: 'c'.repeat(33) }, "can't exceed 32 characters"],
    [{ size: '1099511627777' }, 'Denying attempt to upload image larger than 1099511627776 bytes.'],
    [{ id: 'no-uuid' }, 'Failed to reserve image. Got error: 400 Bad Request  Invalid image id format'],
    [{ min_ram: '2147483648' }, "'min_ram' value out of range, must not exceed 2147483647."],
    [{ name: '😀' }, "Name can't contain 4 byte unicode characters."],
    [{ 'property-__proto__': '😀' }, "__Proto__ can't contain 4 byte unicode characters."],
    [{ 'property-constructor': '😀' }, "Constructor can't contain 4 byte unicode characters."],
    [{ store: 'swift' }, 'Required store swift is invalid'],
    [{ location: 'file:///etc/passwd' }, "External sources are not supported: 'file:///etc/passwd'"],
  ])('names the first fault of %o, and nothing is stored (C8)', async (fields, text) => {
    const answer = await v1(gateway, 'POST', '/v1/images', meta(fields as Record<string, string>));
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(text)]);
    expect((await v1(gateway, 'GET', '/v1/images?is_public=none')).text).toBe('{"images": []}');
  });
});
