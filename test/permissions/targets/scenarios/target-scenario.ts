import { expect } from 'vitest';
import type { TargetPlan } from '../target-configuration.ts';
import type { Ended, TargetPlace } from '../target-place.ts';

/** What Selfheal does on targets of one kind, seen from outside. */
export interface TargetScenario {
  readonly name: string;
  readonly plan: TargetPlan;
  /** Creates the resources. @default nothing but the hosts */
  readonly prepare?: (place: TargetPlace) => void | Promise<void>;
  /** It throws if anything about it is not as it must be. */
  readonly run: (place: TargetPlace) => Promise<void>;
  /** The functions that it makes fail itself. @default none */
  readonly breaks?: readonly string[];
}

/** Every action succeeds, and the repair holds. @param targets that the signal names */
export async function healed(place: TargetPlace, targets?: readonly string[]): Promise<Ended> {
  const ended = await place.operation('web', targets);
  const { operation, steps } = ended;
  expect(operation, JSON.stringify([operation.failure, steps.map(({ detail }) => detail)])).toMatchObject({
    state: 'COMPLETED',
    result: 'SUCCESS',
  });
  expect(operation.warnings).toBeUndefined();
  expect(steps.map(({ outcome }) => outcome)).not.toContain('FAILED');
  expect(steps.length).toBeGreaterThan(0);
  return ended;
}

/** Every action succeeds, the component does not recover, and every undo step succeeds. */
export async function undone(place: TargetPlace, targets?: readonly string[]): Promise<Ended> {
  place.sicken();
  const ended = await place.operation('web', targets);
  const { operation, steps } = ended;
  const said = JSON.stringify([operation.failure, steps.map(({ stepId, detail }) => [stepId, detail])]);
  expect(operation, said).toMatchObject({
    state: 'FAILED',
    failure: { error: expect.stringMatching(/^(NotRecovered|BatchNotHealthy)$/) },
  });
  const undo = steps.filter(({ stepId }) => stepId.startsWith('rollback'));
  expect(undo.length, said).toBeGreaterThan(0);
  expect(
    undo.map(({ outcome }) => outcome),
    said,
  ).toEqual(undo.map(() => 'SUCCEEDED'));
  return ended;
}

/** The scenario of a repair that holds, and that of one that does not. */
export function bothWays(
  { name, ...more }: Omit<TargetScenario, 'run'>,
  undoing: string,
): readonly TargetScenario[] {
  return [
    { name, ...more, run: async (place) => void (await healed(place)) },
    { name: undoing, ...more, run: async (place) => void (await undone(place)) },
  ];
}
