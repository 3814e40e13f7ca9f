import { isIP } from 'node:net';
import { isAbsolute, join } from 'node:path';
import { ChoiceOption, FlagOption, FormOption, IntegerOption, ListOption, TextOption } from './option.js';
import { isHostEntry } from '../store/source-address.js';
import { isStoreEntry, type ConfiguredStore } from './store-options.js';

const SAFE = Number.MAX_SAFE_INTEGER;

/** Signatures by key pairs only: with a shared secret, whoever can check a token could make one. */
const SIGNATURES = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/**
 * Every option of the gateway, once. Names that Glance also has keep Glance's meaning and default
 * (contract C30). `docs/reference/configuration.md` is generated from this class.
 */
export class Config {
  @TextOption('HOST', { default: '127.0.0.1', meaning: 'Address to listen on.' })
  host: string;

  @IntegerOption('PORT', {
    default: 9292,
    min: 0,
    max: 65535,
    meaning: 'Port to listen on; 0 takes any free one.',
  })
  port: number;

  @IntegerOption('REGISTRY_PORT', {
    min: 0,
    max: 65535,
    meaning:
      'Port on which an old glance-api finds its registry, at REGISTRY_HOST; Glance has 9191. Unset: there is none. It returns the locations of data, credentials included: let only that glance-api reach it.',
  })
  registryPort?: number;

  @TextOption('REGISTRY_HOST', {
    default: '127.0.0.1',
    meaning: 'Address on which REGISTRY_PORT listens.',
  })
  registryHost: string;

  @ListOption('REGISTRY_PEERS', {
    default: ['127.0.0.0/8', '::1'],
    allowed: 'addresses or networks such as 10.0.0.0/8, with commas between them',
    each: isNetwork,
    meaning:
      'Peers that may use the registry: the machines of the glance-api that it serves. All others are refused, whatever identity they send.',
  })
  registryPeers: string[];

  @FlagOption('REGISTRY_STRICT', {
    default: false,
    meaning:
      'The registry judges records as its text of 2011 says: status and both formats are given and known, the formats of Amazon match, ids are UUIDs. A glance-api that reserves images before it knows their formats needs this off.',
  })
  registryStrict: boolean;

  @FormOption('PUBLIC_ENDPOINT', {
    allowed: 'an http or https URL such as https://images.example.org or https://example.org/images',
    check: isEndpoint,
    meaning: 'The URL under which clients reach the gateway, when it stands behind a proxy.',
  })
  publicEndpoint?: string;

  @TextOption('DATA_DIR', {
    default: './data',
    meaning:
      'Folder of the embedded database, of the spool and, unless FILESYSTEM_STORE_DATADIR says otherwise, of the data.',
  })
  dataDir: string;

  @TextOption('FILESYSTEM_STORE_DATADIR', {
    meaning:
      "Folder of the file store, where it names none of its own; beside a live Glance, that Glance's own, so that each finds what the other stored. Unset: `images` in DATA_DIR.",
  })
  filesystemStoreDatadir?: string;

  /** The folder of the file store, wherever it was said. */
  get storeFolder(): string {
    return this.filesystemStoreDatadir ?? join(this.dataDir, 'images');
  }

  /** The folder of what has come of resumable uploads. */
  get uploadFolder(): string {
    return join(this.dataDir, 'uploads');
  }

  @ListOption('FILE_LOCATION_ROOTS', {
    default: [],
    allowed: 'absolute paths of folders with commas between them',
    each: isAbsolute,
    meaning:
      'Further folders whose files the images of the database may lie in, such as those of other stores of Glance: read, and removed with their image, but never written to. A location anywhere else is not found.',
  })
  fileLocationRoots: string[];

  @ListOption('STORES', {
    default: ['file:file'],
    required: true,
    allowed: 'name:kind with commas between them; kinds are file, swift and s3',
    each: isStoreEntry,
    meaning:
      'Stores of image data; the options of each are below. The name goes into the records of images, so keep it.',
  })
  stores: string[];

  @TextOption('DEFAULT_STORE', {
    meaning: 'The store that takes data when nobody names another. Unset: the first of STORES.',
  })
  defaultStore?: string;

  /** The stores with their options, which have names of their own. */
  configuredStores: ConfiguredStore[];

