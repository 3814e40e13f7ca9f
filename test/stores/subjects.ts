import { S3Client, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { s3Store } from '../../src/store/s3-store.js';
import { swiftStore } from '../../src/store/swift-store.js';
import { SWIFT_KEY, SWIFT_USER, type SwiftServer } from '../support/swift-server.js';
import { SEGMENT, type Subject } from './conformance.js';

export function swiftSubject(server: SwiftServer): Subject {
  const store = swiftStore(
    {
      authUrl: server.authUrl,
      authVersion: '1',
      user: SWIFT_USER,
      key: SWIFT_KEY,
      userDomainName: 'Default',
      projectDomainName: 'Default',
      endpointType: 'public',
      container: 'images',
      reference: 'archive',
      credentialsInLocation: false,
      segmentSize: SEGMENT,
      timeout: 10,
    },
    'archive',
  );
  return {
    store,
    contents: async (id) => (await server.objects('images')).filter((name) => name.startsWith(id)),
    async putForeign(id, data) {
      await server.request('PUT', `images/${encodeURIComponent(id)}`, { body: data });
    },
  };
}

/** @param virtual where the server is asked with the bucket in the host's name */
export function s3Subject(server: SwiftServer, virtual?: string): Subject {
  const credentials = { accessKeyId: SWIFT_USER, secretAccessKey: SWIFT_KEY };
  const store = s3Store(
    {
      endpoint: virtual ?? server.url,
      region: 'us-east-1',
      bucket: 'image-bucket',
      accessKey: SWIFT_USER,
      secretKey: SWIFT_KEY,
      isPathStyle: virtual === undefined,
      credentialsInLocation: false,
      segmentSize: SEGMENT,
      timeout: 10,
    },
    'cloud',
  );
  const client = new S3Client({
    endpoint: server.url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials,
  });
  return {
    store,
    async contents(id) {
      const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: 'image-bucket' }));
      const begun = (Uploads ?? [])
        .filter(({ Key }) => Key === id)
        .map(({ UploadId }) => `upload ${UploadId}`);
      return [...(await server.objects('image-bucket')).filter((name) => name === id), ...begun];
    },
    async putForeign(id, data) {
      await server.request('PUT', `image-bucket/${encodeURIComponent(id)}`, { body: data });
    },
  };
}
