import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onSqlite } from '../support/gateway.js';
import { CHANGES, subscribeTo } from '../support/live.js';
import { AUDIENCE, startOidcProvider, type OidcProvider } from '../support/oidc-provider.js';
import { eventually } from '../support/poll.js';

/** A gateway notices the end of a token within a minute. */
const SECONDS = 60;
const TRANSPORTS = ['websocket', 'sse'] as const;

describe('a subscription ends with its token', () => {
  let provider: OidcProvider;
  beforeAll(async () => {
    provider = await startOidcProvider();
  });
  afterAll(() => provider.stop());

  onSqlite('when the token expires', (start) => {
    test(
      'over both transports, with a code',
      async () => {
        const gateway = await start({
          AUTH: 'oidc',
          OIDC_ISSUER: provider.issuer,
          OIDC_AUDIENCE: AUDIENCE,
          OIDC_CLOCK_TOLERANCE: '0',
        });
        const exp = Math.floor(Date.now() / 1000) + 10;
        const token = await provider.signed({
          iss: provider.issuer,
          aud: AUDIENCE,
          sub: 'somebody',
          tenant: 't1',
          exp,
        });
        const [socket, events] = TRANSPORTS.map((transport) =>
          subscribeTo(gateway, CHANGES, { headers: { 'x-auth-token': token }, transport }),
        );
        await eventually(() => socket.closeCode !== undefined && events.isComplete, Boolean, SECONDS + 10);
        expect([socket.closeCode, events.errors[0].extensions.code]).toEqual([4401, 'UNAUTHENTICATED']);
      },
      (SECONDS + 20) * 1000,
    );
  });
});
