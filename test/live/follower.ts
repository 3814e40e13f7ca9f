import { run } from '../support/client.js';
import type { TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { CHANGES, subscribeTo, type Change, type Subscription } from '../support/live.js';

const LIST = gql(`query ($filter: ImageFilterInput, $after: String) {
  images(filter: $filter, first: 500, after: $after) {
    edges { node { id name status visibility owner tags properties { name value } members { memberId status } } }
    pageInfo { hasNextPage endCursor }
  }
}`);

/** A client that keeps its picture of a list by changes, over connections that break. */
export interface Follower {
  readonly name: string;
  /** Image id → the image as JSON. */
  readonly picture: ReadonlyMap<string, string>;
  /** The ids of all images that the client was told of. */
  readonly heard: ReadonlySet<string>;
  /** How often the client was told to read the list again. */
  readonly expired: number;
  /** The error that ended the subscription otherwise. */
  readonly failure: string | undefined;
  connect(): Promise<void>;
  break(): void;
  /** Returns the list as it is now. */
  list(): Promise<Map<string, string>>;
}

/** @param choose returns the gateway and the transport of the next connection */
export function follower(
  name: string,
  who: Record<string, string>,
  filter: object | undefined,
  choose: () => { gateway: TestGateway; transport: 'websocket' | 'sse' },
): Follower {
  let picture = new Map<string, string>();
  const heard = new Set<string>();
  let expired = 0;
  let failure: string | undefined;
  let subscription: Subscription<{ imageChanged: Change }> | undefined;
  let at: ReturnType<typeof choose>;
  let after: string | undefined;
  let applied = 0;
  let timer: NodeJS.Timeout | undefined;

  return {
    name,
    heard,
    get picture() {
      return picture;
    },
    get expired() {
      return expired;
    },
    get failure() {
      return failure;
    },
    connect,
    break() {
      apply();
      end();
    },
    list,
  };

  async function connect(): Promise<void> {
    at = choose();
    applied = 0;
    const variables = { filter, after };
    subscription = subscribeTo(at.gateway, CHANGES, { variables, headers: who, transport: at.transport });
    if (after === undefined) picture = await list();
    timer = setInterval(apply, 20);
  }

  function end(): void {
    clearInterval(timer);
    subscription?.end();
    subscription = undefined;
  }

  function apply(): void {
    if (!subscription) return;
    for (const { imageChanged } of subscription.results.slice(applied)) {
      applied += 1;
      after = imageChanged.cursor;
      heard.add(imageChanged.id);
      if (imageChanged.image) picture.set(imageChanged.id, JSON.stringify(imageChanged.image));
      else picture.delete(imageChanged.id);
    }
    const [error] = subscription.errors;
    if (!error) return;
    if (error.extensions.code !== 'CHANGES_EXPIRED') {
      failure = JSON.stringify(error);
      return end();
    }
    expired += 1;
    after = undefined;
    end();
    void connect();
  }

  async function list(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (let cursor: string | undefined; ;) {
      const { images } = await run(at.gateway, LIST, { filter: filter as never, after: cursor }, who);
      for (const { node } of images.edges) found.set(node.id, JSON.stringify(node));
      if (!images.pageInfo.hasNextPage) return found;
      cursor = images.pageInfo.endCursor!;
    }
  }
}

/** Counts the images in which a picture differs from a list. */
export function differences(picture: ReadonlyMap<string, string>, list: ReadonlyMap<string, string>): number {
  const ids = new Set([...picture.keys(), ...list.keys()]);
  return [...ids].filter((id) => picture.get(id) !== list.get(id)).length;
}
