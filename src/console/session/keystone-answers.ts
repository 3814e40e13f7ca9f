import type { SessionProject } from './sessions.js';

/** A person whom Keystone has let in. */
export interface Person {
  readonly token: string;
  readonly userName: string;
  /** The project of the token; null for a token without one. */
  readonly project: SessionProject | null;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

interface Thing {
  id?: unknown;
  name?: unknown;
  domain?: Thing;
}

/** Reads what Keystone says about a new token; undefined for an answer that lacks something. */
export function readPersonToken(
  token: string | undefined,
  facts: Record<string, unknown> | undefined,
): Person | undefined {
  const endsAt = Date.parse(String(facts?.expires_at));
  const userName = text((facts?.user as Thing | undefined)?.name);
  if (!token || userName === undefined || Number.isNaN(endsAt)) return undefined;
  const { id, name, domain } = (facts?.project as Thing | null | undefined) ?? {};
  const project = text(id) && {
    id: text(id)!,
    name: text(name) ?? text(id)!,
    domain: text(domain?.name) ?? null,
  };
  return { token, userName, project: project || null, endsAt };
}

/** Reads the answer to a first factor: whose it is, until when it counts, and whether a code completes it. */
export function readReceipt(
  body: unknown,
): { userId: string; endsAt: number; takesCode: boolean } | undefined {
  const { receipt, required_auth_methods: rules } = (body ?? {}) as {
    receipt?: { user?: Thing; expires_at?: unknown; methods?: unknown };
    required_auth_methods?: unknown;
  };
  const userId = text(receipt?.user?.id);
  const endsAt = Date.parse(String(receipt?.expires_at));
  if (userId === undefined || Number.isNaN(endsAt) || !Array.isArray(rules)) return undefined;
  const shown = new Set([receipt?.methods ?? []].flat());
  const takesCode = (rules as unknown[]).some(
    (rule) => Array.isArray(rule) && rule.every((method) => method === 'totp' || shown.has(method)),
  );
  return { userId, endsAt, takesCode };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
