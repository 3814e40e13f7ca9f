import { createRoot } from 'react-dom/client';
import { Provider } from 'urql';
import { gatewayClient } from './gateway/client.js';
import { App } from './shell/app.js';
import './styles/console.css';

createRoot(document.getElementById('page')!).render(
  <Provider value={gatewayClient()}>
    <App />
  </Provider>,
);
