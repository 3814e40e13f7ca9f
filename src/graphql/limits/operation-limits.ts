import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, type DocumentNode } from 'graphql';
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

/**
 * Refuses operations over a limit before they run. Depth and aliases depend on the document and are counted once; the cost
 * depends on the variables and is counted each time. The rows of lists inside images are known only when they are read; the
 * `RowBudget` of the operation counts them.
 */
export function operationLimits(options: LimitOptions, pages: PageLimits): ApolloServerPlugin {
  const checked = new WeakSet<DocumentNode>();

  return {
    async requestDidStart() {
      let cost: number | undefined;
      return {
        async didResolveOperation({ document, operation: definition, request }) {
          if (!definition) return;
          const problem = variablesProblem(request.variables);
          if (problem) throw badVariables(problem);
          const operation = { document, definition };
          if (!checked.has(document)) {
            requireAtMost('QUERY_TOO_DEEP', depthOf(operation), options.queryDepthLimit);
            requireAtMost('QUERY_TOO_MANY_ALIASES', aliasesOf(operation), options.queryAliasLimit);
            if (hasOneOperation(document)) checked.add(document);
          }
          cost = costOf(operation, request.variables ?? {}, pages);
          requireAtMost('QUERY_TOO_COSTLY', cost, options.queryCostLimit);
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
