import { useState } from 'react';
import { Button, Form, Input, Label, TextField } from 'react-aria-components';
import { Failure } from '../gateway/failure.js';
import { Choice } from '../parts/choice.js';
import { texts } from '../texts/texts.js';
import type { ConsoleLogin } from '../shell/start.js';
import { latestSession, logIn, type Login } from './session.js';

/** Asks for a user and a password, or an application credential; and for a code where the account has a second factor. */
export function LoginForm({ login }: { login: ConsoleLogin }) {
  const known = latestSession();
  const [fields, setFields] = useState({
    ...{ user: known?.userName ?? '', domain: known?.project?.domain ?? login.domain ?? '' },
    ...{ password: '', project: known?.project?.name ?? '' },
    ...{ credential: '', secret: '', passcode: '' },
  });
  const [asks, setAsks] = useState<'password' | 'credential' | 'passcode'>('password');
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);
  const { login: words } = texts;

  const send = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await logIn(bodyOf(asks, fields));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.code === 'PASSCODE_REQUIRED') setAsks('passcode');
      else setFailure(error);
      // The receipt of the first step has ended.
      if (error.code === 'LOGIN_EXPIRED') setAsks('password');
      setFields((now) => ({ ...now, password: '', secret: '', passcode: '' }));
    } finally {
      setBusy(false);
    }
  };
  const field = (name: keyof typeof fields, autoComplete: string, options: FieldOptions = {}) => (
    <TextField
      key={name}
      className="field"
      name={name}
      type={options.isSecret ? 'password' : 'text'}
      autoComplete={autoComplete}
      isRequired={!options.isOptional}
      autoFocus={options.isFirst}
      value={fields[name]}
      onChange={(value) => setFields({ ...fields, [name]: value })}
    >
      <Label>{words.fields[name]}</Label>
      <Input className="input" spellCheck="false" autoCapitalize="none" />
    </TextField>
  );
  return (
    <Form
      className="login-form"
      validationBehavior="aria"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <p>{words.at(login.name)}</p>
      <LoginFailure failure={failure} />
      {asks === 'password' && [
        field('user', 'username', { isFirst: true }),
        field('password', 'current-password', { isSecret: true }),
        field('domain', 'organization'),
        field('project', 'off', { isOptional: true }),
      ]}
      {asks === 'credential' && [
        field('credential', 'username', { isFirst: true }),
        field('secret', 'current-password', { isSecret: true }),
      ]}
      {asks === 'passcode' && (
        <>
          <p role="status">{words.passcode}</p>
          {field('passcode', 'one-time-code', { isFirst: true })}
        </>
      )}
      {asks !== 'passcode' && (
        <Choice isChosen={asks === 'credential'} onChoose={(is) => setAsks(is ? 'credential' : 'password')}>
          {words.withCredential}
        </Choice>
      )}
      <Button className="button button-main" type="submit" isDisabled={isBusy}>
        {words.logIn}
      </Button>
    </Form>
  );
}

interface FieldOptions {
  isFirst?: boolean;
  isSecret?: boolean;
  isOptional?: boolean;
}

/** Says why a login failed. */
export function LoginFailure({ failure }: { failure: Failure | undefined }) {
  if (!failure) return null;
  const { code, message, retryAfter } = failure;
  const { login: words } = texts;
  return (
    <section className="failure" role="alert">
      <p>{sentenceFor(code) ?? message}</p>
      {code === 'LOGIN_NOT_ACCEPTED' && <p className="said">{message}</p>}
      {retryAfter !== null && <p>{words.tryAgainIn(retryAfter)}</p>}
    </section>
  );
}

function sentenceFor(code: string): string | undefined {
  // The code may come from the address of the page, which anybody can make.
  return [texts.login.failures, texts.failure.sentences].find((each) => Object.hasOwn(each, code))?.[code];
}

function bodyOf(asks: string, fields: Record<string, string>): Login {
  const { user, domain, password, project, credential, secret, passcode } = fields;
  if (asks === 'passcode') return { passcode };
  if (asks === 'credential')
    return { applicationCredentialId: credential, applicationCredentialSecret: secret };
  return { user, domain, password, project: project === '' ? null : project };
}
