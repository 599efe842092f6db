import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';

/**
 * 2. No action's effect happens twice on a host for one (operation, action index).
 *
 * Exempt is a host that lost its disk in between, and with it its ledger: nothing outside of it could tell. A count that
 * is set again does nothing, unless someone else has changed it in between: `24 overwrites nothing` judges that.
 */
export function nothingTwice({ trace }: Evidence): readonly string[] {
  const done = new Map<string, number>();
  const found: string[] = [];
  for (const happening of trace.all) {
    if (happening.kind === 'disk-lost') {
      for (const key of done.keys()) if (key.startsWith(`${happening.instanceId} `)) done.delete(key);
    }
    if (happening.kind !== 'effect') continue;
    const { instanceId, operationId, stepId, action } = happening.effect;
    const key = `${instanceId} ${operationId} ${stepId}`;
    const before = done.get(key);
    if (before !== undefined && !isSetAgain(trace, happening, before))
      found.push(`${action}, ${stepId} of ${operationId}, acted twice on ${instanceId}`);
    done.set(key, happening.index);
  }
  return found;
}

function isSetAgain(trace: Evidence['trace'], { effect, index }: Of<'effect'>, before: number): boolean {
  const written = trace
    .of('set')
    .find(
      (each) =>
        each.index > index && each.operationId === effect.operationId && each.stepId === effect.stepId,
    );
  return (
    written !== undefined &&
    trace
      .of('set-by-others')
      .some(
        ({ component, setting, value, index: at }) =>
          component === written.component &&
          setting === written.setting &&
          value === written.before &&
          at > before &&
          at < index,
      )
  );
}
