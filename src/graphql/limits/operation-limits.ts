import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import { badInput, ImageError, type ErrorCode } from '../../image/errors.js';
import type { PageLimits } from '../../image/catalog/page-window.js';
import { hasOneOperation } from '../execution/document-store.js';
import { aliasesOf } from './aliases.js';
import { costOf } from './cost.js';
import { depthOf } from './depth.js';
import { rowsOf } from './rows.js';
import { variablesProblem } from './variables.js';

export interface LimitOptions {
  queryDepthLimit: number;
  queryAliasLimit: number;
  queryCostLimit: number;
  queryCostShown: boolean;
}

/** An operation that is about to run. */
export interface OperationRequest {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly variables: Record<string, unknown> | undefined;
}

/**
 * Refuses an operation over a limit.
 *
 * @param onCost called with the cost of the operation, also when that is the reason of the refusal
 * @throws GraphQLError
 */
export type RequireWithinLimits = (request: OperationRequest, onCost?: (cost: number) => void) => void;

/**
 * Refuses operations over a limit before they run. Depth and aliases depend on the document and are counted once; the cost
 * depends on the variables and is counted each time. The rows of lists inside images are known only when they are read; the
 * `RowBudget` of the operation counts them.
 */
export function limitCheck(options: LimitOptions, pages: PageLimits): RequireWithinLimits {
  const checked = new WeakSet<DocumentNode>();

  return ({ document, definition, variables }, onCost) => {
    const problem = variablesProblem(variables);
    if (problem) throw badVariables(problem);
    const operation = { document, definition };
    if (!checked.has(document)) {
      requireAtMost('QUERY_TOO_DEEP', depthOf(operation), options.queryDepthLimit);
      requireAtMost('QUERY_TOO_MANY_ALIASES', aliasesOf(operation), options.queryAliasLimit);
      if (hasOneOperation(document)) checked.add(document);
    }
    const cost = costOf(operation, variables ?? {}, pages);
    onCost?.(cost);
    requireAtMost('QUERY_TOO_COSTLY', cost, options.queryCostLimit);
  };
}

/** Checks the limits for Apollo, and shows the cost where that is configured. */
export function operationLimits(
  requireWithinLimits: RequireWithinLimits,
  options: LimitOptions,
): ApolloServerPlugin {
  return {
    async requestDidStart() {
      let cost: number | undefined;
      return {
        async didResolveOperation({ document, operation: definition, request: { variables } }) {
          if (!definition) return;
          requireWithinLimits({ document, definition, variables }, (counted) => (cost = counted));
        },

        async willSendResponse({ response: { body } }) {
          if (!options.queryCostShown || cost === undefined || body.kind !== 'single') return;
          const actual = Math.max(cost, rowsOf(body.singleResult.data));
          const shown = { actual, maximum: options.queryCostLimit };
          body.singleResult.extensions = { ...body.singleResult.extensions, cost: shown };
        },
      };
    },
  };
}

function badVariables(problem: string): GraphQLError {
  const originalError = badInput('variables', problem);
  return new GraphQLError(originalError.message, { originalError, extensions: { http: { status: 400 } } });
}

function requireAtMost(code: ErrorCode, actual: number, maximum: number): void {
  if (actual <= maximum) return;
  const originalError = new ImageError(code, {
    actual: Number.isFinite(actual) ? actual : 'endless',
    maximum,
  });
  throw new GraphQLError(originalError.message, {
    originalError,
    extensions: { code, http: { status: 400 } },
  });
}
