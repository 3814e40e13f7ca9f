import { NO_IMAGE_YET } from './example-image';

interface Example {
  query: string;
  variables: string;
  headers: string;
}

/** The first content of the headers editor. */
export const HEADERS = `{
  // Headers that this tab sends. A token for all tabs
  // goes into the bar at the top.
}`;

/** The tabs of a first visit. */
export const examples: Example[] = [
  example(
    `# Lists images. Ctrl-Enter runs the operation,
# Ctrl-Space completes a name.
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
    `# Creates an image. Send its data afterwards:
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
    `# Uploads the data of the image created last.
# Choose a file in the bar above.
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
    `# Fields that are not given stay as they are.
# Null clears a field.
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
    `# Sends each change of an image as it happens, and
# first the changes of the last five seconds. Change
# an image in another window. The button stops it.
subscription ImageChanges($filter: ImageFilterInput) {
  imageChanged(filter: $filter) {
    kind
    imageId
    image {
      name
      status
      updatedAt
    }
  }
}`,
    { filter: { status: { ne: 'killed' } } },
  ),
  example(
    `# Deletes an image and its data.
# No new image can have its id.
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
    `# You, as the gateway identified you,
# and the allowed formats.
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
