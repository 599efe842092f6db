import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A sample event of AWS's documentation ("Alarm events and EventBridge", CloudWatch User Guide), by its file's name
 * here. The documentation adds `muteDetail` to every sample; here only the muted one has it.
 */
export function sampleEvent(name: string): Record<string, unknown> & { readonly detail: object } {
  return JSON.parse(readFileSync(join(import.meta.dirname, `${name}.json`), 'utf8'));
}
