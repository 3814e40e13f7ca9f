import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { ImageList } from './ImageList';

const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });

createRoot(document.getElementById('page')!).render(
  <QueryClientProvider client={queryClient}>
    <ImageList />
  </QueryClientProvider>,
);
