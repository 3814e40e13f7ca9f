import { register } from 'node:module';

// The servers that the tests start are TypeScript.
register('@swc-node/register/esm', import.meta.url);
const support = await import('../test/support/swift-server.ts');

export const hasSwift = () => support.hasSwift;

/** A Swift of one's own, which is also an S3 server, ended with the workplace. */
export async function startSwift(place) {
  const server = await support.startSwift();
  place.atEnd(() => server.stop());
  return { ...server, user: support.SWIFT_USER, key: support.SWIFT_KEY };
}
