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
 * Refuses operations that ask for too much, before anything of them has run. Depth and aliases are those of
 * the document, and looked at once; the cost depends on the variables, and is counted each time. The rows of lists
 * within images are known only when they are read; the `RowBudget` of the operation counts those.
 */
export function limits(options: LimitOptions, pages: PageLimits): ApolloServerPlugin {
  const passed = new WeakSet<DocumentNode>();

  return {
    async requestDidStart() {
      let cost: number | undefined;
      return {
        async didResolveOperation({ document, operation: definition, request }) {
          if (!definition) return;
          const problem = variablesProblem(request.variables);
          if (problem) throw badVariables(problem);
          const operation = { document, definition };
          if (!passed.has(document)) {
            require('QUERY_TOO_DEEP', depthOf(operation), options.queryDepthLimit);
            require('QUERY_TOO_MANY_ALIASES', aliasesOf(operation), options.queryAliasLimit);
            if (hasOneOperation(document)) passed.add(document);
          }
          cost = costOf(operation, request.variables ?? {}, pages);
          require('QUERY_TOO_COSTLY', cost, options.queryCostLimit);
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

function require(code: ErrorCode, actual: number, maximum: number): void {
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
