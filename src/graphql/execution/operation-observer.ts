import type { ApolloServerPlugin } from '@apollo/server';
import type { Context } from './context.js';

/** Hears of operations, for metrics and traces. */
export interface OperationObserver {
  /** The names of operations that are told by their names. There may be any number of others. */
  readonly known: ReadonlySet<string>;
  /** A query or a mutation begins. The returned function is called at its end, with the code of its first error. */
  began(operation: OperationFacts): (code?: string) => void;
  /** An answer has an error with this code. */
  failed(code: unknown): void;
  /** A subscription begins. The returned function is called at its end. */
  subscribed(): () => void;
}

export interface OperationFacts {
  type: 'query' | 'mutation' | 'subscription';
  /** As the client chose it. */
  name?: string;
}

/** Tells the name of each operation to its request, and the errors of its answer to the observer. */
export function observeOperations({ known, began, failed }: OperationObserver): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      let end: ReturnType<typeof began> | undefined;
      return {
        async didResolveOperation({ operation, operationName, contextValue }) {
          contextValue.onNamed?.(shownName(operationName, known));
          end = began({ type: operation!.operation, name: operationName ?? undefined });
        },
        async willSendResponse({ response: { body } }) {
          const errors = body.kind === 'single' ? (body.singleResult.errors ?? []) : [];
          for (const { extensions } of errors) failed(extensions?.code);
          const [first] = errors;
          end?.(first && String(first.extensions?.code));
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
