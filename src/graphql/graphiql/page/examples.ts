import { NO_IMAGE_YET } from './example-image';

interface Example {
  query: string;
  variables: string;
  headers: string;
}

/** What the headers editor holds at first. */
export const HEADERS = `{
  // Headers that this tab sends along. A token for all tabs
  // goes into the bar at the top.
}`;

/** The tabs that the page opens with. */
export const examples: Example[] = [
  example(
    `# A page of images. Ctrl-Enter runs it.
# Ctrl-Space completes.
query Images(
  $filter: ImageFilterInput
  $sort: [ImageSort!]
  $first: Int
  $after: String
) {
  images(
    filter: $filter
    sort: $sort
    first: $first
    after: $after
  ) {
    edges {
      node {
        id
        name
        status
        size
        diskFormat
        createdAt
        properties {
          name
          value
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
    {
      filter: { status: { in: ['queued', 'active'] }, minRam: { lte: 4096 } },
      sort: [
        { key: 'CREATED_AT', direction: 'DESC' },
        { key: 'NAME', direction: 'ASC' },
      ],
      first: 10,
      after: null,
    },
  ),
  example(
    `# Registers an image. Its data comes after:
# in the next tab, or with PUT /data/{id}.
mutation CreateImage($input: CreateImageInput!) {
  createImage(input: $input) {
    id
    name
    status
  }
}`,
    {
      input: {
        name: 'debian-13',
        diskFormat: 'raw',
        containerFormat: 'bare',
        minRam: 512,
        properties: [{ name: 'os', value: 'debian' }],
      },
    },
  ),
  example(
    `# Sends the data of a queued image, here the one
# created last. Choose a file in the bar above.
mutation UploadImage($id: ID!, $data: Upload!) {
  uploadImage(id: $id, data: $data) {
    id
    status
    size
    checksum
  }
}`,
    { id: NO_IMAGE_YET },
  ),
  example(
    `# What is left out stays as it is; null clears.
mutation UpdateImage($id: ID!, $input: UpdateImageInput!) {
  updateImage(id: $id, input: $input) {
    id
    name
    minDisk
    properties {
      name
      value
    }
  }
}`,
    {
      id: NO_IMAGE_YET,
      input: {
        name: 'debian-13-server',
        minDisk: 4,
        properties: { set: [{ name: 'role', value: 'server' }], remove: ['os'] },
      },
    },
  ),
  example(
    `# Flags the image as deleted and removes its data.
# Its id is never free again.
mutation DeleteImage($id: ID!) {
  deleteImage(id: $id) {
    id
    status
    deletedAt
  }
}`,
    { id: NO_IMAGE_YET },
  ),
  example(
    `# Who the gateway takes you for,
# and what may be chosen here.
query ViewerAndFormats {
  viewer {
    user
    tenant
    roles
    isAdmin
  }
  formats {
    disk
    container
  }
}`,
    {},
  ),
];

function example(query: string, variables: object): Example {
  return { query, variables: JSON.stringify(variables, null, 2), headers: HEADERS };
}
