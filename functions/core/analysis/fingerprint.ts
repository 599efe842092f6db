import { createHash } from 'node:crypto';

const FINGERPRINT_LENGTH = 16;

/** Changes with the definition. */
export function fingerprintOf(definition: object): string {
  return createHash('sha256').update(JSON.stringify(definition)).digest('hex').slice(0, FINGERPRINT_LENGTH);
}
