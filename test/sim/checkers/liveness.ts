import type { Evidence } from './evidence.ts';

/**
 * Once faults stop, every operation ends within a bound and no claim is left. Once every component is healthy, none
 * counts as unhealthy or in flight, so that the next fault will be healed.
 */
export function liveness({ whenQuiet, limits, redAlarms, sick, atMs, trace }: Evidence): readonly string[] {
  const lateMs = 10 * 60_000;
  const over = trace.of('faults-over')[0]?.atMs ?? 0;
  const stuck = whenQuiet.operations.filter(
    ({ state, startedAtMs }) =>
      state !== 'COMPLETED' && state !== 'FAILED' && startedAtMs < whenQuiet.atMs - 3 * lateMs,
  );
  const found = stuck.map(
    ({ operationId, state }) => `${operationId} is ${state} ${atMs - over} ms after the faults`,
  );
  if (sick.length > 0 || redAlarms.length > 0)
    return [...found, `${[...sick, ...redAlarms].join(', ')}: still unhealthy`];
  if (limits.inFlight.length > 0) found.push(`${limits.inFlight.join(', ')} count as in flight for ever`);
  if (limits.unhealthy.length > 0) found.push(`${limits.unhealthy.join(', ')} count as unhealthy for ever`);
  const { pause } = limits;
  if (pause !== undefined && pause.untilMs === undefined)
    found.push(`the fleet stays paused: ${pause.reason}`);
  return found;
}
