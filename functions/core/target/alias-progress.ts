import type { AliasReference } from './alias-reference.ts';
import { type AliasPointer, describePointer, heldVersion } from './lambda-alias.ts';

/** What Lambda says of the environments that it keeps ready. */
interface Preparation {
  readonly requested: number | null;
  readonly status?: string;
  readonly reason?: string;
}

/** How far an alias has come. @returns no outcome while another version serves */
export function aliasProgress(
  { version }: AliasReference,
  pointer: AliasPointer,
  { requested, status, reason }: Preparation,
): { readonly outcome?: 'SUCCEEDED' | 'FAILED'; readonly detail: string } {
  if (pointer.version !== version)
    return { outcome: 'FAILED', detail: `it has ${describePointer(pointer)}: someone else has changed it` };
  const held = heldVersion(pointer);
  if (held === undefined) return { outcome: 'SUCCEEDED', detail: `it serves ${describePointer(pointer)}` };
  const still = `version ${held} still gets all requests`;
  if (requested === null)
    return {
      outcome: 'FAILED',
      detail: `${still} by a weight, and the alias no longer has provisioned concurrency`,
    };
  if (status !== 'FAILED')
    return { detail: `${still} until provisioned concurrency is ready on version ${version}` };
  return {
    outcome: 'FAILED',
    detail: `${still}: provisioned concurrency cannot be made ready on version ${version}${reason === undefined ? '' : ` (${reason})`}`,
  };
}
