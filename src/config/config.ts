import { isIP } from 'node:net';
import { isAbsolute, join } from 'node:path';
import { ChoiceOption, FlagOption, FormOption, IntegerOption, ListOption, TextOption } from './option.js';
import { DATABASE_URL_FORM, databaseUrlFault } from '../database/database-url.js';
import { isHostEntry } from '../store/ssrf-guard.js';
import { FORMAT_CHECKS, type FormatCheck } from '../image/inspector/format-check.js';
import { DETECTED_FORMATS, type DetectedFormat } from '../image/inspector/look.js';
import { isStoreEntry, type ConfiguredStore } from './store-options.js';

const SAFE = Number.MAX_SAFE_INTEGER;

/** Only signatures by key pairs. With a shared secret, everyone who can check a token can also make one. */
const SIGNATURES = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/**
 * Every option of the gateway. An option that Glance has too keeps Glance's meaning and default (contract C30).
 * `npm run generate` makes `docs/reference/configuration.md` from this class.
 */
export class Config {
  @TextOption('HOST', { default: '127.0.0.1', meaning: 'Address that the gateway listens on.' })
  host: string;

  @IntegerOption('PORT', {
    default: 9292,
    min: 0,
    max: 65535,
    meaning: 'Port that the gateway listens on. 0 takes any free port.',
  })
  port: number;

  @IntegerOption('REGISTRY_PORT', {
    min: 0,
    max: 65535,
    meaning:
      "Port of the registry, for an old glance-api; Glance's own registry has 9191. Unset: the gateway has no registry. The registry returns the locations of data with their credentials: let only that glance-api reach it.",
  })
  registryPort?: number;

  @TextOption('REGISTRY_HOST', {
    default: '127.0.0.1',
    meaning: 'Address that the registry listens on, with REGISTRY_PORT.',
  })
  registryHost: string;

  @ListOption('REGISTRY_PEERS', {
    default: ['127.0.0.0/8', '::1'],
    allowed: 'addresses or networks such as 10.0.0.0/8, separated by commas',
    each: isNetwork,
    meaning:
      'Machines of the glance-api that may use the registry. The registry refuses all others, whatever identity they send.',
  })
  registryPeers: string[];

  @FlagOption('REGISTRY_STRICT', {
    default: false,
    meaning:
      "Make the registry check records as its documentation of 2011 says: the status and both formats are present and known, Amazon's formats match each other, and ids are UUIDs. Leave it off for a glance-api that creates images before it knows their formats.",
  })
  registryStrict: boolean;

  @IntegerOption('METRICS_PORT', {
    min: 0,
    max: 65535,
    meaning:
      'Port of the metrics in the form of Prometheus, at /metrics. 0 takes any free port. Unset: the gateway counts nothing.',
  })
  metricsPort?: number;

  @TextOption('METRICS_HOST', {
    default: '127.0.0.1',
    meaning:
      'Address that the metrics listen on, with METRICS_PORT. They ask for no identity: let only the scraper reach it.',
  })
  metricsHost: string;

  @ListOption('METRICS_OPERATIONS', {
    default: [],
    allowed: 'names of GraphQL operations separated by commas',
    each: (text) => /^[_A-Za-z]\w*$/.test(text),
    meaning:
      'Names of operations that have a label of their own in the metrics, beside those of the console and of PERSISTED_DOCUMENTS. All others count together.',
  })
  metricsOperations: string[];

  @FormOption('OTEL_EXPORTER_OTLP_ENDPOINT', {
    allowed: 'an http or https URL such as http://collector:4318',
    check: isHttpUrl,
    meaning:
      'Receiver of traces, by OTLP over HTTP, without `/v1/traces`. Unset: the gateway makes no traces. Further variables of OpenTelemetry, such as OTEL_RESOURCE_ATTRIBUTES and OTEL_EXPORTER_OTLP_TIMEOUT, count too, in the environment.',
  })
  otelExporterOtlpEndpoint?: string;

  @FormOption('OTEL_EXPORTER_OTLP_HEADERS', {
    secret: true,
    allowed: 'name=value pairs separated by commas',
    check: (text) => text.split(',').every((pair) => /^\s*[\w-]+\s*=/.test(pair)),
    meaning: 'Headers of the requests to that receiver, such as its token. A value may be percent-encoded.',
  })
  otelExporterOtlpHeaders?: string;

  @TextOption('OTEL_SERVICE_NAME', {
    default: 'glance-graphql',
    meaning: 'Name of the service in traces.',
  })
  otelServiceName: string;

