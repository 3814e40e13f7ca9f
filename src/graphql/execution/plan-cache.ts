import type { ApolloServerPlugin } from '@apollo/server';
import {
  getArgumentValues,
  GraphQLScalarType,
  GraphQLSchema,
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
  type VariableDefinitionNode,
} from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import { RowBudget } from '../../image/catalog/row-budget.js';
import type { Context } from './context.js';
import { documentBytes, hasOneOperation } from './document-store.js';
import { formatError } from '../errors/error-format.js';
import {
  normalizedOperation,
  type FieldArguments,
  type NormalizedOperation,
} from './normalized-operation.js';
import { coerceNamed, coercionOf, type NamedCoercion } from './input-coercion.js';

const COMPILED_AT_USE = 3;
/** The highest number of variants of one document, one for each set of values of its conditions. */
const MOST_VARIANTS = 8;
/** The approximate memory for all plans, in bytes. */
const PLAN_BYTES = 32 * 1024 * 1024;
/** The same for one document. The cache would drop a larger plan, and each request would compile it again. */
const DOCUMENT_PLAN_BYTES = PLAN_BYTES / 2;
const BYTES_PER_FIELD = 8 * 1024;

type Variables = Record<string, unknown>;

/** The compiled variants of a document that came often enough. */
interface Plan {
  readonly variables: readonly NamedCoercion[];
  /** The variables that `@skip` and `@include` read. */
  readonly conditions: readonly string[];
  /** The variants by the values of the conditions; null if the executor answers. */
  readonly variants: Map<string, Variant | null>;
}

interface Variant {
  readonly arguments: readonly FieldArguments[];
  readonly run: CompiledQuery['query'];
  readonly bytes: number;
}

/**
 * Compiles repeated queries, so that the executor need not walk the document each time. The executor still answers every
 * query that a plan would answer differently: unusual documents, variables that do not fit, and answers with several
 * errors. Mutations are never compiled.
 */
export function planCache(schema: GraphQLSchema): ApolloServerPlugin<Context> {
  const uses = new WeakMap<DocumentNode, number>();
  const plans = new LRUCache<DocumentNode, Plan>({
    maxSize: PLAN_BYTES,
    dispose: (_plan, document, reason) => {
      if (reason === 'evict') uses.delete(document);
    },
    sizeCalculation: ({ variants }, document) => bytesOf(variants) + documentBytes(document),
  });
  const compiling = new GraphQLSchema({ ...schema.toConfig(), types: [COERCED], assumeValid: true });

  return {
    async requestDidStart() {
      return {
        async responseForOperation({ document, operation, request, contextValue, response }) {
          if (operation?.operation !== 'query') return null;
          const plan = planFor(document, operation);
          const variables = plan && coerced(request.variables ?? {}, plan);
          const variant = variables && variantFor(plan, document, operation, variables);
          const values = variant && argumentsOf(variant, variables);
          if (!values) return null;
          const result = await variant.run(undefined, contextValue, values);
          // The executor selects and orders several errors.
          if (!('data' in result) || (result.errors?.length ?? 0) > 1) {
            contextValue.rows = new RowBudget(contextValue.rows.most);
            return null;
          }
          return {
            http: response.http,
            body: { kind: 'single', singleResult: formatted(result, contextValue) },
          };
        },
      };
    },
  };

  /** Returns the plan of a document; undefined until the document has come often enough. */
  function planFor(document: DocumentNode, operation: OperationDefinitionNode): Plan | undefined {
    const known = plans.get(document);
    if (known) return known;
    const count = (uses.get(document) ?? 0) + 1;
    uses.set(document, count);
    if (count < COMPILED_AT_USE || !hasOneOperation(document) || hasProtoVariable(operation))
      return undefined;
    const plan = {
      variables: (operation.variableDefinitions ?? []).map((each) => coercionOfVariable(schema, each)),
      conditions: conditionsOf(document),
      variants: new Map(),
    };
    plans.set(document, plan);
    return plan;
  }

  function variantFor(
    { conditions, variants }: Plan,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Variables,
  ): Variant | null | undefined {
    if (conditions.some((name) => typeof variables[name] !== 'boolean')) return undefined;
    const key = conditions.map((name) => (variables[name] ? 1 : 0)).join('');
    const known = variants.get(key);
    if (known !== undefined || variants.size >= MOST_VARIANTS) return known;
    const isTrue = (name: string) => variables[name] === true;
    const made = variantOf(compiling, schema, normalizedOperation(schema, document, operation, isTrue));
    const hasRoom = made && bytesOf(variants) + made.bytes <= DOCUMENT_PLAN_BYTES;
    variants.set(key, hasRoom ? made : null);
    plans.set(document, { ...plans.peek(document)!, variants });
    return variants.get(key);
  }
}