  @FormOption('DATABASE_URL', {
    secret: true,
    allowed: 'mysql://user:password@host[:port]/database, or unset for the embedded database',
    check: isMysqlUrl,
    meaning: 'MySQL or MariaDB to use. Unset: an embedded SQLite file in DATA_DIR.',
  })
  databaseUrl?: string;

  @FormOption('METADATA_ENCRYPTION_KEY', {
    secret: true,
    allowed: 'a text of 16, 24 or 32 bytes, the same on every gateway and in Glance',
    check: (text) => [16, 24, 32].includes(Buffer.byteLength(text)),
    meaning:
      "Key of AES with which the database holds where data lies, as Glance's option of this name. What was written before it was set stays readable. Unset: nothing is encrypted.",
  })
  metadataEncryptionKey?: string;

  @IntegerOption('DATABASE_POOL_SIZE', {
    default: 10,
    min: 1,
    max: 1000,
    meaning: 'Most connections to MySQL at once.',
  })
  databasePoolSize: number;

  @IntegerOption('QUERY_TIMEOUT', {
    default: 30,
    min: 1,
    max: 3600,
    meaning: 'Seconds after which the MySQL server gives up a statement.',
  })
  queryTimeout: number;

  @FlagOption('MIGRATE_ON_START', {
    default: false,
    meaning:
      'Let `serve` change the tables of a MySQL database of ours when a new version needs it. The embedded database and an empty one are always prepared.',
  })
  migrateOnStart: boolean;

  @TextOption('TRUSTED_GLANCE_REVISION', {
    meaning:
      "On Glance's database: a revision in `alembic_version` that is newer than those this version knows, and that you have tried.",
  })
  trustedGlanceRevision?: string;

  @ChoiceOption('AUTH', {
    default: 'none',
    choices: ['none', 'trusted', 'keystone', 'oidc'],
    meaning:
      'How callers are told apart. `none`: everybody is administrator, for use on one machine. `trusted`: identity headers set by a proxy in TRUSTED_PROXIES are believed. `keystone`: tokens are validated by Keystone. `oidc`: bearer tokens are JWTs of an OpenID Connect provider.',
  })
  auth: 'none' | 'trusted' | 'keystone' | 'oidc';

  @FlagOption('ALLOW_UNAUTHENTICATED_NETWORK', {
    default: false,
    meaning: 'Let AUTH=none listen on an address that other machines reach.',
  })
  allowUnauthenticatedNetwork: boolean;

  @ListOption('ALLOWED_HOSTS', {
    default: [],
    allowed: 'host names with commas between them',
    meaning:
      'Further values of the Host header that AUTH=none accepts. Local names and the address at which a request comes in are always accepted.',
  })
  allowedHosts: string[];

  @ListOption('TRUSTED_PROXIES', {
    default: ['127.0.0.0/8', '::1'],
    allowed: 'addresses or networks such as 10.0.0.0/8, with commas between them',
    each: isNetwork,
    meaning: 'Peers whose identity headers AUTH=trusted believes.',
  })
  trustedProxies: string[];

  @FlagOption('ENABLE_PROXY_HEADERS_PARSING', {
    default: false,
    meaning:
      'Take the scheme, host and prefix of URLs that version 1 answers with from Forwarded or X-Forwarded-* headers of peers in TRUSTED_PROXIES.',
  })
  enableProxyHeadersParsing: boolean;

  @FlagOption('ALLOW_ANONYMOUS_ACCESS', {
    default: false,
    meaning: 'Let callers without an identity read what is public. Nobody is without one under AUTH=none.',
  })
  allowAnonymousAccess: boolean;

  @FormOption('KEYSTONE_AUTH_URL', {
    allowed: 'an http or https URL such as https://keystone.example.org:5000/v3',
    check: isHttpUrl,
    meaning: "Under AUTH=keystone, Keystone's URL for the gateway.",
  })
  keystoneAuthUrl?: string;

  @FormOption('KEYSTONE_WWW_AUTHENTICATE_URI', {
    allowed: 'an http or https URL',
    check: isHttpUrl,
    meaning: "Keystone's URL for clients, which answers with 401 name. Unset: KEYSTONE_AUTH_URL.",
  })
  keystoneWwwAuthenticateUri?: string;

  @TextOption('KEYSTONE_USERNAME', {
    meaning: "The gateway's own account at Keystone, which needs the role `service` in its project.",
  })
  keystoneUsername?: string;

