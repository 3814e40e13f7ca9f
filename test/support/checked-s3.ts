import type { IncomingMessage, ServerResponse } from 'node:http';
import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { CompleteMultipartUploadCommand, S3Client } from '@aws-sdk/client-s3';
import { interpose, type Interposed } from './interposed.js';
import { SWIFT_KEY, SWIFT_USER } from './swift-server.js';

/** Stands before the S3 server of Swift, and treats checksums as other servers of S3 do. */
export interface CheckedS3 extends Pick<Interposed, 'url' | 'stop'> {
  /**
   * `takes`: compares CRC32 as Amazon's server does, and demands it of each part. `ignores`: says at the beginning of an
   * upload that it will, and never does. `refuses`: refuses an upload that asks for it. `unknown`: Swift, which knows MD5.
   */
  crc32: 'takes' | 'ignores' | 'refuses' | 'unknown';
  /** Damages the bytes of so many next objects and parts on their way. */
  damaged: number;
  /** The checksums of the objects and parts that came, in order. */
  checksums: string[];
}

export async function checkedS3(url: string): Promise<CheckedS3> {
  const between = await interpose(url);
  const swift = new S3Client({
    ...{ endpoint: url, region: 'us-east-1', forcePathStyle: true },
    credentials: { accessKeyId: SWIFT_USER, secretAccessKey: SWIFT_KEY },
  });
  const server: CheckedS3 = {
    url: between.url,
    stop: () => between.stop(),
    crc32: 'takes',
    damaged: 0,
    checksums: [],
  };
  between.conduct = (incoming, response) => {
    answer(incoming, response).catch(() => response.destroy());
  };
  return server;

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(incoming.url!, between.url);
    const asked = incoming.headers['x-amz-checksum-algorithm'] as string | undefined;
    if (asked && server.crc32 === 'refuses') return refuse(response, 'InvalidArgument');
    if (asked && server.crc32 !== 'unknown')
      return passOn(incoming, response, await buffer(incoming), { 'x-amz-checksum-algorithm': asked });
    if (incoming.method === 'PUT' && /^\/[^/]+\/./.test(pathname)) return take(incoming, response);
    if (incoming.method === 'POST' && searchParams.has('uploadId') && server.crc32 === 'takes')
      return complete(pathname, searchParams.get('uploadId')!, await buffer(incoming), response);
    between.pass(incoming, response);
  }

  async function take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const sent = incoming.headers['x-amz-checksum-crc32'] as string | undefined;
    const names = ['content-md5', 'x-amz-checksum-crc32'].filter((name) => incoming.headers[name]);
    server.checksums.push(names.join(' and '));
    if (server.damaged > 0) {
      server.damaged -= 1;
      body[body.length - 1] ^= 1;
    }
    if (server.crc32 !== 'takes') return passOn(incoming, response, body, {});
    if (!sent && incoming.url!.includes('uploadId=')) return refuse(response, 'InvalidRequest');
    if (sent && sent !== base64(crc32(body))) return refuse(response, 'BadDigest');
    passOn(incoming, response, body, sent ? { 'x-amz-checksum-crc32': sent } : {});
  }

  /** Swift refuses a list of parts with checksums, as it does not know them. */
  async function complete(path: string, id: string, body: Buffer, response: ServerResponse): Promise<void> {
    const [, Bucket, Key] = path.split('/');
    const parts = [...body.toString().matchAll(/<Part>.*?<\/Part>/gs)].map(([part]) => ({
      PartNumber: Number(element(part, 'PartNumber')),
      ETag: element(part, 'ETag').replaceAll('&quot;', '"'),
      ChecksumCRC32: element(part, 'ChecksumCRC32'),
    }));
    if (parts.some(({ ChecksumCRC32 }) => ChecksumCRC32 === '')) return refuse(response, 'InvalidRequest');
    const Parts = parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
    await swift.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId: id, MultipartUpload: { Parts } }),
    );
    const xml = `<CompleteMultipartUploadResult><Key>${Key}</Key></CompleteMultipartUploadResult>`;
    response.writeHead(200, { 'content-type': 'application/xml' }).end(xml);
  }

  function passOn(
    { url: path, method, headers }: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
    added: Record<string, string>,
  ): void {
    const passed = request(`${url}${path}`, { method, headers }, (answered) => {
      response.writeHead(answered.statusCode!, { ...answered.headers, ...added });
      answered.pipe(response);
    });
    passed.on('error', () => response.destroy()).end(body);
  }
}

function refuse(response: ServerResponse, code: string): void {
  response.writeHead(400, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`);
}

function element(xml: string, name: string): string {
  return new RegExp(`<${name}>(.*?)</${name}>`).exec(xml)?.[1] ?? '';
}

function base64(checksum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(checksum);
  return bytes.toString('base64');
}
