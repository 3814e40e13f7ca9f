import { useState, type FormEvent } from 'react';
import { explain, type GatewayError } from '../errors';
import { graphql } from '../gql';
import { client } from '../graphql-request/client';
import { errorIn } from '../graphql-request/errors';
import { createWithData } from './form';
import { sendInOnePass } from './put';
import { sendInParts } from './tus';

const CREATE = graphql(`
  mutation CreateImage($input: CreateImageInput!) {
    createImage(input: $input) {
      id
      dataUrl
    }
  }
`);

export function UploadForm() {
  const [progress, setProgress] = useState(0);
  const [outcome, setOutcome] = useState('');
  const onProgress = (sent: number, size: number) => setProgress(sent / size);

  async function send(fields: FormData): Promise<void> {
    const file = fields.get('file') as File;
    const input = { name: file.name, diskFormat: 'raw', containerFormat: 'bare' };
    if (fields.get('way') === 'form') return createWithData(input, file);
    const { createImage } = await client.request(CREATE, { input }).catch((error) => {
      throw errorIn(error);
    });
    const way = fields.get('way') === 'parts' ? sendInParts : sendInOnePass;
    await way(createImage.dataUrl, file, onProgress);
  }

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setProgress(0);
    setOutcome('');
    send(new FormData(event.currentTarget)).then(
      () => setOutcome('The image is active.'),
      (error: GatewayError) => setOutcome(explain(error)),
    );
  };
  return (
    <form onSubmit={submit}>
      <input type="file" name="file" aria-label="Data" required />
      <select name="way" aria-label="Way">
        <option value="pass">in one pass</option>
        <option value="parts">in parts, which can be resumed</option>
        <option value="form">in one form with the record</option>
      </select>
      <button>Send</button>
      <progress value={progress} aria-label="Sent" />
      <output>{outcome}</output>
    </form>
  );
}
