import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a link lets its holder decide, once. */
export interface ApprovalLink {
  readonly proposalId: string;
  /** The person whose decision it is. */
  readonly by: string;
  readonly expiresAtMs: number;
}

/** So that a key that signs something else as well would sign no link by accident. */
const PURPOSE = 'selfheal approval link';

/** A text for an address: what may be decided, and proof that Selfheal wrote it. */
export function signedLink(key: string, { proposalId, by, expiresAtMs }: ApprovalLink): string {
  const payload = Buffer.from(JSON.stringify([proposalId, by, expiresAtMs])).toString('base64url');
  return `${payload}.${signatureOf(key, payload).toString('base64url')}`;
}

/** @returns the link, or what is wrong with it */
export function readLink(
  key: string,
  token: string,
  nowMs: number,
): { readonly link: ApprovalLink } | { readonly problem: string } {
  const [payload = '', signature = '', ...rest] = token.split('.');
  const given = Buffer.from(signature, 'base64url');
  const expected = signatureOf(key, payload);
  if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected))
    return { problem: 'the link is not one of Selfheal’s' };
  // Signed, so of the shape in which it was written.
  const [proposalId, by, expiresAtMs] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [
    string,
    string,
    number,
  ];
  if (expiresAtMs <= nowMs) return { problem: `the link expired at ${new Date(expiresAtMs).toISOString()}` };
  return { link: { proposalId, by, expiresAtMs } };
}

function signatureOf(key: string, payload: string): Buffer {
  return createHmac('sha256', key).update(`${PURPOSE}\n${payload}`).digest();
}
