import { AsyncLocalStorage } from 'node:async_hooks';

/** The work that the gateway does for one request, as far as traces know it. */
export interface WorkContext {
  /** The fields that join the lines of the log to the trace. */
  readonly logFields: Readonly<Record<string, string>>;
  /** A request to another server begins. */
  outgoing(method: string, url: URL): OutgoingRequest;
}

export interface OutgoingRequest {
  /** Headers that tell the other server of the trace (W3C Trace Context). */
  readonly headers: Readonly<Record<string, string>>;
  /** @param status undefined when no answer came */
  end(status?: number): void;
}

/** The work that runs now. It is empty unless a gateway in this process has traces. */
const current = new AsyncLocalStorage<WorkContext>();

export function workContext(): WorkContext | undefined {
  return current.getStore();
}

/** Runs a function, and all that it begins, as part of some work. */
export function within<T>(context: WorkContext, run: () => T): T {
  return current.run(context, run);
}
