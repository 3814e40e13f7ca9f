import { graphqlQuestion } from './question.js';
import { checksumOf, idOf } from './scale-data.js';

const headers = (tenant, roles = 'member') => ({
  'x-identity-status': 'Confirmed',
  'x-user-id': `${tenant}-user`,
  'x-tenant-id': tenant,
  'x-roles': roles,
});

/** An administrator, tenants with 30 %, with 0.065 % and with few of the images, a member of 1.6 %, and nobody. */
export const CALLERS = {
  admin: headers('operators', 'admin'),
  big: headers('big'),
  mid: headers('mid-7'),
  few: headers('few-7'),
  popular: headers('popular'),
  anonymous: {},
};

const SORT_KEYS = [
  'CREATED_AT',
  'UPDATED_AT',
  'NAME',
  'STATUS',
  'SIZE',
  'DISK_FORMAT',
  'CONTAINER_FORMAT',
  'ID',
];
const V1_KEYS = [
  'created_at',
  'updated_at',
  'name',
  'status',
  'size',
  'disk_format',
  'container_format',
  'id',
];
const ALL = Object.keys(CALLERS);
const TWO = ['admin', 'big'];

/**
 * Shapes that read as many images as there are: no index finds texts by their middle or end, counts count everything, and
 * the images of two months lie far from the start of a list.
 */
const BOUNDED = ['contains', 'endsWith', 'totalCount', 'of two times'];

/**
 * Every shape: its name, the callers that ask it, its question, and whether it is to be bounded rather than flat. A question gets `at`, a number of an image far down
 * the list, and `images`, their number. `behind` makes a page behind a cursor of it.
 */
export const SHAPES = [
  ...SORT_KEYS.flatMap((key) =>
    ['ASC', 'DESC'].flatMap((direction) => [
      shape(`first ${key} ${direction}`, ALL, () => page({ sort: [{ key, direction }] })),
      {
        ...shape(`deep ${key} ${direction}`, ALL, () => page({ sort: [{ key, direction }] })),
        behind: { key, direction },
      },
    ]),
  ),
  shape('two keys NAME, CREATED_AT', TWO, () => sorted('NAME', 'CREATED_AT')),
  shape('two keys STATUS, CREATED_AT', TWO, () => sorted('STATUS', 'CREATED_AT')),
  ...Object.entries(filters()).map(([name, filter]) =>
    shape(`filter ${name}`, ['admin', 'big', 'mid', 'anonymous'], (facts) => page({ filter: filter(facts) })),
  ),
  shape('filter deletedAt, with deleted images', ['admin'], ({ images }) =>
    page({ filter: { deletedAt: { gte: timeOf(images * 0.999) } }, includeDeleted: true }),
  ),
  shape('with deleted images', ['admin'], () => page({ includeDeleted: true })),
  ...Object.entries(counted()).map(([name, filter]) =>
    shape(`totalCount ${name}`, ['admin', 'big', 'mid'], (facts) => count(filter(facts))),
  ),
  shape('sharedImages', ['popular'], () =>
    query('{ sharedImages(memberId: "popular") { edges { node { imageId } } } }'),
  ),
  shape('sharedImages PENDING', ['popular'], () =>
    query('{ sharedImages(memberId: "popular", status: PENDING) { edges { node { imageId } } } }'),
  ),
  shape('image by id', ALL, ({ at }) =>
    query('query ($id: ID!) { image(id: $id) { id name } }', { id: idOf(at) }),
  ),
  shape('v1 images', ALL, () => v1('/v1/images')),
  shape('v1 detail', ALL, () => v1('/v1/images/detail')),
  ...V1_KEYS.flatMap((key) =>
    ['asc', 'desc'].map((direction) =>
      shape(`v1 sort_key ${key} ${direction}`, TWO, () =>
        v1(`/v1/images?sort_key=${key}&sort_dir=${direction}`),
      ),
    ),
  ),
  shape('v1 marker', ['admin', 'big'], ({ at }) => v1(`/v1/images/detail?marker=${idOf(at)}`)),
  shape('v1 changes-since', ['admin', 'big'], ({ latest }) =>
    v1(`/v1/images/detail?changes-since=${latest}`),
  ),
  ...[
    'name=golden',
    'status=active',
    'disk_format=vhdx',
    'size_min=4294000000',
    'property-os_distro=plan9',
  ].map((filter) => shape(`v1 ${filter}`, ['admin', 'mid'], () => v1(`/v1/images?${filter}`))),
].map((each) => ({ ...each, isBounded: BOUNDED.some((part) => each.name.includes(part)) }));

