/** A metric of the gateway, for the page of reference and for the registry. */
export interface Definition {
  kind: 'counter' | 'gauge' | 'histogram';
  /** A plain sentence about what the metric measures. */
  help: string;
  labels: readonly string[];
  /** The upper bounds of a histogram's buckets. */
  buckets?: readonly number[];
}

/** The beginning of the name of every metric of the gateway itself. */
export const PREFIX = 'glance_graphql_';

const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];
const STATEMENT_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30];
const UPLOAD_SECONDS = [0.1, 1, 5, 15, 60, 300, 900, 3600, 14_400];
const MIB = 1024 * 1024;
const UPLOAD_RATES = [0.1, 1, 5, 10, 25, 50, 100, 250, 500, 1000].map((mib) => mib * MIB);

/** Every metric, by its name without the prefix. Names, units and kinds follow the conventions of Prometheus. */
export const DEFINITIONS = {
  build_info: gauge(
    'Always 1. The labels tell the version of the gateway and of Node.js, the database, and AUTH.',
    ['version', 'node_version', 'database', 'auth'],
  ),

  http_requests_total: counter(
    'Requests that have ended. `operation` is the name of a known GraphQL operation, the action in version 1 and in the registry, or method and route. `code` is the HTTP status; `broken_off` when the client left before the end of the answer.',
    ['face', 'operation', 'code'],
  ),
  http_request_duration_seconds: histogram(
    'Time from the first byte of a request to the end of its answer, data included. Streams of events do not count.',
    ['face', 'operation'],
    REQUEST_SECONDS,
  ),
  http_requests_in_flight: gauge('Requests whose answers have not ended yet.'),
  graphql_errors_total: counter(
    'Errors in answers of GraphQL, by `extensions.code`. A code that the gateway does not have counts as `other`.',
    ['code'],
  ),
  subscriptions: gauge('Subscriptions that run.'),

  store_bytes_total: counter('Bytes of image data: `in` is written into the store, `out` is read from it.', [
    'store',
    'direction',
  ]),
  store_operations_total: counter(
    'Calls of a store that have ended. `outcome` is `ok`, or the fault: `full`, `readOnly`, `missing`, `conflict`, `unavailable`; `other` when the store was stopped or the data ended early.',
    ['store', 'operation', 'outcome'],
  ),
  store_operation_duration_seconds: histogram(
    'Time of a call of a store. `write` lasts as long as the data arrives.',
    ['store', 'operation'],
    REQUEST_SECONDS,
  ),
  store_free_bytes: gauge('Bytes that are free for the gateway in the file system of a file store.', [
    'store',
  ]),

  uploads_running: gauge('Uploads and imports that this gateway receives now, each with a lease.'),
  uploads_total: counter(
    'Uploads and imports that have ended. `outcome` is `completed` or `failed`; `reason` is the code of the error, or `none`.',
    ['store', 'outcome', 'reason'],
  ),
  upload_duration_seconds: histogram(
    'Time from the claim of an image to the end of its upload.',
    ['store', 'outcome'],
    UPLOAD_SECONDS,
  ),
  upload_rate_bytes_per_second: histogram(
    'Bytes of a completed upload divided by its time.',
    ['store'],
    UPLOAD_RATES,
  ),
  upload_lease_renewals_total: counter(
    'Renewals of leases. `outcome` is `renewed`; `lost` when the image is no longer ours to fill; `failed` when the database did not answer.',
    ['outcome'],
  ),

  sweep_work_total: counter(
    'Work that the sweep has done. `what` is `settled` (uploads of dead gateways), `removed` and `scrubbed` (data of deleted images), `released` (temporary data), `recounted` (counters of owners), `foreign` (data left to another server) or `failed` (left to a later sweep).',
    ['what'],
  ),
  sweep_failures_total: counter('Parts of sweeps that ended with an error.', ['part']),
  sweep_last_success_timestamp_seconds: gauge(
    'Time at which a part of the sweep last ended well: `uploads`, `data` or `counters`. 0 before the first time.',
    ['part'],
  ),

  database_statements_total: counter(
    'Statements that have ended. `outcome` is `ok`, or the kind of failure: `deadlock`, `timeout`, `crowded`, `unavailable`, `readOnly`, `denied`, `full`, `tooLarge`, `corrupt`, `duplicate`, `abandoned` (the client left) or `other`.',
    ['kind', 'outcome'],
  ),
  database_statement_duration_seconds: histogram(
    'Time of a statement, with its wait for a connection.',
    ['kind'],
    STATEMENT_SECONDS,
  ),
  database_transaction_retries_total: counter('Transactions that began again after a deadlock.'),
  database_connections_max: gauge('The most connections that the gateway opens to the database.'),
  database_connections_used: gauge('Connections to the database that are in use.'),
  database_waiting: gauge(
    'Work that waits for the database. `work` is `scan` for statements that may walk all images, else `other`.',
    ['work'],
  ),

  identity_tokens_total: counter(
    'Tokens of requests with AUTH=keystone. `outcome` is `cached`, `checked` (Keystone knew the token), `refused` or `unavailable`.',
    ['outcome'],
  ),
  keystone_request_duration_seconds: histogram(
    'Time of a request to Keystone. `code` is the HTTP status, or `none` without an answer.',
    ['code'],
    REQUEST_SECONDS,
  ),

  images: gauge(
    'Images that are not deleted. One whose data is in several stores counts for each. `store` is the store of the data; `none` without data, `other` for data elsewhere.',
    ['status', 'visibility', 'store'],
  ),
  image_bytes: gauge('Sizes of these images, summed.', ['status', 'visibility', 'store']),
  images_counted_timestamp_seconds: gauge(
    'Time at which the images were last counted: at most once a minute, and less often where it takes longer than 3 s. 0 before the first time.',
  ),
} satisfies Record<string, Definition>;

export type MetricName = keyof typeof DEFINITIONS;

function counter(help: string, labels: readonly string[] = []): Definition {
  return { kind: 'counter', help, labels };
}

function gauge(help: string, labels: readonly string[] = []): Definition {
  return { kind: 'gauge', help, labels };
}

function histogram(help: string, labels: readonly string[], buckets: readonly number[]): Definition {
  return { kind: 'histogram', help, labels, buckets };
}
