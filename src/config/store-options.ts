import { ChoiceOption, FlagOption, FormOption, IntegerOption, TextOption } from './option.js';
import { isObjectName } from '../store/object-name.js';
import type { StoreKind } from '../store/store.js';

const LARGEST_SEGMENT = 5120;

/** Options of a store of kind `file`. */
export class FileStoreOptions {
  @TextOption('FOLDER', { meaning: 'Folder of the files. Unset: the folder of FILESYSTEM_STORE_DATADIR.' })
  folder?: string;
}

/** Options of a store of kind `swift`. */
export class SwiftStoreOptions {
  @FormOption('AUTH_URL', {
    required: true,
    allowed: 'an http or https URL such as https://keystone.example.org:5000/v3',
    check: isServiceUrl,
    meaning: "URL for logging in: Keystone's, or with AUTH_VERSION=1 the URL of version 1 logins.",
  })
  authUrl: string;

  @ChoiceOption('AUTH_VERSION', {
    default: '3',
    choices: ['3', '1'],
    meaning: 'How to log in: `3` with Keystone, `1` as with tempauth and other old servers.',
  })
  authVersion: '3' | '1';

  @FormOption('USER', {
    required: true,
    allowed: 'project:user, or account:user with AUTH_VERSION=1',
    check: (text) => /^[^:]+:.+$/.test(text),
    meaning: 'User that logs in, as Glance writes it: the project, a colon and the user.',
  })
  user: string;

  @TextOption('KEY', { required: true, secret: true, meaning: 'Password of that user.' })
  key: string;

  @TextOption('USER_DOMAIN_NAME', { default: 'Default', meaning: 'Keystone domain of that user.' })
  userDomainName: string;

  @TextOption('PROJECT_DOMAIN_NAME', { default: 'Default', meaning: 'Keystone domain of that project.' })
  projectDomainName: string;

  @TextOption('REGION', {
    meaning: "Region of Swift in Keystone's catalogue. Unset: the first region there.",
  })
  region?: string;

  @ChoiceOption('ENDPOINT_TYPE', {
    default: 'public',
    choices: ['public', 'internal', 'admin'],
    meaning: "Which of Swift's endpoints in the catalogue to use.",
  })
  endpointType: 'public' | 'internal' | 'admin';

  @FormOption('CONTAINER', {
    default: 'glance',
    allowed: 'a name without / @ ? #, of at most 256 bytes',
    check: (text) => isObjectName(text) && !/[?#]/.test(text) && Buffer.byteLength(text) <= 256,
    meaning: 'Container of the data. The first upload makes it.',
  })
  container: string;

  @FormOption('REFERENCE', {
    allowed: 'letters, digits, dots, dashes and underscores',
    check: (text) => /^[\w.-]+$/.test(text),
    meaning:
      "Name of the account in locations `swift+config://…`: a section of Glance's swift_store_config_file. Unset: the name of the store.",
  })
  reference?: string;

  @FlagOption('CREDENTIALS_IN_LOCATION', {
    default: false,
    meaning:
      'Write USER and KEY into the locations of new images. A Glance without swift_store_config_file needs them to read the data.',
  })
  credentialsInLocation: boolean;

  @IntegerOption('SEGMENT_SIZE', {
    default: 64,
    min: 1,
    max: LARGEST_SEGMENT,
    meaning:
      'MiB of data in one object. Larger data is stored in segments. The temporary folder holds each segment until Swift has it.',
  })
  segmentSize: number;

  @IntegerOption('TIMEOUT', {
    default: 60,
    min: 1,
    max: 3600,
    meaning:
      'Seconds without an answer or a byte after which the gateway gives up a request to Swift or Keystone.',
  })
  timeout: number;
}

/** Options of a store of kind `s3`. */
export class S3StoreOptions {
  @FormOption('ENDPOINT', {
    allowed: 'an http or https URL such as https://s3.example.org',
    check: isServiceUrl,
    meaning: 'URL of the S3 server. Unset: Amazon, in REGION.',
  })
  endpoint?: string;

  @TextOption('REGION', { default: 'us-east-1', meaning: 'Region of the bucket.' })
  region: string;

  @FormOption('BUCKET', {
    default: 'glance',
    allowed: '3 to 63 lower-case letters, digits, dots and dashes',
    check: (text) => /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text),
    meaning: 'Bucket of the data. The first upload makes it.',
  })
  bucket: string;

  @TextOption('ACCESS_KEY', {
    meaning:
      'Access key. Unset: the credentials that the AWS SDK finds, such as the role of the machine or a profile.',
  })
  accessKey?: string;

  @TextOption('SECRET_KEY', { secret: true, meaning: 'Secret of that access key.' })
  secretKey?: string;

  @ChoiceOption('BUCKET_URL_FORMAT', {
    default: 'auto',
    choices: ['auto', 'path', 'virtual'],
    meaning:
      'Place of the bucket in URLs: in the path (`path`), or in the host name (`virtual`). `auto`: in the path if ENDPOINT is set.',
  })
  bucketUrlFormat: 'auto' | 'path' | 'virtual';

  @FlagOption('CREDENTIALS_IN_LOCATION', {
    default: false,
    meaning:
      'Write ACCESS_KEY and SECRET_KEY into the locations of new images. Glance needs them to read the data.',
  })
  credentialsInLocation: boolean;

  @IntegerOption('SEGMENT_SIZE', {
    default: 64,
    min: 5,
    max: LARGEST_SEGMENT,
    meaning:
      'MiB of data in one part of a multipart upload. The temporary folder holds each part until the server has it.',
  })
  segmentSize: number;

  @IntegerOption('TIMEOUT', {
    default: 60,
    min: 1,
    max: 3600,
    meaning: 'Seconds without an answer or a byte after which the gateway gives up a request to the server.',
  })
  timeout: number;
}

/** The options of each kind of store, named `STORE_{NAME}_…`. */
export const STORE_OPTIONS = {
  file: FileStoreOptions,
  swift: SwiftStoreOptions,
  s3: S3StoreOptions,
} satisfies Record<StoreKind, new () => object>;

/** A configured store. */
export type ConfiguredStore = { name: string } & (
  | { kind: 'file'; options: FileStoreOptions }
  | { kind: 'swift'; options: SwiftStoreOptions }
  | { kind: 's3'; options: S3StoreOptions }
);

/** Returns the prefix of one store's options. */
export function storePrefix(name: string): string {
  return `STORE_${name.toUpperCase().replaceAll('-', '_')}_`;
}

/** Returns true for an entry of `STORES`. Version 1 uses the names `http` and `https` for sources, so no store has them. */
export function isStoreEntry(text: string): boolean {
  const [, name] = /^([A-Za-z0-9][\w-]{0,62}):(file|swift|s3)$/.exec(text) ?? [];
  return name !== undefined && !['http', 'https'].includes(name.toLowerCase());
}

/** Refuses credentials, which have options of their own, and a query or fragment, which has no meaning. */
function isServiceUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return false;
  return url.username === '' && url.password === '' && !/[?#]/.test(text);
}