  @FormOption('OTEL_TRACES_SAMPLER_ARG', {
    default: '1',
    allowed: 'a number from 0 to 1',
    check: (text) => /^(0|1|0?\.\d+|1\.0+|0\.0+)$/.test(text),
    meaning:
      'Share of requests that have a trace, such as 0.01. A request that comes with a trace of its own (W3C Trace Context) keeps the choice of its sender.',
  })
  otelTracesSamplerArg: string;

  @IntegerOption('OTEL_BSP_SCHEDULE_DELAY', {
    default: 5000,
    min: 1,
    max: 600_000,
    meaning: 'Milliseconds for which traces are gathered before they are sent.',
  })
  otelBspScheduleDelay: number;

  @FormOption('PUBLIC_ENDPOINT', {
    allowed: 'an http or https URL such as https://images.example.org or https://example.org/images',
    check: isEndpoint,
    meaning:
      'URL at which clients reach a gateway behind a proxy. The gateway uses it in the URLs of its answers. Unset: it uses the host that the request names.',
  })
  publicEndpoint?: string;

  @TextOption('DATA_DIR', {
    default: './data',
    meaning:
      'Folder of the embedded database, of temporary files, and of image data unless FILESYSTEM_STORE_DATADIR is set.',
  })
  dataDir: string;

  @TextOption('FILESYSTEM_STORE_DATADIR', {
    meaning:
      "Folder of the file store, if the store has no FOLDER of its own. Beside a live Glance, give Glance's own folder, so that each finds the data that the other stored. Unset: `images` in DATA_DIR.",
  })
  filesystemStoreDatadir?: string;

  /** The folder of a file store that has no FOLDER of its own. */
  get storeFolder(): string {
    return this.filesystemStoreDatadir ?? join(this.dataDir, 'images');
  }

  /** The folder of unfinished resumable uploads. */
  get uploadFolder(): string {
    return join(this.dataDir, 'uploads');
  }

  @ListOption('FILE_LOCATION_ROOTS', {
    default: [],
    allowed: 'absolute paths of folders separated by commas',
    each: isAbsolute,
    meaning:
      "Further folders whose files the gateway serves as image data, such as the folders of Glance's other stores. The gateway reads these files, and removes them with their image, but never writes there. A location in any other folder counts as missing.",
  })
  fileLocationRoots: string[];

  @ListOption('STORES', {
    default: ['file:file'],
    required: true,
    allowed:
      'name:kind pairs separated by commas, such as fast:file,archive:s3; the kinds are file, swift and s3',
    each: isStoreEntry,
    meaning:
      'Stores of image data, each with a name and a kind. The options of each kind are listed below. The name is recorded with every image, so do not change it.',
  })
  stores: string[];

  @TextOption('DEFAULT_STORE', {
    meaning: 'Store for data when the sender names no store. Unset: the first of STORES.',
  })
  defaultStore?: string;

  /** The stores of STORES, each with its options; `readConfig` sets them. */
  configuredStores: ConfiguredStore[];

  @FormOption('DATABASE_URL', {
    secret: true,
    allowed: DATABASE_URL_FORM,
    check: (text) => databaseUrlFault(text) === undefined,
    fault: databaseUrlFault,
    meaning:
      "MySQL or MariaDB database. Unset: an embedded SQLite file in DATA_DIR. The parameters are those of MySQL's own URLs. `ssl-mode`: `DISABLED` (the default) connects without TLS; `REQUIRED` encrypts, and does not verify the server; `VERIFY_CA` also verifies the server's certificate; `VERIFY_IDENTITY` also compares the certificate with the host. `ssl-ca`: file of the CA certificates; without it, the CAs that Node.js trusts. `ssl-cert` and `ssl-key`: files of the gateway's own certificate and key. `socket`: path of the server's socket, in place of host and port. The files are in PEM form. Several hosts, as in `mysql://user:password@a,b:3307/images`, have the same data. The gateway uses the first that takes changes, moves to another one when that host is away or read-only, and moves back after SIGHUP.",
  })
  databaseUrl?: string;

  @TextOption('DATABASE_PASSWORD', {
    secret: true,
    meaning:
      'Password of the user in DATABASE_URL, as it is: without percent-encoding. Unset: the password in DATABASE_URL.',
  })
  databasePassword?: string;

  @FormOption('METADATA_ENCRYPTION_KEY', {
    secret: true,
    allowed: 'a text of 16, 24 or 32 bytes, the same on every gateway and in Glance',
    check: (text) => [16, 24, 32].includes(Buffer.byteLength(text)),
    meaning:
      "AES key that encrypts the locations of data in the database, as with Glance's option of this name. Locations that were written without a key stay readable. Unset: locations are not encrypted.",
  })
  metadataEncryptionKey?: string;

