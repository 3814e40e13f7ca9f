import type { CombinedError } from '@urql/core';

/** Why a request has no answer, as a screen shows it. */
export class Failure extends Error {
  constructor(
    /** A code of the gateway, such as `SEARCH_TOO_SLOW`; `OFFLINE` and `LOGIN_ENDED` are the page's own. */
    readonly code: string,
    message: string,
    /** The id of the request in the gateway's log; null where no gateway answered. */
    readonly requestId: string | null = null,
    /** Seconds after which the gateway asks to try again; null where it says nothing. */
    readonly retryAfter: number | null = null,
    /** The field of the input that the gateway refuses. */
    readonly field: string | null = null,
  ) {
    super(message);
  }
}

/** Returns true for a code that tells of the database, not of the request. */
export function isTrouble(code: string): boolean {
  return code.startsWith('DATABASE_');
}

/** Returns true where the gateway itself refused the request: then it has changed nothing. */
export function isRefusal({ code }: Failure): boolean {
  return !/^(OFFLINE|UNKNOWN|INTERNAL_SERVER_ERROR|HTTP 5\d\d)$/.test(code);
}

/** Returns the failure in an error of the client; undefined where there is none. */
export function failureIn(error: CombinedError | undefined): Failure | undefined {
  if (!error) return undefined;
  if (error.networkError instanceof Failure) return error.networkError;
  if (error.networkError) return new Failure('UNKNOWN', error.networkError.message);
  const [first] = error.graphQLErrors;
  const { headers } = (error.response ?? {}) as Partial<Response>;
  const code = first.extensions.code;
  return new Failure(
    typeof code === 'string' ? code : 'UNKNOWN',
    first.message,
    headers?.get('x-openstack-request-id') ?? null,
    Number(first.extensions.retryAfter) || null,
    typeof first.extensions.field === 'string' ? first.extensions.field : null,
  );
}

/** Returns the failure in an answer that is no success. A proxy in front may have sent it, with any body. */
export async function failureOf(response: Response): Promise<Failure> {
  const told = await toldBy(response);
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new Failure(
    typeof told.code === 'string' ? told.code : `HTTP ${response.status}`,
    typeof told.message === 'string' ? told.message : `${response.status} ${response.statusText}`.trim(),
    response.headers.get('x-openstack-request-id'),
    Number.isFinite(retryAfter) ? retryAfter : null,
  );
}

/** A proxy's error may have the same names for anything. */
interface Told {
  code?: unknown;
  message?: unknown;
}

/** Reads an error of GraphQL, or of another face of the gateway. */
async function toldBy(response: Response): Promise<Told> {
  try {
    const body = (await response.json()) as Told & {
      errors?: { message: string; extensions?: { code?: unknown } }[];
    };
    const [error] = body.errors ?? [];
    return error ? { code: error.extensions?.code, message: error.message } : body;
  } catch {
    return {};
  }
}
