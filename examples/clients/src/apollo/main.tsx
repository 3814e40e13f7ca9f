import { ApolloProvider } from '@apollo/client/react';
import { createRoot } from 'react-dom/client';
import { client } from './client';
import { ImageList } from './ImageList';

createRoot(document.getElementById('page')!).render(
  <ApolloProvider client={client}>
    <ImageList />
  </ApolloProvider>,
);
