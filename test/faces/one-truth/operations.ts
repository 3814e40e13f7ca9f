import { createHash } from 'node:crypto';
import fc from 'fast-check';

/** Two tenants, an administrator of a third, and somebody who does not say who they are. */
export type Who = 'anna' | 'bert' | 'ops' | 'nobody';
export const EVERYBODY: readonly Who[] = ['anna', 'bert', 'ops', 'nobody'];

export interface GraphqlInput {
  name?: string | null;
  diskFormat?: string | null;
  containerFormat?: string | null;
  minDisk?: number;
  minRam?: number;
  owner?: string | null;
  visibility?: 'PUBLIC' | 'SHARED' | 'PRIVATE' | 'COMMUNITY';
  protected?: boolean;
  hidden?: boolean;
}

export interface Property {
  name: string;
  value: string;
}

export interface PropertyChanges {
  set?: Property[];
  remove?: string[];
  replaceAll?: Property[];
}

export interface Member {
  memberId: string;
  canShare?: boolean;
}

/** One request. `nth` picks among the images that were made so far, whatever became of them. */
export type Operation = { who: Who } & (V1Write | GraphqlWrite | Sending | On<'v1' | 'graphql', Other>);

type V1Write = { face: 'v1'; fields: Record<string, string>; body?: string; type: string } & (
  { does: 'create' } | { does: 'update'; nth: number; purges: boolean }
);
type GraphqlWrite = { face: 'graphql' } & (
  | { does: 'create'; input: GraphqlInput & { size?: number }; properties: Property[] }
  | { does: 'update'; nth: number; input: GraphqlInput; properties: PropertyChanges }
);
type Sending = On<'graphql' | 'data', { does: 'send'; nth: number; body: string }>;
type Other = { nth: number } & (
  | { does: 'delete' }
  | { does: 'add'; member: Member }
  | { does: 'remove'; memberId: string }
  | { does: 'replace'; members: Member[] }
);
type On<Face, Does> = Face extends unknown ? { face: Face } & Does : never;

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** Everything that a header value can carry: no control character but the tab. */
// eslint-disable-next-line no-control-regex
const isHeaderText = (text: string) => !/[\u0000-\u0008\u000a-\u001f\u007f]/.test(text);

/** Mostly what is allowed, so that sequences get somewhere. */
function mostly<T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: usual, weight: 8 }, { arbitrary: odd, weight: 1 });
}

const anyText = fc.string({ unit: 'binary', maxLength: 12 });
const text = mostly(
  fc.constantFrom('cirros', 'Größe', '日本', 'a,b', 'a%20b', '"x"', 'None', 'in:x', '<b>&', 'x'.repeat(255)),
  fc.oneof(
    fc.constantFrom('', ' padded ', 'a\tb', 'a\r\nb', 'a\0b', '😀', 'x'.repeat(256), '\ufeffx'),
    anyText,
  ),
);
const headerText = text.filter(isHeaderText);
const token = fc.string({ unit: fc.constantFrom(..."aZ09!#$%&'*+-.^_`|~"), maxLength: 6 });
const tokenName = mostly(
  fc.constantFrom('os', 'OS', 'Kernel-Id', 'kernel_id', 'foo.bar', 'name', 'size', 'id', 'deleted', '1'),
  fc.oneof(fc.constantFrom('__proto__', 'constructor', '', 'x'.repeat(255), 'x'.repeat(256)), token),
);
const propertyName = mostly(
  tokenName,
  fc.oneof(fc.constantFrom('Größe', 'with blank', 'a:b', '😀', 'a\nb', 'é', 'KERNEL-ID'), anyText),
);
const body = fc.constantFrom('hello', 'other data');
const memberId = fc.constantFrom('anna', 'bert', 'ops', 'a/b', 'Größe');

const v1Core = fc.oneof(
  fc.tuple(fc.constantFrom('name', 'NAME'), headerText),
  fc.tuple(
    fc.constantFrom('disk_format', 'Disk-Format'),
    mostly(fc.constantFrom('raw', 'qcow2', 'ami'), fc.constantFrom('', 'aki', 'zip')),
  ),
  fc.tuple(
    fc.constantFrom('container_format', 'container-format'),
    mostly(fc.constantFrom('bare', 'ovf'), fc.constantFrom('', 'ami', 'zip')),
  ),
  fc.tuple(
    fc.constantFrom('min_disk', 'min-ram'),
    mostly(
      fc.constantFrom('0', '1', '+3', '007', '2147483647'),
      fc.constantFrom('', '-1', '1.5', '2147483648'),
    ),
  ),
  fc.tuple(fc.constant('is_public'), fc.constantFrom('True', 'yes', 'False', 'None', '')),
  fc.tuple(fc.constant('protected'), mostly(fc.constantFrom('False', 'maybe'), fc.constant('on'))),
  fc.tuple(fc.constant('owner'), fc.constantFrom('anna', 'bert', '')),
  fc.tuple(fc.constant('size'), fc.constantFrom('0', '5', '10')),
  fc.tuple(fc.constant('checksum'), fc.constantFrom(md5('hello'), md5('other data'), 'none', '')),
);
const v1Property = fc.tuple(
  tokenName.map((name) => `property-${name}`),
  headerText,
);
const formats = { disk_format: 'raw', container_format: 'bare' };
const v1Fields = fc
  .tuple(fc.array(v1Core, { maxLength: 3 }), fc.array(v1Property, { maxLength: 3 }), fc.boolean())
  .map(([core, properties, isReady]) => ({
    ...(isReady ? formats : {}),
    ...Object.fromEntries([...core, ...properties]),
  }));