  @TextOption('KEYSTONE_PASSWORD', { secret: true, meaning: 'Password of that account.' })
  keystonePassword?: string;

  @TextOption('KEYSTONE_USER_DOMAIN_NAME', { default: 'Default', meaning: 'Domain of that account.' })
  keystoneUserDomainName: string;

  @TextOption('KEYSTONE_PROJECT_NAME', { default: 'service', meaning: 'Project of that account.' })
  keystoneProjectName: string;

  @TextOption('KEYSTONE_PROJECT_DOMAIN_NAME', { default: 'Default', meaning: 'Domain of that project.' })
  keystoneProjectDomainName: string;

  @TextOption('KEYSTONE_APPLICATION_CREDENTIAL_ID', {
    meaning: "Application credential of the gateway's account, in place of its name and password.",
  })
  keystoneApplicationCredentialId?: string;

  @TextOption('KEYSTONE_APPLICATION_CREDENTIAL_SECRET', {
    secret: true,
    meaning: 'Secret of that application credential.',
  })
  keystoneApplicationCredentialSecret?: string;

  @IntegerOption('KEYSTONE_TOKEN_CACHE_TIME', {
    default: 300,
    min: 0,
    max: 86400,
    meaning:
      'Seconds for which Keystone is not asked about a token again, never beyond its end; 0 to ask each time. For so long a revoked token goes on.',
  })
  keystoneTokenCacheTime: number;

  @FlagOption('KEYSTONE_SYSTEM_ADMIN', {
    default: false,
    meaning:
      'Let the roles of tokens for the whole system count, so that ADMIN_ROLE in such a token makes an administrator. By default roles count only in tokens for a project.',
  })
  keystoneSystemAdmin: boolean;

  @IntegerOption('KEYSTONE_HTTP_CONNECT_TIMEOUT', {
    default: 10,
    min: 1,
    max: 300,
    meaning: 'Seconds after which a request to Keystone is given up.',
  })
  keystoneHttpConnectTimeout: number;

  @FormOption('OIDC_ISSUER', {
    allowed: 'an http or https URL, exactly as tokens have it in `iss`',
    check: isHttpUrl,
    meaning: 'Under AUTH=oidc, the provider whose tokens are believed.',
  })
  oidcIssuer?: string;

  @ListOption('OIDC_AUDIENCE', {
    default: [],
    allowed: 'texts with commas between them',
    meaning: 'What tokens must have in `aud`: one of these names for the gateway.',
  })
  oidcAudience: string[];

  @ListOption('OIDC_ALGORITHMS', {
    default: ['RS256'],
    required: true,
    allowed: `names with commas between them: ${SIGNATURES.join(', ')}`,
    each: (name) => SIGNATURES.includes(name),
    meaning: 'Signatures that tokens may have.',
  })
  oidcAlgorithms: string[];

  @FormOption('OIDC_JWKS_URI', {
    allowed: 'an http or https URL',
    check: isHttpUrl,
    meaning: "Where the provider's keys are. Unset: where its discovery document says.",
  })
  oidcJwksUri?: string;

  @IntegerOption('OIDC_JWKS_COOLDOWN', {
    default: 30,
    min: 0,
    max: 3600,
    meaning: 'Seconds between two requests for keys when tokens come with one that is not known.',
  })
  oidcJwksCooldown: number;

  @TextOption('OIDC_USER_CLAIM', { default: 'sub', meaning: 'Claim that holds the user.' })
  oidcUserClaim: string;

  @TextOption('OIDC_TENANT_CLAIM', {
    default: 'tenant',
    meaning: 'Claim that holds the tenant (project). Dots lead into objects, here and in the other claims.',
  })
  oidcTenantClaim: string;

  @TextOption('OIDC_ROLES_CLAIM', {
    default: 'roles',
    meaning: 'Claim that holds the roles: a list, or a text with blanks between them.',
  })
  oidcRolesClaim: string;

  @IntegerOption('OIDC_CLOCK_TOLERANCE', {
    default: 30,
    min: 0,
    max: 300,
    meaning: "Seconds by which the provider's clock may differ from ours.",
  })
  oidcClockTolerance: number;

  @IntegerOption('OIDC_HTTP_TIMEOUT', {
    default: 10,
    min: 1,
    max: 300,
    meaning: 'Seconds after which a request to the provider is given up.',
  })
  oidcHttpTimeout: number;

