import { pick, useGraphiQL } from '@graphiql/react';
import { useState } from 'react';
import { uploadVariables } from './upload-variables';

/** The chosen files, by variable. The fetcher sends a file if the operation has its variable. */
export const chosenFiles = new Map<string, File>();

/** The default file for an image created on this page, so that the example runs without a choice. */
export const EXAMPLE_FILE = new File(['Example data that does not boot.\n'], 'example.raw');

/** The bar for choosing a file for each variable of type Upload. Hidden if the operation has none. */
export function UploadBar() {
  const { documentAST, operationName } = useGraphiQL(pick('documentAST', 'operationName'));
  const variables = documentAST ? uploadVariables(documentAST, operationName) : [];
  if (variables.length === 0) return null;
  return (
    <form className="upload-bar" aria-label="Files to send">
      <span>This operation sends a file:</span>
      {variables.map((variable) => (
        <FileChoice key={variable} variable={variable} />
      ))}
    </form>
  );
}

function FileChoice({ variable }: { variable: string }) {
  const [file, setFile] = useState(chosenFiles.get(variable));
  const choose = (chosen: File | undefined) => {
    if (chosen) chosenFiles.set(variable, chosen);
    else chosenFiles.delete(variable);
    setFile(chosen);
  };
  return (
    <label>
      <code>${variable}</code> <input type="file" onChange={(event) => choose(event.target.files?.[0])} />
      <output>
        {file
          ? `${file.name}, ${file.size} bytes`
          : `An image created on this page gets ${EXAMPLE_FILE.name}, ${EXAMPLE_FILE.size} bytes, unless you choose a file.`}
      </output>
    </label>
  );
}
