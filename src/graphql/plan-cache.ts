import type { ApolloServerPlugin } from '@apollo/server';
import {
  getVariableValues,
  GraphQLScalarType,
  GraphQLSchema,
  Kind,
  type DocumentNode,
  type ExecutionResult,
  type OperationDefinitionNode,
} from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { Context } from './context.js';
import { formatError } from './error-format.js';

const DOCUMENTS = 500;
const COMPILED_AT_USE = 3;

interface Plan {
  uses: number;
  /** Undefined until compiled; null where compiling is not possible. */
  compiled?: CompiledQuery | null;
}

/**
 * Compiles queries that come again, so that the executor need not walk the document each time. What cannot
 * be compiled, and variables that do not fit, are left to Apollo, whose answers say more: nothing has run by
 * then. Mutations never pass here.
 */
export function planCache(schema: GraphQLSchema): ApolloServerPlugin<Context> {
  const plans = new LRUCache<DocumentNode, Plan>({ max: DOCUMENTS });
  const compiling = new GraphQLSchema({ ...schema.toConfig(), types: [COERCED], assumeValid: true });

  return {
    async requestDidStart() {
      return {
        async responseForOperation({ document, operation, operationName, request, contextValue, response }) {
          if (operation?.operation !== 'query' || countOperations(document) > 1) return null;
          const compiled = planFor(document, operationName ?? undefined);
          if (!compiled) return null;
          const variables = getVariableValues(
            schema,
            operation.variableDefinitions ?? [],
            request.variables ?? {},
          );
          if (!variables.coerced) return null;
          const result = await compiled.query(undefined, contextValue, variables.coerced);
          if (!('data' in result)) return null;
          return {
            http: response.http,
            body: { kind: 'single', singleResult: formatted(result, contextValue) },
          };
        },
      };
    },
  };

  function planFor(document: DocumentNode, operationName: string | undefined): CompiledQuery | null {
    const plan = plans.get(document) ?? { uses: 0 };
    plan.uses += 1;
    plans.set(document, plan);
    if (plan.compiled === undefined && plan.uses >= COMPILED_AT_USE) {
      plan.compiled = compile(compiling, withCoercedVariables(document), operationName);
    }
    return plan.compiled ?? null;
  }
}

/** The type of variables that have been coerced already: the compiled query takes them as they are. */
const COERCED = new GraphQLScalarType({ name: 'CoercedVariable' });

/**
 * The document with variables that need no coercion. graphql-jit would write a parser for every level of a
 * variable's type, and so never come to an end of an input that contains itself, as a filter does.
 */
function withCoercedVariables(document: DocumentNode): DocumentNode {
  const type = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: COERCED.name } } as const;
  const definitions = document.definitions.map((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? withTypes(definition) : definition,
  );
  return { ...document, definitions };

  function withTypes(operation: OperationDefinitionNode): OperationDefinitionNode {
    const variableDefinitions = operation.variableDefinitions?.map(({ kind, variable }) => ({
      kind,
      variable,
      type,
    }));
    return { ...operation, variableDefinitions };
  }
}

function compile(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName?: string,
): CompiledQuery | null {
  try {
    const compiled = compileQuery(schema, document, operationName);
    return isCompiledQuery(compiled) ? compiled : null;
  } catch {
    return null;
  }
}

function formatted(result: ExecutionResult, { log }: Context): ExecutionResult {
  if (!result.errors) return result;
  return {
    ...result,
    errors: result.errors.map((error) => formatError(error.toJSON(), error, log)) as never,
  };
}

function countOperations(document: DocumentNode): number {
  return document.definitions.filter(({ kind }) => kind === 'OperationDefinition').length;
}
