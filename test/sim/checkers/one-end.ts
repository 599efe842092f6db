import type { Evidence } from './evidence.ts';

/** 5. Every admitted operation reaches COMPLETED or FAILED, exactly one final record, and releases its claim. */
export function oneEnd({ trace, operations, claims }: Evidence): readonly string[] {
  const found: string[] = claims.map(
    ({ component, operationId }) => `${operationId} still holds ${component}`,
  );
  const ends = Map.groupBy(trace.of('concluded'), ({ conclusion }) => conclusion.operationId);
  const stateOf = new Map(operations.map(({ operationId, state }) => [operationId, state]));
  for (const { operation } of trace.of('admitted')) {
    const { operationId } = operation;
    const [end, ...more] = ends.get(operationId) ?? [];
    const state = stateOf.get(operationId);
    if (end === undefined) found.push(`${operationId} never ended: ${state}`);
    else if (state !== end.conclusion.state)
      found.push(`${operationId} ended as ${end.conclusion.state}, and its record says ${state}`);
    if (more.length > 0) found.push(`${operationId} ended ${more.length + 1} times`);
    const after = trace
      .of('rollback-begun')
      .find(
        (each) => each.operationId === operationId && each.index > (end?.index ?? Number.POSITIVE_INFINITY),
      );
    if (after) found.push(`${operationId} began its rollback after its end`);
  }
  return found;
}