  @FlagOption('OWNER_IS_TENANT', {
    default: true,
    meaning: 'Images belong to tenants (projects); false: to users.',
  })
  ownerIsTenant: boolean;

  @TextOption('ADMIN_ROLE', { default: 'admin', meaning: 'Role that makes a caller administrator.' })
  adminRole: string;

  @FormOption('POLICY', {
    allowed: 'shipped, secure-rbac, open, or the path of a file ending in .json, .yaml or .yml',
    check: (text) => /^(shipped|secure-rbac|open|.*\.(json|ya?ml))$/.test(text),
    meaning:
      'The rules for what callers may do. `shipped`: the rules of Glance with version 1; writing needs no role. `secure-rbac`: the rules of Glance today; the role `reader` reads, `member` also writes. `open`: everybody may do everything. A path: a policy file of Glance, read again on SIGHUP. Unset: open under AUTH=none, else shipped.',
  })
  policy?: string;

  @TextOption('PROPERTY_PROTECTION_FILE', {
    meaning:
      "File in Glance's format that says who may create, read, change and delete which properties of images; read again on SIGHUP.",
  })
  propertyProtectionFile?: string;

  @ChoiceOption('PROPERTY_PROTECTION_RULE_FORMAT', {
    default: 'roles',
    choices: ['roles', 'policies'],
    meaning: 'What that file names: roles, or rules of the policy.',
  })
  propertyProtectionRuleFormat: 'roles' | 'policies';

  @FlagOption('LEGACY_PATHS', {
    default: false,
    meaning:
      'Answer clients of the first Glance (2010) too: /images without a version, `type` in place of formats, `uri` with each image, 200 for a created image, the name of the store, ids that are not UUIDs; in the registry such ids, status `available`, and properties as a list.',
  })
  legacyPaths: boolean;

  @ListOption('CORS_ORIGINS', {
    default: [],
    allowed: 'origins such as https://console.example.org, with commas between them',
    each: isOrigin,
    meaning: 'Web pages on these origins may use the gateway from a browser.',
  })
  corsOrigins: string[];

  @FormOption('SIGNING_KEY', {
    secret: true,
    allowed: 'a text of at least 32 characters, the same on every gateway',
    check: (text) => text.length >= 32,
    meaning:
      'What download links are signed with. Unset: a key of this process alone, so that links end with it and are not good on another gateway.',
  })
  signingKey?: string;

  @FlagOption('INTROSPECTION', {
    default: true,
    meaning: 'Answer GraphQL introspection, which tools for exploring need.',
  })
  introspection: boolean;

  @FlagOption('GRAPHIQL', {
    default: true,
    meaning: 'Serve GraphiQL, a page for trying operations, at /graphiql. Needs INTROSPECTION.',
  })
  graphiql: boolean;

  @IntegerOption('QUERY_DEPTH_LIMIT', {
    default: 8,
    min: 1,
    max: 100,
    meaning: 'Most levels of fields in a GraphQL operation, seen through fragments.',
  })
  queryDepthLimit: number;

  @IntegerOption('QUERY_ALIAS_LIMIT', {
    default: 15,
    min: 0,
    max: 1000,
    meaning: 'Most aliases in a GraphQL operation; those of a fragment count each time it is spread.',
  })
  queryAliasLimit: number;

  @IntegerOption('QUERY_COST_LIMIT', {
    default: 5000,
    min: 1,
    max: 1000000,
    meaning:
      'Highest cost of a GraphQL operation: 1 for each image of a page, and 1 more for each of its relations; or the number of rows in the answer, if that is higher.',
  })
  queryCostLimit: number;

  @FlagOption('QUERY_COST_SHOWN', {
    default: false,
    meaning: 'Put the cost of each GraphQL operation into its answer, as `extensions.cost`; for development.',
  })
  queryCostShown: boolean;

  @IntegerOption('LIMIT_PARAM_DEFAULT', {
    default: 25,
    min: 1,
    max: 1000,
    meaning: 'Images on a page when the caller names no number.',
  })
  limitParamDefault: number;

  @IntegerOption('API_LIMIT_MAX', { default: 1000, min: 1, max: 1000, meaning: 'Most images on a page.' })
  apiLimitMax: number;

  @IntegerOption('IMAGE_SIZE_CAP', {
    default: 1099511627776,
    min: 1,
    max: SAFE,
    meaning: 'Most bytes of one image.',
  })
  imageSizeCap: number;