  @IntegerOption('DATABASE_POOL_SIZE', {
    default: 10,
    min: 1,
    max: 1000,
    meaning:
      'Maximum number of connections to MySQL at the same time. At most three tenths of them serve searches, counts and filters that may have to read all images, and at least a fifth is kept for reads of single images.',
  })
  databasePoolSize: number;

  @IntegerOption('QUERY_TIMEOUT', {
    default: 30,
    min: 1,
    max: 3600,
    meaning:
      'Seconds after which the MySQL server cancels a statement, or a change that waits for a lock. A server that does not answer at all for 2 seconds longer counts as away: the gateway closes the connection and answers 503.',
  })
  queryTimeout: number;

  @FlagOption('MIGRATE_ON_START', {
    default: false,
    meaning:
      "Let `serve` change the tables of the gateway's own MySQL database when a new version needs it. The embedded database, and an empty database, are always prepared.",
  })
  migrateOnStart: boolean;

  @TextOption('TRUSTED_GLANCE_REVISION', {
    meaning:
      "A revision in `alembic_version` of Glance's database that is newer than those this version knows, and that you have tested. Unset: the gateway refuses to start on a newer revision.",
  })
  trustedGlanceRevision?: string;

  @ChoiceOption('AUTH', {
    default: 'none',
    choices: ['none', 'trusted', 'keystone', 'oidc'],
    meaning:
      'How the gateway learns who is calling. `none`: every caller is an administrator, for use on one machine. `trusted`: a proxy in TRUSTED_PROXIES sends identity headers. `keystone`: Keystone validates tokens. `oidc`: bearer tokens are JWTs of an OpenID Connect provider.',
  })
  auth: 'none' | 'trusted' | 'keystone' | 'oidc';

  @FlagOption('ALLOW_UNAUTHENTICATED_NETWORK', {
    default: false,
    meaning: 'Let AUTH=none listen on an address that other machines reach.',
  })
  allowUnauthenticatedNetwork: boolean;

  @ListOption('ALLOWED_HOSTS', {
    default: [],
    allowed: 'host names separated by commas',
    meaning:
      'Further values of the Host header that AUTH=none accepts. Local names, and the address that a request arrived at, are always accepted.',
  })
  allowedHosts: string[];

  @ListOption('TRUSTED_PROXIES', {
    default: ['127.0.0.0/8', '::1'],
    allowed: 'addresses or networks such as 10.0.0.0/8, separated by commas',
    each: isNetwork,
    meaning: 'Proxies whose identity headers AUTH=trusted accepts.',
  })
  trustedProxies: string[];

  @FlagOption('ENABLE_PROXY_HEADERS_PARSING', {
    default: false,
    meaning:
      "Build the URLs in version 1's answers from the Forwarded or X-Forwarded-* headers that a proxy in TRUSTED_PROXIES sends: scheme, host and prefix. Also count failed logins to the console by its X-Forwarded-For.",
  })
  enableProxyHeadersParsing: boolean;

  @FlagOption('ALLOW_ANONYMOUS_ACCESS', {
    default: false,
    meaning: 'Let callers without an identity read public images. AUTH=none gives every caller an identity.',
  })
  allowAnonymousAccess: boolean;

  @FormOption('KEYSTONE_AUTH_URL', {
    allowed: 'an http or https URL such as https://keystone.example.org:5000/v3',
    check: isHttpUrl,
    meaning: 'URL at which the gateway reaches Keystone. AUTH=keystone needs it.',
  })
  keystoneAuthUrl?: string;

  @FormOption('KEYSTONE_WWW_AUTHENTICATE_URI', {
    allowed: 'an http or https URL',
    check: isHttpUrl,
    meaning: 'URL of Keystone for clients; answers with status 401 name it. Unset: KEYSTONE_AUTH_URL.',
  })
  keystoneWwwAuthenticateUri?: string;

  @TextOption('KEYSTONE_USERNAME', {
    meaning:
      "User name of the gateway's own Keystone account. The account needs the role `service` in its project.",
  })
  keystoneUsername?: string;

  @TextOption('KEYSTONE_PASSWORD', { secret: true, meaning: "Password of the gateway's Keystone account." })
  keystonePassword?: string;

  @TextOption('KEYSTONE_USER_DOMAIN_NAME', {
    default: 'Default',
    meaning: "Domain of the gateway's Keystone account.",
  })
  keystoneUserDomainName: string;

