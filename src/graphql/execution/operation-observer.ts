import type { ApolloServerPlugin } from '@apollo/server';
import type { Context } from './context.js';

/** Hears of operations, for metrics and traces. */
export interface OperationObserver {
  /** The names of operations that are told by their names. There may be any number of others. */
  readonly known: ReadonlySet<string>;
  /** An answer has an error with this code. */
  failed(code: unknown): void;
  /** A subscription begins. The returned function is called at its end. */
  subscribed(): () => void;
}

/** Tells the name of each operation to its request, and the errors of its answer to the observer. */
export function observeOperations({ known, failed }: OperationObserver): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ operationName, contextValue }) {
          contextValue.onNamed?.(shownName(operationName, known));
        },
        async willSendResponse({ response: { body } }) {
          const errors = body.kind === 'single' ? (body.singleResult.errors ?? []) : [];
          for (const { extensions } of errors) failed(extensions?.code);
        },
      };
    },
  };
}

/** Returns a name out of few for an operation. */
export function shownName(name: string | null | undefined, known: ReadonlySet<string>): string {
  if (!name) return 'anonymous';
  return known.has(name) ? name : 'other';
}