function filters() {
  const id = ({ at }) => ({ id: { eq: idOf(at) } });
  const checksum = ({ at }) => ({ checksum: { eq: checksumOf(at) } });
  const property = (name, value) => ({ properties: [{ name, value }] });
  const rare = property('os_distro', { eq: 'plan9' });
  return {
    id,
    checksum,
    'owner with few': () => ({ owner: { eq: 'few-7' } }),
    'owner with many': () => ({ owner: { eq: 'big' } }),
    'status common': () => ({ status: { eq: 'active' } }),
    'status rare': () => ({ status: { eq: 'saving' } }),
    'status none': () => ({ status: { eq: 'importing' } }),
    'visibility PUBLIC': () => ({ visibility: { eq: 'PUBLIC' } }),
    'visibility PRIVATE': () => ({ visibility: { eq: 'PRIVATE' } }),
    isPublic: () => ({ isPublic: { eq: true } }),
    hidden: () => ({ hidden: { eq: true } }),
    'name of one': ({ at }) => ({ name: { in: [`image-${at}`, `debian-${at}`, `ubuntu-${at}`] } }),
    'name common': () => ({ name: { eq: 'golden' } }),
    'name startsWith few': ({ at }) => ({ name: { startsWith: `image-${String(at).slice(0, -1)}` } }),
    'name startsWith, of two times': () => ({ name: { startsWith: 'image-12' } }),
    'name startsWith many': () => ({ name: { startsWith: 'debian-' } }),
    'name startsWith none': () => ({ name: { startsWith: 'zzz' } }),
    'diskFormat rare': () => ({ diskFormat: { eq: 'vdi' } }),
    'diskFormat none': () => ({ diskFormat: { eq: 'vhdx' } }),
    'containerFormat rare': () => ({ containerFormat: { eq: 'ova' } }),
    'size large': () => ({ size: { gte: 4_295_900_000 } }),
    'createdAt range': ({ at }) => ({ createdAt: { gte: timeOf(at - 100), lt: timeOf(at) } }),
    'updatedAt recent': ({ latest }) => ({ updatedAt: { gte: latest } }),
    'property rare': () => rare,
    'property medium': () => property('os_distro', { eq: 'fedora' }),
    'property common': () => property('os_distro', { eq: 'debian' }),
    'property none': () => property('os_distro', { eq: 'hurd' }),
    'property of one': ({ at }) => property('build_id', { eq: `b-${at}` }),
    'property exists': () => ({ properties: [{ name: 'build_id', exists: true }] }),
    'property ne': () => property('os_distro', { ne: 'debian' }),
    'tag rare': () => ({ tags: { all: ['rare'] } }),
    'tag common': () => ({ tags: { all: ['common'] } }),
    'two tags': () => ({ tags: { all: ['common', 'nightly'] } }),
    'tag none': () => ({ tags: { all: ['nowhere'] } }),
    'or id, checksum': (facts) => ({ or: [id(facts), checksum({ at: facts.at + 1 })] }),
    'or name, owner': () => ({ or: [{ name: { eq: 'nobody' } }, { owner: { eq: 'few-7' } }] }),
    'or tag, property': () => ({ or: [{ tags: { all: ['rare'] } }, rare] }),
    'owner and property': () => ({ owner: { eq: 'big' }, ...rare }),
    'status and tag': () => ({ status: { eq: 'active' }, tags: { all: ['common'] } }),
    'name and size': () => ({ name: { startsWith: 'debian-' }, size: { gte: 4_290_000_000 } }),
    'checksum and property': (facts) => ({ ...checksum(facts), ...rare }),
    'name contains none': () => ({ name: { contains: 'zzz' } }),
    'name endsWith none': () => ({ name: { endsWith: 'zzz' } }),
    'property contains none': () => property('os_distro', { contains: 'zzz' }),
  };
}

function counted() {
  const { 'property rare': rare, 'visibility PUBLIC': isPublic, 'status common': status } = filters();
  return {
    'of all': () => ({}),
    'status common': status,
    'visibility PUBLIC': isPublic,
    'property rare': rare,
  };
}

/** The time of creation of the image that is made from a number. */
export function timeOf(number) {
  return new Date(Date.UTC(2020, 0, 1) + Math.round(number) * 6000).toISOString();
}

function shape(name, callers, question) {
  return { name, callers, question };
}

function page(variables) {
  return query(
    'query ($filter: ImageFilterInput, $sort: [ImageSort!], $after: String, $includeDeleted: Boolean) { images(first: 25, ' +
      'after: $after, filter: $filter, sort: $sort, includeDeleted: $includeDeleted) { edges { node { id name } } } }',
    variables,
  );
}

function sorted(...keys) {
  return page({ sort: keys.map((key) => ({ key, direction: 'ASC' })) });
}

function count(filter) {
  return query('query ($filter: ImageFilterInput) { images(first: 0, filter: $filter) { totalCount } }', {
    filter,
  });
}

function query(text, variables = {}) {
  return { text, variables };
}

/** Returns a question as a request. */
export function requestOf(question, caller) {
  const { headers: own = {}, ...request } =
    'path' in question
      ? question
      : graphqlQuestion(JSON.stringify({ query: question.text, variables: question.variables }));
  return { ...request, headers: { ...own, ...CALLERS[caller] } };
}

function v1(path) {
  return { path: `${path}${path.includes('?') ? '&' : '?'}limit=25` };
}