  @TextOption('KEYSTONE_PROJECT_NAME', {
    default: 'service',
    meaning: "Project of the gateway's Keystone account.",
  })
  keystoneProjectName: string;

  @TextOption('KEYSTONE_PROJECT_DOMAIN_NAME', { default: 'Default', meaning: 'Domain of that project.' })
  keystoneProjectDomainName: string;

  @TextOption('KEYSTONE_APPLICATION_CREDENTIAL_ID', {
    meaning:
      "Application credential for the gateway's Keystone account. It replaces the user name and password.",
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
      'Seconds for which the gateway remembers a validated token, but never past the end of the token; 0 to ask Keystone every time. A revoked token stays valid for up to this time.',
  })
  keystoneTokenCacheTime: number;

  @IntegerOption('KEYSTONE_NAME_CACHE_TIME', {
    default: 300,
    min: 1,
    max: 86400,
    meaning:
      'Seconds for which the gateway remembers the name of a project, or that it has none. To read names, the account of the gateway needs the role `reader` on the system, or `admin` in its project.',
  })
  keystoneNameCacheTime: number;

  @FlagOption('KEYSTONE_SYSTEM_ADMIN', {
    default: false,
    meaning:
      'Count the roles of tokens for the whole system, so that ADMIN_ROLE in such a token makes an administrator. Otherwise only the roles of tokens for a project count.',
  })
  keystoneSystemAdmin: boolean;

  @IntegerOption('KEYSTONE_HTTP_CONNECT_TIMEOUT', {
    default: 10,
    min: 1,
    max: 300,
    meaning: 'Seconds after which the gateway gives up a request to Keystone.',
  })
  keystoneHttpConnectTimeout: number;

  @FormOption('OIDC_ISSUER', {
    allowed: 'an http or https URL, exactly as in the `iss` of tokens',
    check: isHttpUrl,
    meaning: 'Provider whose tokens the gateway accepts. AUTH=oidc needs it.',
  })
  oidcIssuer?: string;

  @ListOption('OIDC_AUDIENCE', {
    default: [],
    allowed: 'names separated by commas',
    meaning:
      'Names of the gateway at the provider. A token must have one of them in `aud`. AUTH=oidc needs it.',
  })
  oidcAudience: string[];

  @ListOption('OIDC_ALGORITHMS', {
    default: ['RS256'],
    required: true,
    allowed: `names separated by commas: ${SIGNATURES.join(', ')}`,
    each: (name) => SIGNATURES.includes(name),
    meaning: 'Signature algorithms that a token may use.',
  })
  oidcAlgorithms: string[];

  @FormOption('OIDC_JWKS_URI', {
    allowed: 'an http or https URL',
    check: isHttpUrl,
    meaning: "URL of the provider's keys. Unset: the URL in the provider's discovery document.",
  })
  oidcJwksUri?: string;

  @IntegerOption('OIDC_JWKS_COOLDOWN', {
    default: 30,
    min: 0,
    max: 3600,
    meaning:
      "Minimum number of seconds between two requests for the provider's keys, when tokens name a key that the gateway does not know.",
  })
  oidcJwksCooldown: number;

  @TextOption('OIDC_USER_CLAIM', {
    default: 'sub',
    meaning: 'Claim that holds the user. A dot in the name of a claim leads into an object.',
  })
  oidcUserClaim: string;

  @TextOption('OIDC_TENANT_CLAIM', {
    default: 'tenant',
    meaning: 'Claim that holds the tenant (project). Dots lead into objects.',
  })
  oidcTenantClaim: string;

  @TextOption('OIDC_ROLES_CLAIM', {
    default: 'roles',
    meaning:
      'Claim that holds the roles: a list, or a text with spaces between the roles. Dots lead into objects, such as `realm_access.roles`.',
  })
  oidcRolesClaim: string;

  @IntegerOption('OIDC_CLOCK_TOLERANCE', {
    default: 30,
    min: 0,
    max: 300,
    meaning: "Seconds by which the provider's clock may differ from the gateway's.",
  })
  oidcClockTolerance: number;

  @IntegerOption('OIDC_HTTP_TIMEOUT', {
    default: 10,
    min: 1,
    max: 300,
    meaning: 'Seconds after which the gateway gives up a request to the provider.',
  })
  oidcHttpTimeout: number;

  @TextOption('OIDC_CLIENT_ID', {
    meaning:
      'Id of the console as a client at the provider, for logging in. Unset: with AUTH=oidc the gateway has no console.',
  })
  oidcClientId?: string;