  @FormOption('USER_STORAGE_QUOTA', {
    default: '0',
    allowed: 'digits with an optional unit B, KB, MB, GB or TB, such as 500GB; 0 for no limit',
    check: (text) => /^\d{1,15}(B|KB|MB|GB|TB)?$/.test(text),
    meaning: 'Most bytes that the images of one owner may hold together; units are powers of 1024.',
  })
  userStorageQuota: string;

  @IntegerOption('IMAGE_COUNT_QUOTA', {
    default: -1,
    min: -1,
    max: SAFE,
    meaning: 'Most images of one owner, whatever their status; -1 for no limit.',
  })
  imageCountQuota: number;

  @IntegerOption('UPLOAD_COUNT_QUOTA', {
    default: -1,
    min: -1,
    max: 100000,
    meaning: 'Most uploads to images of one owner at once; -1 for no limit.',
  })
  uploadCountQuota: number;

  @IntegerOption('IMAGE_PROPERTY_QUOTA', {
    default: 128,
    min: -1,
    max: 100000,
    meaning: 'Most properties of one image; -1 for no limit.',
  })
  imagePropertyQuota: number;

  @IntegerOption('IMAGE_MEMBER_QUOTA', {
    default: 128,
    min: -1,
    max: 100000,
    meaning: 'Most members of one image; -1 for no limit.',
  })
  imageMemberQuota: number;

  @IntegerOption('IMAGE_TAG_QUOTA', {
    default: 128,
    min: -1,
    max: 100000,
    meaning: 'Most tags of one image; -1 for no limit.',
  })
  imageTagQuota: number;

  @ListOption('DISK_FORMATS', {
    default: ['ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop'],
    required: true,
    allowed: 'names of at most 20 letters, digits, dots, dashes or underscores, with commas between them',
    each: isFormatName,
    meaning: 'Disk formats that may be chosen.',
  })
  diskFormats: string[];

  @ListOption('CONTAINER_FORMATS', {
    default: ['ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker'],
    required: true,
    allowed: 'names of at most 20 letters, digits, dots, dashes or underscores, with commas between them',
    each: isFormatName,
    meaning: 'Container formats that may be chosen.',
  })
  containerFormats: string[];

  @ChoiceOption('HASHING_ALGORITHM', {
    default: 'sha512',
    choices: ['sha256', 'sha384', 'sha512'],
    meaning: 'Digest recorded beside MD5.',
  })
  hashingAlgorithm: string;

  @IntegerOption('UPLOAD_IDLE_TIMEOUT', {
    default: 60,
    min: 1,
    max: 86400,
    meaning:
      'Seconds for which a sender may be silent. An upload may take as long as it needs; one through GraphQL must send 1024 bytes a second.',
  })
  uploadIdleTimeout: number;

  @IntegerOption('MULTIPART_MAX_SIZE', {
    default: 2147483648,
    min: 1,
    max: SAFE,
    meaning: 'Most bytes of a file sent through GraphQL; PUT /data/{id} takes any size.',
  })
  multipartMaxSize: number;

  @IntegerOption('MULTIPART_CONCURRENCY', {
    default: 8,
    min: 0,
    max: 1000,
    meaning:
      'Most files received through GraphQL at once; each is first kept in the temporary folder. A tenant gets another place only while more places are free than the tenant holds.',
  })
  multipartConcurrency: number;

  @IntegerOption('RESUMABLE_UPLOAD_EXPIRY', {
    default: 86400,
    min: 1,
    max: 31536000,
    meaning:
      'Seconds for which an unfinished resumable upload is kept after its last byte. An upload without a ' +
      'byte is kept for ten minutes at most.',
  })
  resumableUploadExpiry: number;

  @IntegerOption('RESUMABLE_UPLOAD_QUOTA', {
    default: 16,
    min: 0,
    max: 100000,
    meaning: 'Most unfinished resumable uploads of one caller; 0 for none.',
  })
  resumableUploadQuota: number;

  @IntegerOption('RESUMABLE_UPLOAD_LIMIT', {
    default: 500,
    min: 0,
    max: 100000,
    meaning:
      'Most unfinished resumable uploads altogether in the DATA_DIR of this gateway, which holds their bytes. ' +
      'A tenant may have half of those that the other tenants leave.',
  })
  resumableUploadLimit: number;

