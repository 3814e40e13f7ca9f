import { createRoot } from 'react-dom/client';
import { UploadForm } from './UploadForm';

createRoot(document.getElementById('page')!).render(<UploadForm />);
