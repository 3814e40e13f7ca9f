import { ChoiceOption, FlagOption, FormOption, IntegerOption, TextOption } from './option.js';
import { isObjectName } from '../store/object-name.js';
import type { StoreKind } from '../store/store.js';

const LARGEST_SEGMENT = 5120;

/** Options of a store of kind `file`. */
export class FileStoreOptions {
  @TextOption('FOLDER', { meaning: 'Folder of the files. Unset: that of FILESYSTEM_STORE_DATADIR.' })
  folder?: string;
}

/** Options of a store of kind `swift`. */
export class SwiftStoreOptions {
  @FormOption('AUTH_URL', {
    required: true,
    allowed: 'an http or https URL such as https://keystone.example.org:5000/v3',
    check: isServiceUrl,
    meaning: 'Where one logs in: Keystone, or under AUTH_VERSION=1 the address of version 1 logins.',
  })
  authUrl: string;

  @ChoiceOption('AUTH_VERSION', {
    default: '3',
    choices: ['3', '1'],
    meaning: 'How one logs in: `3` at Keystone, `1` as tempauth and other old servers have it.',
  })
  authVersion: '3' | '1';

  @FormOption('USER', {
    required: true,
    allowed: 'project:user, under AUTH_VERSION=1 account:user',
    check: (text) => /^[^:]+:.+$/.test(text),
    meaning: 'Who logs in, as Glance writes it: the project, a colon and the user.',
  })
  user: string;

  @TextOption('KEY', { required: true, secret: true, meaning: 'Password of that user.' })
  key: string;

  @TextOption('USER_DOMAIN_NAME', { default: 'Default', meaning: 'Domain of that user at Keystone.' })
  userDomainName: string;

  @TextOption('PROJECT_DOMAIN_NAME', { default: 'Default', meaning: 'Domain of that project at Keystone.' })
  projectDomainName: string;

  @TextOption('REGION', { meaning: "Region of Swift in Keystone's catalogue. Unset: the first there." })
  region?: string;

  @ChoiceOption('ENDPOINT_TYPE', {
    default: 'public',
    choices: ['public', 'internal', 'admin'],
    meaning: "Which of Swift's endpoints in the catalogue.",
  })
  endpointType: 'public' | 'internal' | 'admin';

  @FormOption('CONTAINER', {
    default: 'glance',
    allowed: 'a name without / @ ? #, of at most 256 bytes',
    check: (text) => isObjectName(text) && !/[?#]/.test(text) && Buffer.byteLength(text) <= 256,
    meaning: 'Container of the images, made when the first one comes.',
  })
  container: string;

  @FormOption('REFERENCE', {
    allowed: 'letters, digits, dots, dashes and underscores',
    check: (text) => /^[\w.-]+$/.test(text),
    meaning:
      "The account's name in locations `swift+config://…`: a section of Glance's swift_store_config_file. Unset: the store's name.",
  })
  reference?: string;

  @FlagOption('CREDENTIALS_IN_LOCATION', {
    default: false,
    meaning:
      'Write USER and KEY into the locations of new images, which a Glance without swift_store_config_file needs to read them.',
  })
  credentialsInLocation: boolean;

  @IntegerOption('SEGMENT_SIZE', {
    default: 64,
    min: 1,
    max: LARGEST_SEGMENT,
    meaning:
      'MiB of data in one object; larger images are kept in segments. Each segment is spooled in the temporary folder until Swift has it.',
  })
  segmentSize: number;

  @IntegerOption('TIMEOUT', {
    default: 60,
    min: 1,
    max: 3600,
    meaning: 'Seconds for which Swift and Keystone may be silent.',
  })
  timeout: number;
}

/** Options of a store of kind `s3`. */
export class S3StoreOptions {
  @FormOption('ENDPOINT', {
    allowed: 'an http or https URL such as https://s3.example.org',
    check: isServiceUrl,
    meaning: 'Where the S3 server is. Unset: Amazon, in REGION.',
  })
  endpoint?: string;

  @TextOption('REGION', { default: 'us-east-1', meaning: 'Region of the bucket.' })
  region: string;

  @FormOption('BUCKET', {
    default: 'glance',
    allowed: '3 to 63 lower-case letters, digits, dots and dashes',
    check: (text) => /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text),
    meaning: 'Bucket of the images, made when the first one comes.',
  })
  bucket: string;

  @TextOption('ACCESS_KEY', {
    meaning:
      'Access key. Unset: what the AWS SDK finds by itself, such as the role of the machine or a profile.',
  })
  accessKey?: string;

  @TextOption('SECRET_KEY', { secret: true, meaning: 'Secret of that access key.' })
  secretKey?: string;

  @ChoiceOption('BUCKET_URL_FORMAT', {
    default: 'auto',
    choices: ['auto', 'path', 'virtual'],
    meaning:
      'Where the bucket stands in URLs: in the `path`, or in the host name (`virtual`). `auto`: in the path where ENDPOINT is set.',
  })
  bucketUrlFormat: 'auto' | 'path' | 'virtual';

  @FlagOption('CREDENTIALS_IN_LOCATION', {
    default: false,
    meaning:
      'Write ACCESS_KEY and SECRET_KEY into the locations of new images, which Glance needs to read them.',
  })
  credentialsInLocation: boolean;

  @IntegerOption('SEGMENT_SIZE', {
    default: 64,
    min: 5,
    max: LARGEST_SEGMENT,
    meaning:
      'MiB of data in one part of a multipart upload. Each part is spooled in the temporary folder until the server has it.',
  })
  segmentSize: number;

  @IntegerOption('TIMEOUT', {
    default: 60,
    min: 1,
    max: 3600,
    meaning: 'Seconds for which the server may be silent.',
  })
  timeout: number;
}

/** The options that a store of each kind has, under `STORE_{NAME}_`. */
export const STORE_OPTIONS = {
  file: FileStoreOptions,
  swift: SwiftStoreOptions,
  s3: S3StoreOptions,
} satisfies Record<StoreKind, new () => object>;

/** One store as it is configured. */
export type ConfiguredStore = { name: string } & (
  | { kind: 'file'; options: FileStoreOptions }
  | { kind: 'swift'; options: SwiftStoreOptions }
  | { kind: 's3'; options: S3StoreOptions }
);

/** What stands in front of the options of one store. */
export function storePrefix(name: string): string {
  return `STORE_${name.toUpperCase().replaceAll('-', '_')}_`;
}

/** True for an entry of `STORES`. Names that version 1 has for what lies on the web are not free. */
export function isStoreEntry(text: string): boolean {
  const [, name] = /^([A-Za-z0-9][\w-]{0,62}):(file|swift|s3)$/.exec(text) ?? [];
  return name !== undefined && !['http', 'https'].includes(name.toLowerCase());
}

/** Credentials have options of their own; a query or fragment has no meaning. */
function isServiceUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return false;
  return url.username === '' && url.password === '' && !/[?#]/.test(text);
}
