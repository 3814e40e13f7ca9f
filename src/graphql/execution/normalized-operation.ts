import {
  getNamedType,
  isObjectType,
  Kind,
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** The arguments of a field: in the document, and as variables of the normalized operation. */
export interface FieldArguments {
  readonly definition: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
  /** The name of an argument's variable is this prefix and the argument's name. */
  readonly prefix: string;
}

/** An operation of fields alone, with its fragments, directives and values resolved. */
export interface NormalizedOperation {
  readonly selectionSet: SelectionSetNode;
  readonly arguments: readonly FieldArguments[];
  /** The number of fields; a field that the document repeats counts each time. */
  readonly fields: number;
}

/** Compiling a plan with more fields takes longer than the plan saves. */
const MOST_FIELDS = 2000;

/**
 * Collects the fields of a query on all levels (GraphQL specification, section 6.3.2, CollectFields). The result has no
 * fragments, directives or values: each argument is a variable. So generated code contains only names and positions from
 * the document, and no other text of a caller.
 *
 * @param isTrue returns the value of a variable in `@skip` or `@include`
 * @returns undefined for an operation that generated code and the executor would answer differently
 */
export function normalizedOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  isTrue: (variable: string) => boolean,
): NormalizedOperation | undefined {
  const fragments = new Map(document.definitions.filter(isFragment).map((each) => [each.name.value, each]));
  const found: FieldArguments[] = [];
  const places = new Set<string>();
  let fields = 0;

  try {
    const root = { selectionSet: operation.selectionSet };
    const [selectionSet] = normalizedSets([root], schema.getQueryType()!, '');
    return { selectionSet, arguments: found, fields };
  } catch (error) {
    if (error instanceof NotCompilable) return undefined;
    throw error;
  }

  /** Normalizes the selection sets of fields that share one answer, or of the root. */
  function normalizedSets(
    nodes: readonly { selectionSet?: SelectionSetNode }[],
    type: GraphQLObjectType,
    place: string,
  ): SelectionSetNode[] {
    const spread = new Set<string>();
    const collected = nodes.map(({ selectionSet }) => collect(selectionSet, spread));
    const normalized = new Map<FieldNode, FieldNode>();
    for (const [name, together] of grouped(collected.flat())) {
      for (const [index, node] of below(name, together, type, place).entries()) {
        normalized.set(together[index], node);
      }
    }
    return collected.map((own) => ({
      kind: Kind.SELECTION_SET,
      selections: own.map((node) => normalized.get(node)!),
    }));
  }

  function collect(set: SelectionSetNode | undefined, spread: Set<string>): FieldNode[] {
    return (set?.selections ?? []).flatMap((node) => {
      if (!isIncluded(node)) return [];
      if (node.kind === Kind.INLINE_FRAGMENT) return collect(node.selectionSet, spread);
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        const { value } = node.name;
        if (spread.has(value)) return [];
        spread.add(value);
        return collect(fragments.get(value)?.selectionSet, spread);
      }
      fields += 1;
      if (fields > MOST_FIELDS) throw new NotCompilable();
      return [node];
    });
  }

  function below(
    name: string,
    together: readonly FieldNode[],
    parent: GraphQLObjectType,
    above: string,
  ): FieldNode[] {
    const [first] = together;
    if (name === '__proto__') throw new NotCompilable();
    if (first.name.value === '__typename') return together.map((node) => plain(node, []));
    // Introspection is rare, and a plan would show the schema for plans instead of the published one.
    const definition = parent.getFields()[first.name.value];
    if (!definition) throw new NotCompilable();
    const place = placeOf(name, above);
    const prefix = `a${found.length}_`;
    if (first.arguments?.length) found.push({ definition, node: first, prefix });
    const args = first.arguments?.map((argument) => asVariable(argument, prefix)) ?? [];
    const type = getNamedType(definition.type);
    if (!first.selectionSet) return together.map((node) => plain(node, args));
    if (!isObjectType(type)) throw new NotCompilable();
    const sets = normalizedSets(together, type, place);
    return together.map((node, index) => plain(node, args, sets[index]));
  }

  /** Generated code joins the names above a field; the joined names of two places must differ. */
  function placeOf(name: string, above: string): string {
    if (/^idx\d/.test(name)) throw new NotCompilable();
    const place = `${name}_${above}`;
    if (places.has(place)) throw new NotCompilable();
    places.add(place);
    return place;
  }

  function isIncluded({ directives = [] }: SelectionNode): boolean {
    return directives.every((directive) => {
      const { value } = directive.name;
      return value === 'skip' ? !condition(directive) : value !== 'include' || condition(directive);
    });
  }

  function condition(directive: DirectiveNode): boolean {
    const value = directive.arguments?.[0]?.value;
    return value?.kind === Kind.VARIABLE
      ? isTrue(value.name.value)
      : value?.kind === Kind.BOOLEAN && value.value;
  }
}

class NotCompilable extends Error {}

function isFragment(node: DocumentNode['definitions'][number]): node is FragmentDefinitionNode {
  return node.kind === Kind.FRAGMENT_DEFINITION;
}

/** Groups fields by their name in the answer, in the order of the first field of each name. */
function grouped(nodes: readonly FieldNode[]): Map<string, FieldNode[]> {
  const groups = new Map<string, FieldNode[]>();
  for (const node of nodes) {
    const name = node.alias?.value ?? node.name.value;
    const group = groups.get(name);
    if (group) group.push(node);
    else groups.set(name, [node]);
  }
  return groups;
}

function asVariable({ kind, name, loc }: ArgumentNode, prefix: string): ArgumentNode {
  const value = {
    kind: Kind.VARIABLE,
    name: { kind: Kind.NAME, value: prefix + name.value },
    loc,
  } as const;
  return { kind, name, value, loc };
}

function plain(
  { kind, alias, name, loc }: FieldNode,
  args: readonly ArgumentNode[],
  selectionSet?: SelectionSetNode,
): FieldNode {
  return { kind, alias, name, loc, arguments: args, ...(selectionSet ? { selectionSet } : {}) };
}
