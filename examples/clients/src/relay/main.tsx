import { Component, Suspense, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { RelayEnvironmentProvider } from 'react-relay';
import { explain, type GatewayError } from '../errors';
import { environment } from './environment';
import { ImageList } from './ImageList';

/** Shows the error of a query. Relay throws it while it renders. */
class ErrorBoundary extends Component<{ children: ReactNode }, { error?: GatewayError }> {
  override state: { error?: GatewayError } = {};
  static getDerivedStateFromError = (error: GatewayError) => ({ error });
  override render() {
    const { error } = this.state;
    return error ? <p role="alert">{explain(error)}</p> : this.props.children;
  }
}

createRoot(document.getElementById('page')!).render(
  <RelayEnvironmentProvider environment={environment}>
    <ErrorBoundary>
      <Suspense fallback="Loading…">
        <ImageList />
      </Suspense>
    </ErrorBoundary>
  </RelayEnvironmentProvider>,
);