  @IntegerOption('UPLOAD_LEASE', {
    default: 60,
    min: 1,
    max: 86400,
    meaning: 'Seconds after which another gateway settles an upload whose gateway is gone.',
  })
  uploadLease: number;

  @IntegerOption('SWEEP_INTERVAL', {
    default: 60,
    min: 1,
    max: 86400,
    meaning: 'Seconds between two looks for uploads that nobody finishes any more.',
  })
  sweepInterval: number;

  @IntegerOption('DRAIN_TIMEOUT', {
    default: 30,
    min: 0,
    max: 86400,
    meaning:
      'Seconds that running uploads are given after SIGTERM. What they leave when they are cut off has 10 more to be removed; a sweep removes the rest.',
  })
  drainTimeout: number;

  @ListOption('HTTP_SOURCE_HOSTS', {
    default: [],
    allowed:
      'names or addresses with an optional port, such as images.example.org or 10.0.0.5:8080, with commas between them',
    each: isHostEntry,
    meaning:
      'Web hosts that images may be copied from or lie at, at any port where none is named; `*` is every host. Unset: none, and every external source is refused.',
  })
  httpSourceHosts: string[];

  @ListOption('HTTP_SOURCE_SCHEMES', {
    default: ['https', 'http'],
    allowed: 'http, https or both with a comma between them',
    each: (text) => text === 'http' || text === 'https',
    meaning: 'Schemes that the address of an external source may have.',
  })
  httpSourceSchemes: string[];

  @ListOption('HTTP_SOURCE_PRIVATE', {
    default: [],
    allowed: 'addresses or networks such as 10.0.0.0/8, with commas between them',
    each: isNetwork,
    meaning:
      'Addresses that HTTP_SOURCE_HOSTS may lead to although they are not public: loopback, private networks, link-local and the like are refused otherwise.',
  })
  httpSourcePrivate: string[];

  @IntegerOption('HTTP_SOURCE_TIMEOUT', {
    default: 30,
    min: 1,
    max: 3600,
    meaning: 'Seconds for which an external source may be silent.',
  })
  httpSourceTimeout: number;

  @IntegerOption('IMPORT_CONCURRENCY', {
    default: 8,
    min: 1,
    max: 1000,
    meaning: 'Most images copied from external sources at once; further ones wait.',
  })
  importConcurrency: number;

  @FlagOption('DELAYED_DELETE', {
    default: false,
    meaning: 'Keep the data of a deleted image for SCRUB_TIME; the image is `pending_delete` until then.',
  })
  delayedDelete: boolean;

  @IntegerOption('SCRUB_TIME', {
    default: 0,
    min: 0,
    max: 315360000,
    meaning: 'Seconds after its deletion before the data of an image in `pending_delete` is removed.',
  })
  scrubTime: number;

  @IntegerOption('CLIENT_SOCKET_TIMEOUT', {
    default: 900,
    min: 0,
    max: 86400,
    meaning: 'Seconds after which a connection on which nothing moves is closed; 0 for no limit.',
  })
  clientSocketTimeout: number;

  @IntegerOption('MAX_HEADER_LINE', {
    default: 16384,
    min: 0,
    max: 65536,
    meaning: 'Most bytes of one header line of a request; 0 for no limit but the one of all headers, 65536.',
  })
  maxHeaderLine: number;

  @IntegerOption('MAX_REQUEST_ID_LENGTH', {
    default: 64,
    min: 40,
    max: 256,
    meaning: 'Longest request id taken over from a client; a longer one is replaced.',
  })
  maxRequestIdLength: number;

  @ChoiceOption('LOG_LEVEL', {
    default: 'info',
    choices: ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
    meaning: 'Least important log lines to write.',
  })
  logLevel: string;
}

function isOrigin(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (url?.protocol === 'http:' || url?.protocol === 'https:') && url.origin === text.replace(/\/$/, '');
}

function isEndpoint(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return false;
  return !/[?#]/.test(text) && url.username === '' && !text.endsWith('/');
}

function isMysqlUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'mysql:' && url.hostname !== '' && /^\/[^/]+$/.test(url.pathname);
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}

function isNetwork(text: string): boolean {
  const [address, prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

function isFormatName(text: string): boolean {
  return /^[A-Za-z0-9._-]{1,20}$/.test(text);
}
