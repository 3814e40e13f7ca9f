import { expect, test } from 'vitest';
import { createImage, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { subscribeTo } from '../support/live.js';
import { eventually } from '../support/poll.js';

const PROGRESS = gql(
  'subscription { imageChanged { image { status uploadProgress { bytesReceived size } } } }',
);
const FIELD = gql('query ($id: ID!) { image(id: $id) { uploadProgress { bytesReceived size } } }');

onEachDatabase('an upload that is watched', (start) => {
  test('shows how far it has come, about once a second, at every gateway', async () => {
    const gateways = [await start(), await start()];
    const [receiver] = gateways;
    const id = await createImage(receiver, { diskFormat: 'raw', containerFormat: 'bare' });
    const subscriptions = await Promise.all(gateways.map(subscribed));
    const upload = slowUpload(receiver, id, [100_000, 50_000]);

    const progress = { bytesReceived: 100_000, size: null };
    for (const { changes } of subscriptions) {
      const shown = await eventually(() => changes().find(({ uploadProgress }) => uploadProgress !== null));
      expect(shown).toEqual({ status: 'saving', uploadProgress: progress });
    }
    for (const gateway of gateways)
      expect((await run(gateway, FIELD, { id })).image).toEqual({ uploadProgress: progress });

    upload.goOn();
    expect((await upload.sent).status).toBe(200);
    for (const { changes } of subscriptions) {
      const last = await eventually(() => changes().find(({ status }) => status === 'active'));
      expect(last!.uploadProgress).toBeNull();
    }
    subscriptions.forEach(({ end }) => end());
  });
});

async function subscribed(gateway: TestGateway) {
  const subscription = subscribeTo(gateway, PROGRESS);
  await eventually(() => gateway.log.some(({ msg }) => msg === 'a subscription has begun'));
  return {
    changes: () => subscription.results.map(({ imageChanged }) => imageChanged.image!),
    end: () => subscription.end(),
  };
}

/** Sends one part, and the other once it is told to go on. */
function slowUpload(gateway: TestGateway, id: string, [first, second]: [number, number]) {
  let goOn: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => (goOn = resolve));
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(new Uint8Array(first));
      await waiting;
      controller.enqueue(new Uint8Array(second));
      controller.close();
    },
  });
  const request = { method: 'PUT', body, duplex: 'half' } as RequestInit;
  return { sent: fetch(`${gateway.url}/data/${id}`, request), goOn };
}
