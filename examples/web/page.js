/**
 * Lists images, creates them and uploads their data. Uses `fetch` for GraphQL, and XMLHttpRequest for data, because
 * only XMLHttpRequest tells how much has been sent.
 */
const GATEWAY = new URLSearchParams(location.search).get('gateway') ?? 'http://127.0.0.1:9292';
const PAGE_SIZE = 10;
const IMAGES = `
  query Images($filter: ImageFilterInput, $sort: [ImageSort!], $first: Int, $after: String) {
    images(filter: $filter, sort: $sort, first: $first, after: $after) {
      edges { node { id name status diskFormat size checksum downloadUrl } }
      pageInfo { hasNextPage endCursor }
    }
  }`;

const place = (id) => document.getElementById(id);
/** The cursor of the last image on the page. */
let after = null;
/** The token for every request, once the user has entered it. It ends with the page. */
let token = '';

place('who').addEventListener('submit', (event) => {
  event.preventDefault();
  token = new FormData(event.target).get('token').trim();
  void shown(begin);
});

place('wanted').addEventListener('submit', (event) => {
  event.preventDefault();
  void shown(() => list());
});
place('more').addEventListener('click', () => void shown(() => list(after)));
place('new').addEventListener('submit', (event) => {
  event.preventDefault();
  void shown(() => create(event.target));
});
void shown(begin);

async function begin() {
  await Promise.all([offerFormats(), list()]);
}

/** Runs a step, and shows its error. */
async function shown(step) {
  place('problem').hidden = true;
  try {
    await step();
  } catch (error) {
    place('problem').textContent = explanation(error);
    place('problem').hidden = false;
  }
}

/** Returns the meaning of a code for users of this page, or the gateway's own text for other codes. */
function explanation({ code, message }) {
  const words = {
    IMAGE_NOT_QUEUED: 'This image has its data already.',
    STORAGE_QUOTA_EXCEEDED: 'Your quota has no room for this file.',
    IMAGE_TOO_LARGE: 'An image may not be as large as this.',
    UNAUTHENTICATED: 'The gateway needs a token, or this token is no longer valid.',
    INVALID_CURSOR: 'The list has changed; show it again.',
    UNREACHABLE: `No answer from ${GATEWAY}. Does its CORS_ORIGINS contain ${location.origin}?`,
  };
  return `${words[code] ?? message} (${code})`;
}

async function list(from = null) {
  const { name, status, sort } = Object.fromEntries(new FormData(place('wanted')));
  const [key, direction] = sort.split(' ');
  const filter = {
    ...(name && { name: { containsIgnoreCase: name } }),
    ...(status && { status: { eq: status } }),
  };
  const variables = { filter, sort: [{ key, direction }], first: PAGE_SIZE, after: from };
  const { images } = await graphql(IMAGES, variables);
  const rows = images.edges.map(({ node }) => row(node));
  if (from) place('images').append(...rows);
  else place('images').replaceChildren(...rows);
  after = images.pageInfo.endCursor;
  place('more').hidden = !images.pageInfo.hasNextPage;
}

function row(image) {
  const cells = [image.name, image.status, image.diskFormat, image.size, image.checksum, dataOf(image)];
  const row = document.createElement('tr');
  row.dataset.id = image.id;
  for (const content of cells) row.insertCell().append(content ?? '');
  return row;
}

/** Returns a link that carries the rights of the caller, because a download cannot send a token. */
function dataOf({ downloadUrl }) {
  if (!downloadUrl) return '';
  return Object.assign(document.createElement('a'), { href: downloadUrl, textContent: 'Download' });
}

async function offerFormats() {
  const { formats } = await graphql('{ formats { disk container } }');
  const { diskFormat, containerFormat } = place('new').elements;
  diskFormat.replaceChildren(...formats.disk.map((name) => new Option(name)));
  containerFormat.replaceChildren(...formats.container.map((name) => new Option(name)));
  diskFormat.value = 'raw';
  containerFormat.value = 'bare';
}

async function create(form) {
  const { data, ...input } = Object.fromEntries(new FormData(form));
  const mutation = 'mutation ($input: CreateImageInput!) { createImage(input: $input) { id } }';
  place('done').textContent = '';
  const { createImage } = await graphql(mutation, { input });
  try {
    // If the user chooses no file, the form has an empty file without a name.
    if (data.name) await send(createImage.id, data);
  } finally {
    await list();
  }
  place('done').textContent = `${input.name} is ${data.name ? 'active' : 'queued'}.`;
  form.reset();
  await offerFormats();
}

/** Sends the data of an image in one pass, and shows the progress in the bar. */
function send(id, data) {
  const bar = place('sent');
  Object.assign(bar, { value: 0, max: data.size || 1, hidden: false });
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener('progress', ({ loaded }) => (bar.value = loaded));
    // Runs after success and after failure.
    request.addEventListener('loadend', () => (bar.hidden = true));
    request.addEventListener('load', () => {
      const answer = JSON.parse(request.responseText);
      if (request.status === 200) resolve(answer);
      else reject(answer);
    });
    request.addEventListener('error', () => reject({ code: 'UNREACHABLE' }));
    request.open('PUT', `${GATEWAY}/data/${id}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    if (token) request.setRequestHeader('x-auth-token', token);
    request.send(data);
  });
}

async function graphql(query, variables = {}) {
  const response = await fetch(`${GATEWAY}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { 'x-auth-token': token }) },
    body: JSON.stringify({ query, variables }),
  }).catch(() => Promise.reject({ code: 'UNREACHABLE' }));
  const { data, errors } = await response.json();
  if (errors) throw { code: errors[0].extensions.code, message: errors[0].message };
  return data;
}