function bytesOf(variants: Plan['variants']): number {
  return [...variants.values()].reduce((sum, variant) => sum + (variant?.bytes ?? 0), 0);
}

/** The type of the variables of a normalized operation. Their values are coerced arguments, so the type changes nothing. */
const COERCED = new GraphQLScalarType({ name: 'CoercedValue' });

/** Returns true for a variable whose name a plain object would not keep as a key. */
function hasProtoVariable({ variableDefinitions = [] }: OperationDefinitionNode): boolean {
  return variableDefinitions.some(({ variable }) => variable.name.value === '__proto__');
}

function conditionsOf(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: (node) => {
      for (const { value } of node.arguments ?? [])
        if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

function coercionOfVariable(
  schema: GraphQLSchema,
  { variable, type: node, defaultValue }: VariableDefinitionNode,
): NamedCoercion {
  const type = typeFromAST(schema, node as NamedTypeNode) as unknown as GraphQLInputType;
  return {
    name: variable.name.value,
    defaultValue: defaultValue && valueFromAST(defaultValue, type),
    isRequired: isNonNullType(type),
    coerce: coercionOf(type),
  };
}

/** Coerces the variables; returns undefined if they do not fit, so that the executor reports the error. */
function coerced(given: Readonly<Variables>, { variables }: Plan): Variables | undefined {
  try {
    return coerceNamed(given, variables);
  } catch {
    return undefined;
  }
}

/** Returns the values of all arguments; undefined if one is missing. */
function argumentsOf(variant: Variant, variables: Variables): Variables | undefined {
  const values: Variables = {};
  try {
    for (const { definition, node, prefix } of variant.arguments) {
      const own = getArgumentValues(definition, node, variables);
      for (const name in own) values[prefix + name] = own[name];
    }
  } catch {
    return undefined;
  }
  return values;
}

/** Compiles a normalized operation; returns null if that is not possible. */
function variantOf(
  compiling: GraphQLSchema,
  schema: GraphQLSchema,
  normalized: NormalizedOperation | undefined,
): Variant | null {
  if (!normalized) return null;
  const document = withArguments(normalized);
  try {
    const compiled = compileQuery(compiling, document, undefined, {
      resolverInfoEnricher: () => ({ schema }),
    });
    if (!isCompiledQuery(compiled)) return null;
    return {
      arguments: normalized.arguments,
      run: compiled.query,
      bytes: normalized.fields * BYTES_PER_FIELD,
    };
  } catch {
    return null;
  }
}

/** Returns the document of a normalized operation; it declares a variable for every argument. */
function withArguments({ selectionSet, arguments: all }: NormalizedOperation) {
  const type = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: COERCED.name } } as const;
  const variableDefinitions = all.flatMap(({ node, prefix }) =>
    (node.arguments ?? []).map(({ name }) => ({
      kind: Kind.VARIABLE_DEFINITION as const,
      variable: {
        kind: Kind.VARIABLE as const,
        name: { kind: Kind.NAME as const, value: prefix + name.value },
      },
      type,
    })),
  );
  const definition = {
    kind: Kind.OPERATION_DEFINITION,
    operation: 'query',
    variableDefinitions,
    selectionSet,
  } as OperationDefinitionNode;
  return { kind: Kind.DOCUMENT, definitions: [definition] } as DocumentNode;
}

function formatted(result: ExecutionResult, { log }: Context): ExecutionResult {
  if (!result.errors) return result;
  return {
    ...result,
    errors: result.errors.map((error) => formatError(error.toJSON(), error, log)) as never,
  };
}
