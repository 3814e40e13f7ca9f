import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { IMAGES } from '../documents';
import { explain, type GatewayError } from '../errors';
import type { ImagesQuery } from '../gql/graphql';
import * as apollo from './apollo';
import { runByHash } from './run-by-hash';
import * as urql from './urql';

const variables = { first: 10 };

/** The ways to run a document by its hash. The address of the page names one. */
const WAYS: Record<string, () => Promise<ImagesQuery | undefined>> = {
  'fetch-known': () => runByHash(IMAGES, variables),
  'apollo-known': () => byApollo('known'),
  'apollo-automatic': () => byApollo('automatic'),
  'urql-known': () => byUrql('known'),
  'urql-automatic': () => byUrql('automatic'),
};

async function byApollo(hashes: keyof typeof apollo): Promise<ImagesQuery | undefined> {
  const { data } = await apollo[hashes].query({ query: IMAGES, variables });
  return data;
}

async function byUrql(hashes: keyof typeof urql): Promise<ImagesQuery | undefined> {
  const { data, error } = await urql[hashes].query(IMAGES, variables);
  if (error) throw error;
  return data;
}

function Names() {
  const [names, setNames] = useState('');
  useEffect(() => {
    const way = new URLSearchParams(location.search).get('way') ?? 'fetch-known';
    WAYS[way]().then(
      (data) => setNames((data?.images.edges ?? []).map(({ node }) => node.name).join(', ')),
      (error: GatewayError) => setNames(explain(error)),
    );
  }, []);
  return <p>{names}</p>;
}

createRoot(document.getElementById('page')!).render(<Names />);
