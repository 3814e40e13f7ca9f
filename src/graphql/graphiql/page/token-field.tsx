import { useGraphiQLActions } from '@graphiql/react';
import { useState, useSyncExternalStore, type FormEvent } from 'react';
import { currentToken, onTokenChange, setToken } from './token';
import { refreshViewer } from './viewer';

/** The characters that a header accepts; copied text may have spaces around them. */
const TOKEN = '\\s*[\\x21-\\x7e]+\\s*';

/** The field for the token that all tabs send. */
export function TokenField() {
  const token = useSyncExternalStore(onTokenChange, currentToken);
  const { introspect } = useGraphiQLActions();
  const [typed, setTyped] = useState('');
  const use = async (chosen: string | undefined) => {
    setToken(chosen);
    setTyped('');
    await refreshViewer({}, true);
    // The schema may depend on the caller, and unknown callers may not see it.
    void introspect();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const chosen = typed.trim();
    if (chosen !== '') void use(chosen);
  };
  return (
    <form className="token-field" onSubmit={submit}>
      <label>
        Token{' '}
        <input
          type="password"
          autoComplete="off"
          spellCheck={false}
          pattern={TOKEN}
          title="The token as issued: ASCII characters without spaces"
          placeholder={token === undefined ? 'paste it here' : 'paste another one'}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <button disabled={typed.trim() === ''}>Use in all tabs</button>
      {token !== undefined && (
        <button type="button" onClick={() => void use(undefined)}>
          Forget the token
        </button>
      )}
    </form>
  );
}