const type = mostly(fc.constant('application/octet-stream'), fc.constant('text/plain'));

const input = fc.record(
  {
    name: fc.option(text),
    diskFormat: fc.option(mostly(fc.constantFrom('raw', 'qcow2', 'ami'), fc.constantFrom('', 'zip'))),
    containerFormat: fc.option(mostly(fc.constantFrom('bare', 'ovf'), fc.constantFrom('aki', 'zip'))),
    minDisk: mostly(fc.nat(9), fc.constantFrom(-1, 2147483647)),
    minRam: fc.nat(9),
    owner: fc.option(fc.constantFrom('anna', 'bert', '')),
    visibility: fc.constantFrom(
      'PUBLIC' as const,
      'SHARED' as const,
      'PRIVATE' as const,
      'COMMUNITY' as const,
    ),
    protected: mostly(fc.constant(false), fc.constant(true)),
    hidden: mostly(fc.constant(false), fc.constant(true)),
  },
  { requiredKeys: [] },
);
/** The fields that ordinary callers may set: no owner, and no public visibility. */
const modestInput = input.map((said) => {
  const modest = { ...said };
  delete modest.owner;
  if (modest.visibility === 'PUBLIC') delete modest.visibility;
  return modest;
});
const anyInput = fc.oneof(input, modestInput, modestInput);
const properties = fc.array(fc.record({ name: propertyName, value: text }), { maxLength: 3 });

const nth = fc.nat(3);
const who = fc.oneof(
  { arbitrary: fc.constantFrom<Who>('anna', 'ops'), weight: 8 },
  fc.constantFrom<Who>('bert', 'nobody'),
);
const eitherFace = fc.constantFrom('v1' as const, 'graphql' as const);
const canShare = fc.option(fc.boolean(), { nil: undefined });
const member = fc.record({ memberId, canShare });

export const operations: fc.Arbitrary<Operation[]> = fc.array(
  fc.oneof(
    { arbitrary: create(), weight: 4 },
    { arbitrary: update(), weight: 8 },
    {
      arbitrary: fc.record({
        who,
        face: fc.constantFrom('graphql' as const, 'data' as const),
        does: fc.constant('send' as const),
        nth,
        body,
      }),
      weight: 2,
    },
    { arbitrary: fc.record({ who, face: eitherFace, does: fc.constant('delete' as const), nth }), weight: 1 },
    { arbitrary: sharing(), weight: 3 },
  ),
  { minLength: 3, maxLength: 12 },
);

function create(): fc.Arbitrary<Operation> {
  return fc.oneof(
    fc.record({
      who,
      face: fc.constant('v1' as const),
      does: fc.constant('create' as const),
      fields: v1Fields,
      body: fc.option(body, { nil: undefined }),
      type,
    }),
    fc.record({
      who,
      face: fc.constant('graphql' as const),
      does: fc.constant('create' as const),
      input: fc
        .tuple(anyInput, fc.constantFrom({}, { size: 5 }, { diskFormat: 'raw', containerFormat: 'bare' }))
        .map(([first, then]) => ({ ...first, ...then })),
      properties,
    }),
  );
}

function update(): fc.Arbitrary<Operation> {
  return fc.oneof(
    fc.record({
      who,
      face: fc.constant('v1' as const),
      does: fc.constant('update' as const),
      nth,
      fields: v1Fields,
      purges: fc.boolean(),
      body: fc.option(body, { nil: undefined, freq: 3 }),
      type,
    }),
    fc.record({
      who,
      face: fc.constant('graphql' as const),
      does: fc.constant('update' as const),
      nth,
      input: anyInput,
      properties: fc.oneof(
        fc.constant({}),
        fc.record({ set: properties, remove: fc.array(propertyName, { maxLength: 2 }) }),
        fc.record({ replaceAll: properties }),
      ),
    }),
  );
}

function sharing(): fc.Arbitrary<Operation> {
  const common = { who, face: eitherFace, nth };
  return fc.oneof(
    fc.record({ ...common, does: fc.constant('add' as const), member }),
    fc.record({ ...common, does: fc.constant('remove' as const), memberId }),
    fc.record({
      ...common,
      does: fc.constant('replace' as const),
      members: fc.array(member, { maxLength: 3 }),
    }),
  );
}