  @TextOption('OIDC_CLIENT_SECRET', {
    secret: true,
    meaning: 'Secret of that client. Unset: the client is a public one, which proves itself by PKCE alone.',
  })
  oidcClientSecret?: string;

  @ListOption('OIDC_SCOPES', {
    default: ['openid', 'profile'],
    required: true,
    allowed: 'names separated by commas, with openid among them',
    each: (name) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name),
    meaning:
      'Scopes that the console asks for. Add those that put OIDC_AUDIENCE and the claims into access tokens, and `offline_access` where the provider gives no refresh token without it.',
  })
  oidcScopes: string[];

  @FlagOption('OWNER_IS_TENANT', {
    default: true,
    meaning: 'Images belong to tenants (projects). If false, images belong to users.',
  })
  ownerIsTenant: boolean;

  @TextOption('ADMIN_ROLE', { default: 'admin', meaning: 'Role that makes a caller an administrator.' })
  adminRole: string;

  @FormOption('POLICY', {
    allowed: 'shipped, secure-rbac, open, or the path of a file ending in .json, .yaml or .yml',
    check: (text) => /^(shipped|secure-rbac|open|.*\.(json|ya?ml))$/.test(text),
    meaning:
      "Rules for what callers may do. `shipped`: the rules of Glance with version 1, in which writing needs no role. `secure-rbac`: the rules of today's Glance, in which the role `reader` reads and `member` also writes. `open`: every caller may do everything. A path: one of Glance's policy files, which SIGHUP reads again. Unset: `open` with AUTH=none, otherwise `shipped`.",
  })
  policy?: string;

  @TextOption('PROPERTY_PROTECTION_FILE', {
    meaning:
      "File in Glance's format that says who may create, read, update and delete which properties. SIGHUP reads it again. Unset: no property is protected.",
  })
  propertyProtectionFile?: string;

  @ChoiceOption('PROPERTY_PROTECTION_RULE_FORMAT', {
    default: 'roles',
    choices: ['roles', 'policies'],
    meaning: 'What PROPERTY_PROTECTION_FILE names: roles, or rules of the policy.',
  })
  propertyProtectionRuleFormat: 'roles' | 'policies';

  @TextOption('METADEFS_DIR', {
    meaning:
      "Folder of Glance's files that define properties, such as its `etc/metadefs`. SIGHUP reads it again. On a Glance's database, the definitions in its tables count beside them. The gateway knows common properties without either.",
  })
  metadefsDir?: string;

  @FlagOption('LEGACY_PATHS', {
    default: false,
    meaning:
      'Also answer clients of the first Glance (2010): `/images` without a version, `type` in place of the formats, `uri` with each image, status 200 for a created image, the name of the store, and ids that are not UUIDs. The registry then also takes such ids, the status `available`, and properties as a list.',
  })
  legacyPaths: boolean;

  @ListOption('CORS_ORIGINS', {
    default: [],
    allowed: 'origins such as https://console.example.org, separated by commas',
    each: isOrigin,
    meaning:
      "Origins of web pages that may use the gateway from a browser. Unset: only the gateway's own pages.",
  })
  corsOrigins: string[];

  @FormOption('SIGNING_KEY', {
    secret: true,
    allowed: 'a text of at least 32 characters, the same on every gateway',
    check: (text) => text.length >= 32,
    meaning:
      'Key that signs download links. Unset: a random key, so that links end with the process and do not work on another gateway.',
  })
  signingKey?: string;

  @FlagOption('INTROSPECTION', {
    default: true,
    meaning: 'Answer GraphQL introspection, which GraphQL tools need to show the schema.',
  })
  introspection: boolean;

  @TextOption('PERSISTED_DOCUMENTS', {
    meaning:
      'Manifest of the GraphQL documents that alone may run, or a folder of manifests: JSON from id to document, as the client preset of GraphQL Code Generator writes it. Read at the start. Unset: every document may run.',
  })
  persistedDocuments?: string;

  @FlagOption('GRAPHIQL', {
    default: true,
    meaning:
      'Serve GraphiQL, a page for trying operations, at `/graphiql`. It needs INTROSPECTION, and is not served with PERSISTED_DOCUMENTS.',
  })
  graphiql: boolean;

  @FlagOption('CONSOLE', {
    default: true,
    meaning:
      'Serve the console, a page to look at images in a browser, at `/console`. With AUTH=oidc it needs OIDC_CLIENT_ID. It is not served with PERSISTED_DOCUMENTS.',
  })
  console: boolean;

  @FormOption('CONSOLE_SESSION_KEY', {
    secret: true,
    allowed: 'a text of at least 32 characters, the same on every gateway',
    check: (text) => text.length >= 32,
    meaning:
      'Key that encrypts the cookies of the console, for logins under AUTH=keystone and AUTH=oidc. Unset: a random key, so that logins end with the process and do not count on another gateway.',
  })
  consoleSessionKey?: string;

  @TextOption('CONSOLE_BANNER', {
    meaning: 'A line that the console shows on top, for everybody. Unset: none.',
  })
  consoleBanner?: string;

  @FormOption('CONSOLE_LOGOUT_URL', {
    allowed: 'a path, or an http or https URL',
    check: isLink,
    meaning:
      'With AUTH=trusted, the address that logs out of the proxy in front, for the console. Unset: the console shows no way to log out.',
  })
  consoleLogoutUrl?: string;

  @IntegerOption('QUERY_DEPTH_LIMIT', {
    default: 8,
    min: 1,
    max: 100,
    meaning:
      'Maximum number of levels of nested fields in a GraphQL operation. The fields of fragments count.',
  })
  queryDepthLimit: number;

  @IntegerOption('QUERY_ALIAS_LIMIT', {
    default: 15,
    min: 0,
    max: 1000,
    meaning:
      'Maximum number of aliases in a GraphQL operation. The aliases of a fragment count each time the fragment is used.',
  })
  queryAliasLimit: number;

  @IntegerOption('SUBSCRIPTION_LIMIT', {
    default: 10000,
    min: 0,
    max: 1000000,
    meaning: 'Maximum number of GraphQL subscriptions on this gateway, and of WebSockets for them.',
  })
  subscriptionLimit: number;

  @IntegerOption('CALLER_SUBSCRIPTION_LIMIT', {
    default: 100,
    min: 0,
    max: 1000000,
    meaning:
      'Maximum number of GraphQL subscriptions of one user in one tenant on this gateway, and of connections for them. All callers without an identity count as one.',
  })
  callerSubscriptionLimit: number;

  @IntegerOption('QUERY_COST_LIMIT', {
    default: 5000,
    min: 1,
    max: 1000000,
    meaning:
      'Highest cost of a GraphQL operation: 1 for each image of a page, and 1 more for each relation of an image; 500 for a page or a count that may have to read all images; or the number of rows in the answer, if that is higher.',
  })
  queryCostLimit: number;

  @FlagOption('QUERY_COST_SHOWN', {
    default: false,
    meaning: 'Show the cost of each GraphQL operation in its answer, as `extensions.cost`. For development.',
  })
  queryCostShown: boolean;

  @IntegerOption('LIMIT_PARAM_DEFAULT', {
    default: 25,
    min: 1,
    max: 1000,
    meaning: 'Number of images on a page when the caller gives no number.',
  })
  limitParamDefault: number;

  @IntegerOption('API_LIMIT_MAX', {
    default: 1000,
    min: 1,
    max: 1000,
    meaning: 'Maximum number of images on a page.',
  })
  apiLimitMax: number;

  @IntegerOption('IMAGE_SIZE_CAP', {
    default: 1099511627776,
    min: 1,
    max: SAFE,
    meaning: 'Maximum number of bytes of data in one image.',
  })
  imageSizeCap: number;

  @FormOption('USER_STORAGE_QUOTA', {
    default: '0',
    allowed: 'digits with an optional unit B, KB, MB, GB or TB, such as 500GB; 0 for no limit',
    check: (text) => /^\d{1,15}(B|KB|MB|GB|TB)?$/.test(text),
    meaning:
      'Maximum amount of data that the images of one owner may hold together. The units are powers of 1024.',
  })
  userStorageQuota: string;

  @IntegerOption('IMAGE_COUNT_QUOTA', {
    default: -1,
    min: -1,
    max: SAFE,
    meaning: 'Maximum number of images of one owner, whatever their status; -1 for no limit.',
  })
  imageCountQuota: number;

  @IntegerOption('UPLOAD_COUNT_QUOTA', {
    default: -1,
    min: -1,
    max: 100000,
    meaning: 'Maximum number of uploads at the same time into the images of one owner; -1 for no limit.',
  })
  uploadCountQuota: number;

  @IntegerOption('IMAGE_PROPERTY_QUOTA', {
    default: 128,
    min: -1,
    max: 100000,
    meaning: 'Maximum number of properties of one image; -1 for no limit.',
  })
  imagePropertyQuota: number;

  @IntegerOption('IMAGE_MEMBER_QUOTA', {
    default: 128,
    min: -1,
    max: 100000,
    meaning: 'Maximum number of members of one image; -1 for no limit.',
  })
  imageMemberQuota: number;

  @IntegerOption('IMAGE_TAG_QUOTA', {
    default: 128,
    min: -1,
    max: 100000,
    meaning: 'Maximum number of tags of one image; -1 for no limit.',
  })
  imageTagQuota: number;

  @ListOption('DISK_FORMATS', {
    default: ['ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop'],
    required: true,
    allowed: 'names of at most 20 letters, digits, dots, dashes or underscores, separated by commas',
    each: isFormatName,
    meaning: 'Disk formats that an image may have.',
  })
  diskFormats: string[];

  @ListOption('CONTAINER_FORMATS', {
    default: ['ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker'],
    required: true,
    allowed: 'names of at most 20 letters, digits, dots, dashes or underscores, separated by commas',
    each: isFormatName,
    meaning: 'Container formats that an image may have.',
  })
  containerFormats: string[];

  @ChoiceOption('IMAGE_FORMAT_CHECK', {
    default: 'warn',
    choices: [...FORMAT_CHECKS],
    meaning:
      'Treatment of data that is unsafe, or has another format than its image declares. `strict`: the upload fails. `warn`: the upload succeeds, and the log tells. `off`: nothing, and the data is not inspected.',
  })
  imageFormatCheck: FormatCheck;

  @ListOption('IMAGE_FORMAT_ALLOW', {
    default: [],
    allowed: `formats of data among ${DETECTED_FORMATS.join(', ')}, separated by commas`,
    each: (name) => (DETECTED_FORMATS as readonly string[]).includes(name),
    meaning:
      'Formats that data may have, as the inspector finds them. IMAGE_FORMAT_CHECK must be strict. Unset: every format.',
  })
  imageFormatAllow: DetectedFormat[];

  @ChoiceOption('HASHING_ALGORITHM', {
    default: 'sha512',
    choices: ['sha256', 'sha384', 'sha512'],
    meaning: 'Digest that is recorded for new data, beside MD5.',
  })
  hashingAlgorithm: string;

  @IntegerOption('UPLOAD_IDLE_TIMEOUT', {
    default: 60,
    min: 1,
    max: 86400,
    meaning:
      'Seconds without a byte after which the gateway gives up an upload. The whole upload has no time limit, but a sender through GraphQL must send at least 1024 bytes per second. An upload whose data has all come waits as long for a database that is away.',
  })
  uploadIdleTimeout: number;

  @IntegerOption('MULTIPART_MAX_SIZE', {
    default: 2147483648,
    min: 1,
    max: SAFE,
    meaning:
      'Maximum number of bytes of a file that is sent through GraphQL. PUT /data/{id} takes files up to IMAGE_SIZE_CAP.',
  })
  multipartMaxSize: number;

  @IntegerOption('MULTIPART_CONCURRENCY', {
    default: 8,
    min: 0,
    max: 1000,
    meaning:
      'Maximum number of files that are received through GraphQL at the same time. Each is first kept in the temporary folder. A tenant gets another place only while more places are free than the tenant holds.',
  })
  multipartConcurrency: number;

  @IntegerOption('RESUMABLE_UPLOAD_EXPIRY', {
    default: 86400,
    min: 1,
    max: 31536000,
    meaning:
      'Seconds for which an unfinished resumable upload is kept after its last byte. An upload without a byte is kept for ten minutes at most.',
  })
  resumableUploadExpiry: number;

  @IntegerOption('RESUMABLE_UPLOAD_QUOTA', {
    default: 16,
    min: 0,
    max: 100000,
    meaning: 'Maximum number of unfinished resumable uploads of one caller; 0 allows none.',
  })
  resumableUploadQuota: number;

  @IntegerOption('RESUMABLE_UPLOAD_LIMIT', {
    default: 500,
    min: 0,
    max: 100000,
    meaning:
      'Maximum number of unfinished resumable uploads in the DATA_DIR of this gateway, which holds their bytes. One tenant may have half of the number that the other tenants leave.',
  })
  resumableUploadLimit: number;

  @IntegerOption('UPLOAD_LEASE', {
    default: 60,
    min: 1,
    max: 86400,
    meaning:
      'Seconds that a lease lasts unless its gateway renews it. After this time, other gateways watch the lease for a third longer than this time, and settle the upload when nobody renews it meanwhile. Give all gateways of a database the same value.',
  })
  uploadLease: number;

  @IntegerOption('SWEEP_INTERVAL', {
    default: 60,
    min: 1,
    max: 86400,
    meaning:
      'Seconds between two sweeps. A sweep settles the uploads of gateways that died, and removes data that still has to be removed.',
  })
  sweepInterval: number;

  @IntegerOption('SHUTDOWN_DELAY', {
    default: 0,
    min: 0,
    max: 3600,
    meaning:
      'Seconds for which the gateway goes on serving after SIGTERM while /ready answers 503. Behind a load balancer, set it to the time in which the balancer notices that. A second SIGTERM ends the delay.',
  })
  shutdownDelay: number;

  @IntegerOption('DRAIN_TIMEOUT', {
    default: 30,
    min: 0,
    max: 86400,
    meaning:
      'Seconds that running uploads and downloads have to end after SIGTERM and SHUTDOWN_DELAY. The gateway then stops them, and removes the data of these uploads for up to 10 seconds; a later sweep removes the rest.',
  })
  drainTimeout: number;

  @ListOption('HTTP_SOURCE_HOSTS', {
    default: [],
    allowed:
      'names or addresses with an optional port, such as images.example.org or 10.0.0.5:8080, separated by commas',
    each: isHostEntry,
    meaning:
      'Web hosts from which users may import data, or at which they may attach it. A host without a port allows every port; `*` allows every host. Unset: the gateway refuses every source.',
  })
  httpSourceHosts: string[];

  @ListOption('HTTP_SOURCE_SCHEMES', {
    default: ['https', 'http'],
    allowed: 'http, https, or both separated by a comma',
    each: (text) => text === 'http' || text === 'https',
    meaning: 'Schemes that the URL of a source may have.',
  })
  httpSourceSchemes: string[];

  @ListOption('HTTP_SOURCE_PRIVATE', {
    default: [],
    allowed: 'addresses or networks such as 10.0.0.0/8, separated by commas',
    each: isNetwork,
    meaning:
      'Addresses that are not public and that the hosts of HTTP_SOURCE_HOSTS may still have. Unset: the gateway refuses sources at loopback, private, link-local and similar addresses.',
  })
  httpSourcePrivate: string[];

  @IntegerOption('HTTP_SOURCE_TIMEOUT', {
    default: 30,
    min: 1,
    max: 3600,
    meaning: 'Seconds without a byte after which the gateway gives up a source.',
  })
  httpSourceTimeout: number;

  @IntegerOption('IMPORT_CONCURRENCY', {
    default: 8,
    min: 1,
    max: 1000,
    meaning: 'Maximum number of imports at the same time. Further imports wait.',
  })
  importConcurrency: number;

  @FlagOption('DELAYED_DELETE', {
    default: false,
    meaning:
      'Keep the data of a deleted image for SCRUB_TIME. The image has the status `pending_delete` until then.',
  })
  delayedDelete: boolean;

  @IntegerOption('SCRUB_TIME', {
    default: 0,
    min: 0,
    max: 315360000,
    meaning: 'Seconds between the deletion of an image in `pending_delete` and the removal of its data.',
  })
  scrubTime: number;

  @IntegerOption('CLIENT_SOCKET_TIMEOUT', {
    default: 900,
    min: 0,
    max: 86400,
    meaning: 'Seconds after which the gateway closes a connection that carries no bytes; 0 for no limit.',
  })
  clientSocketTimeout: number;

  @IntegerOption('MAX_HEADER_LINE', {
    default: 16384,
    min: 0,
    max: 65536,
    meaning:
      'Maximum number of bytes of one header line of a request. 0 leaves only the limit for all headers together, 65536 bytes.',
  })
  maxHeaderLine: number;

  @IntegerOption('MAX_REQUEST_ID_LENGTH', {
    default: 64,
    min: 40,
    max: 256,
    meaning:
      'Maximum number of characters of a request id that a client sends. The gateway replaces a longer id.',
  })
  maxRequestIdLength: number;

  @ChoiceOption('LOG_LEVEL', {
    default: 'info',
    choices: ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
    meaning: 'Lowest severity of the log lines that are written.',
  })
  logLevel: string;

  @ChoiceOption('LOG_FORMAT', {
    choices: ['json', 'pretty'],
    meaning:
      'Form of the log on standard output: `json` is one JSON object a line, `pretty` is for people. Unset: `pretty` on a terminal, else `json`.',
  })
  logFormat?: 'json' | 'pretty';
}

/** Returns true for a path of the same host, or an http or https URL. */
function isLink(text: string): boolean {
  return /^\/(?![/\\])/.test(text) || isHttpUrl(text);
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
