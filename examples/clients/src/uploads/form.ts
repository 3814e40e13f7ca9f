import { print } from 'graphql';
import { graphql } from '../gql';
import { authHeaders, ENDPOINT } from '../gateway';

const CREATE = graphql(`
  mutation CreateWithData($input: CreateImageInput!, $data: Upload!) {
    createImage(input: $input, data: $data) {
      id
      status
    }
  }
`);

/** Registers an image and sends its data in one request, for small files. The gateway writes the file down first. */
export async function createWithData(input: object, file: File): Promise<void> {
  const form = new FormData();
  form.append('operations', JSON.stringify({ query: print(CREATE), variables: { input, data: null } }));
  form.append('map', JSON.stringify({ 0: ['variables.data'] }));
  form.append('0', file);
  const headers = { 'apollo-require-preflight': '1', ...authHeaders() };
  const response = await fetch(ENDPOINT, { method: 'POST', headers, body: form });
  const { errors } = await response.json();
  if (errors) throw errors[0];
}
