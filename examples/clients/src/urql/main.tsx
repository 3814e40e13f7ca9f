import { createRoot } from 'react-dom/client';
import { Provider } from 'urql';
import { client } from './client';
import { ImageList } from './ImageList';

createRoot(document.getElementById('page')!).render(
  <Provider value={client}>
    <ImageList />
  </Provider>,
);
