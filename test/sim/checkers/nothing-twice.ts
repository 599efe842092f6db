import type { Evidence } from './evidence.ts';

/**
 * 2. No action's effect happens twice on a host for one (operation, action index).
 *
 * Exempt is a host that lost its disk in between, and with it its ledger: nothing outside of it could tell.
 */
export function nothingTwice({ trace }: Evidence): readonly string[] {
  const done = new Set<string>();
  const found: string[] = [];
  for (const happening of trace.all) {
    if (happening.kind === 'disk-lost') {
      for (const key of done) if (key.startsWith(`${happening.instanceId} `)) done.delete(key);
    }
    if (happening.kind !== 'effect') continue;
    const { instanceId, operationId, stepId, action } = happening.effect;
    const key = `${instanceId} ${operationId} ${stepId}`;
    if (done.has(key)) found.push(`${action}, ${stepId} of ${operationId}, acted twice on ${instanceId}`);
    done.add(key);
  }
  return found;
}
