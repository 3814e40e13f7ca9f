import type { ApolloServerPlugin } from '@apollo/server';
import {
  getNamedType,
  GraphQLScalarType,
  GraphQLSchema,
  isInputObjectType,
  isNonNullType,
  Kind,
  typeFromAST,
  valueFromAST,
  visit,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLInputType,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type TypeNode,
  type VariableDefinitionNode,
} from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { Context } from './context.js';
import { DOCUMENTS, hasOneOperation } from './document-store.js';
import { formatError } from './error-format.js';
import { coerceNamed, coercionOf, type NamedCoercion } from './input-coercion.js';

const COMPILED_AT_USE = 3;

interface Plan {
  uses: number;
  /** Undefined until compiled; null where compiling is not possible. */
  compiled?: CompiledQuery | null;
  /** The variables that the compiled query takes as they are, coerced beforehand. */
  coerced: readonly NamedCoercion[];
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
          if (operation?.operation !== 'query') return null;
          const { compiled, coerced } = planFor(document, operation, operationName ?? undefined);
          if (!compiled) return null;
          const variables = withCoerced(request.variables ?? {}, coerced);
          if (!variables) return null;
          const result = await compiled.query(undefined, contextValue, variables);
          if (!('data' in result)) return null;
          return {
            http: response.http,
            body: { kind: 'single', singleResult: formatted(result, contextValue) },
          };
        },
      };
    },
  };

  function planFor(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    operationName: string | undefined,
  ): Plan {
    const plan = plans.get(document) ?? { uses: 0, coerced: [] };
    plan.uses += 1;
    plans.set(document, plan);
    if (plan.compiled === undefined && plan.uses >= COMPILED_AT_USE) {
      const endless = (operation.variableDefinitions ?? []).filter(({ type }) => isEndless(schema, type));
      plan.coerced = endless.map((definition) => coercionOfVariable(schema, definition));
      plan.compiled = hasOneOperation(document)
        ? compile(compiling, withCoercedTypes(document, endless), operationName)
        : null;
    }
    return plan;
  }
}

function coercionOfVariable(
  schema: GraphQLSchema,
  { variable, type: node, defaultValue }: VariableDefinitionNode,
): NamedCoercion {
  const type = typeFromAST(schema, node as NamedTypeNode) as unknown as GraphQLInputType;
  return {
    name: variable.name.value,
    preset: defaultValue && valueFromAST(defaultValue, type),
    isNeeded: isNonNullType(type),
    coerce: coercionOf(type),
  };
}

/** The variables, some of them coerced; undefined where they do not fit. */
function withCoerced(
  variables: Readonly<Record<string, unknown>>,
  wanted: readonly NamedCoercion[],
): Record<string, unknown> | undefined {
  try {
    return { ...variables, ...coerceNamed(variables, wanted) };
  } catch {
    return undefined;
  }
}

/** The type of variables that have been coerced already: the compiled query takes them as they are. */
const COERCED = new GraphQLScalarType({ name: 'CoercedVariable' });

/**
 * True for an input that contains itself, as a filter does. graphql-jit writes a parser for every level of a
 * variable's type, and would never come to its end.
 */
function isEndless(schema: GraphQLSchema, node: TypeNode): boolean {
  const contains = (type: unknown, above: readonly unknown[]): boolean =>
    isInputObjectType(type) &&
    (above.includes(type) ||
      Object.values(type.getFields()).some((field) => contains(getNamedType(field.type), [...above, type])));
  return contains(getNamedType(typeFromAST(schema, node as NamedTypeNode)), []);
}

/** The document with these variables declared as coerced already. */
function withCoercedTypes(document: DocumentNode, coerced: readonly VariableDefinitionNode[]): DocumentNode {
  const type = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: COERCED.name } } as const;
  return visit(document, {
    VariableDefinition: (node) =>
      coerced.includes(node) ? { kind: node.kind, variable: node.variable, type } : false,
  });
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
