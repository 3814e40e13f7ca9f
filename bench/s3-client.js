import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { wholeDigests } from './whole-digests.js';

/**
 * Sends one file to S3 with nothing but the SDK, part after part, and prints the seconds it took as JSON. The
 * object is removed again. Standard input holds `{ url, user, key, file, partSize, isChecked }`: when checked, the
 * server is sent the MD5 of each part, and refuses it if it arrives otherwise; beside that the whole is digested.
 */
const { url, user, key, file, partSize, isChecked } = JSON.parse(await text(process.stdin));
const s3 = new S3Client({
  region: 'us-east-1',
  endpoint: url,
  forcePathStyle: true,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  credentials: { accessKeyId: user, secretAccessKey: key },
});
const object = { Bucket: 'bench', Key: 'bench' };
await s3.send(new CreateBucketCommand({ Bucket: 'bench' })).catch((error) => {
  if (error.name !== 'BucketAlreadyOwnedByYou') throw error;
});

const began = performance.now();
const { UploadId } = await s3.send(new CreateMultipartUploadCommand(object));
const { size } = statSync(file);
const whole = isChecked ? wholeDigests(file) : undefined;
const Parts = [];
for (let start = 0; start < size; start += partSize) {
  const end = Math.min(start + partSize, size) - 1;
  const part = { ...object, UploadId, PartNumber: Parts.length + 1 };
  const bytes = () => createReadStream(file, { start, end, highWaterMark: 1024 * 1024 });
  const digest = isChecked ? { ContentMD5: await md5Of(bytes()) } : {};
  const { ETag } = await s3.send(
    new UploadPartCommand({ ...part, ...digest, Body: bytes(), ContentLength: end - start + 1 }),
  );
  Parts.push({ PartNumber: part.PartNumber, ETag });
}
await s3.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload: { Parts } }));
const digests = await whole;
const seconds = (performance.now() - began) / 1000;
await s3.send(new DeleteObjectCommand(object));
process.stdout.write(JSON.stringify({ seconds, digests }));

async function md5Of(bytes) {
  const hash = createHash('md5');
  for await (const piece of bytes) hash.update(piece);
  return hash.digest('base64');
}
