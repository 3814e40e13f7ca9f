import { createRoot } from 'react-dom/client';
import { App } from './shell/app.js';
import './styles/console.css';

createRoot(document.getElementById('page')!).render(<App />);
