import {
  createClient,
  fetchExchange,
  makeOperation,
  mapExchange,
  subscriptionExchange,
  type Client,
  type Operation,
  type OperationResult,
  type SubscriptionForwarder,
} from '@urql/core';
import { Kind } from 'graphql/language/kinds.js';
import { cacheExchange, type UpdateResolver } from '@urql/exchange-graphcache';
import { answered, currentAttempt, troubled } from './connection.js';
import { loginEnded } from './login-end.js';
import { Failure, failureIn, failureOf, isTrouble } from './failure.js';
import { gathered } from './live/gathered.js';
import { noteNews } from './live/image-changes.js';
import { shareStream } from './live/shared-stream.js';
import { sessionHeader } from './session-header.js';

/** Returns the client of the gateway's GraphQL. */
export function gatewayClient(): Client {
  return createClient({
    url: '/graphql',
    preferGetMethod: false,
    fetch: ask,
    exchanges: [
      cacheExchange({
        keys: {
          DeletionFacts: () => null,
          FacetCount: () => null,
          Formats: () => null,
          GatewayFacts: () => null,
          ImageChange: () => null,
          ImageHash: () => null,
          ImageOutcome: () => null,
          ImagePermissions: () => null,
          ImageProperty: () => null,
          PropertyDefinition: () => null,
          ImageStore: () => null,
          ImportFacts: () => null,
          ImportProgress: () => null,
          OutcomeError: () => null,
          Owner: () => null,
          Quota: () => null,
          QuotaUse: () => null,
          ResumableFacts: () => null,
          Tenant: () => null,
          UnfinishedUpload: () => null,
          UploadProgress: () => null,
          ValueCount: () => null,
          Viewer: () => null,
          ViewerRights: () => null,
        },
        updates: {
          Mutation: {
            createImage: countAgain,
            importImage: countAgain,
            cancelImport: countAgain,
            deleteImages: countAgain,
            updateImage: countAgain,
            updateImages: countAgain,
            deactivateImages: countAgain,
            reactivateImages: countAgain,
            acceptImage: listOffersAgain,
            rejectImage: listOffersAgain,
          },
        },
      }),
      mapExchange({ onOperation: numbered, onResult: note }),
      subscriptionExchange({ forwardSubscription: follow }),
      fetchExchange,
    ],
  });
}

/** Hears of the changes of images. The operation's context names the stream. */
const follow: SubscriptionForwarder = ({ query }, { context }) => ({
  subscribe(sink) {
    const { hear, stop } = gathered((news) => {
      // The cache has the change before the screens hear of it.
      if (news.kind === 'change') sink.next({ data: news.data });
      noteNews(news);
    });
    const leave = shareStream(context.stream as string, query!, hear);
    return {
      unsubscribe() {
        leave();
        stop();
      },
    };
  },
});

/** After a change other images may match a filter. The pages stay as they are, so that no row moves. */
const countAgain: UpdateResolver = (_result, _variables, cache) => {
  for (const { fieldName, fieldKey, arguments: given } of cache.inspectFields('Query'))
    if (COUNTS.includes(fieldName) || (fieldName === 'images' && !given?.first))
      cache.invalidate('Query', fieldKey);
};

/** An answer moves an offer from one list to another. */
const listOffersAgain: UpdateResolver = (_result, _variables, cache) => {
  for (const { fieldName, fieldKey } of cache.inspectFields('Query'))
    if (fieldName === 'sharedImages') cache.invalidate('Query', fieldKey);
};

const COUNTS = ['imageCounts', 'imageTags', 'imagePropertyNames', 'imagePropertyValues'];

/**
 * Asks the gateway, and notes whether it answers.
 *
 * @throws Failure for every answer that is no success
 */
export const ask: typeof fetch = async (input, init) => {
  const attempt = currentAttempt();
  const response = await answerTo(input, init);
  // A proxy in front sends the browser to its login.
  if (response.type === 'opaqueredirect' || response.status === 401) {
    loginEnded();
    throw new Failure('LOGIN_ENDED', '', response.headers.get('x-openstack-request-id'));
  }
  if (response.ok) return response;
  const failure = await failureOf(response);
  if ([502, 503, 504].includes(response.status)) troubled('unavailable', failure);
  else answered(attempt);
  throw failure;
};

function numbered(operation: Operation): Operation {
  return makeOperation(operation.kind, operation, { ...operation.context, attempt: currentAttempt() });
}

/** Notes what an answer of GraphQL says: with the database away its status is 200, and the errors tell. */
function note({ operation, error }: OperationResult): void {
  if (error?.networkError) return;
  const failure = failureIn(error);
  if (failure && isTrouble(failure.code)) troubled('unavailable', failure);
  // The first question needs no database, so its answer does not say that there is one.
  else answered(operation.context.attempt as number, isStart(operation));
}

/** Longer than the gateway takes for anything: whoever waits for it must not wait for ever. */
const LONGEST_MS = 120_000;

async function answerTo(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  try {
    const signal = AbortSignal.any([...(init?.signal ? [init.signal] : []), AbortSignal.timeout(LONGEST_MS)]);
    const headers = { ...(init?.headers as Record<string, string> | undefined), ...sessionHeader() };
    return await fetch(input, {
      ...{ ...init, headers, signal, redirect: 'manual' },
      ...{ credentials: 'same-origin', cache: 'no-store' },
    });
  } catch (error) {
    // A question that nobody needs any more is aborted.
    if (init?.signal?.aborted) throw error;
    const failure = new Failure('OFFLINE', String(error));
    troubled('offline', failure);
    throw failure;
  }
}

function isStart({ query }: OperationResult['operation']): boolean {
  return query.definitions.some(
    (each) => each.kind === Kind.OPERATION_DEFINITION && each.name?.value === 'Start',
  );
}
