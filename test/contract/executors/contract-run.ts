import type { StepId, StepRecord } from '../../../functions/core/operation/operation.ts';
import { createVirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import { createIds, createSeededRandom } from '../../../local/embedded/random/seeded-random.ts';
import { configured, withMemoryAlarm } from '../../factories/configuration.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import type { Effect, ExecutorUnderTest, ServiceUnderTest } from './executor-under-test.ts';
import { type NextFault, withFaults } from './faults.ts';
import { depsOf, OperationRun, type StepAnswer } from './operation-run.ts';

/** What one operation did, and what of it no executor may do. */
export interface ContractRun {
  readonly violations: readonly string[];
  readonly heal: StepAnswer;
  readonly effects: readonly Effect[];
  /** Whether someone else changed something meanwhile. */
  readonly isInterferedWith: boolean;
  readonly records: readonly StepRecord[];
}

/**
 * Runs one operation with one action, which is undone afterwards if the executor can: half of the repairs by `random`
 * did not help, and so does every one that failed.
 *
 * @param next decides which calls meet which fault
 */
export async function runContract(
  executor: ExecutorUnderTest,
  seed: number,
  next: NextFault,
  isUndone?: boolean,
): Promise<ContractRun> {
  const random = createSeededRandom(seed);
  const clock = createVirtualClock(NOON);
  const configuration = configured({
    settings: { repairTimeoutSeconds: 3_600 },
    components: { web: withMemoryAlarm(executor.component) },
    strategies: [{ actions: [executor.action], rollback: { actions: executor.undo ? [executor.undo] : [] } }],
  });
  const service = executor.open({ clock, random, newId: createIds(random), configuration });
  let isInterferedWith = false;
  const interfere = () => {
    if (!service.interfere) return;
    isInterferedWith = true;
    service.interfere();
  };
  const deps = depsOf(configuration, clock, service.ports);
  let faultsOn = false;
  const nextOf: NextFault = (call) => {
    const fault = faultsOn ? next(call) : undefined;
    return fault === 'doubled' && executor.undoubled?.includes(call) ? undefined : fault;
  };
  const run = new OperationRun(deps, random, (count) =>
    withFaults(nextOf, interfere, executor.gap ?? { reads: [], writes: [] }, count),
  );
  const { operationId } = await run.admit(executor.alert);
  faultsOn = true;

  const violations: string[] = [];
  const { steps: count = 1 } = executor;
  const last: StepId = `heal-${count - 1}`;
  let heal: StepAnswer = 'succeeded';
  for (let number = 0; number < count && heal === 'succeeded'; number += 1) {
    heal = await run.perform({ stepId: `heal-${number}` });
    if (heal === 'never answered') violations.push(`heal-${number} was never answered`);
  }
  if (heal !== 'succeeded' || (isUndone ?? random() < 0.5)) {
    const steps = await run.prepareRollback();
    if (typeof steps === 'string') violations.push(`the rollback was never prepared: ${steps}`);
    else
      for (const step of steps) {
        if ((await run.perform(step)) === 'never answered')
          violations.push(`${step.stepId} was never answered`);
      }
  }
  faultsOn = false;
  // What was begun and given up must not act later, either.
  await clock.advance(3_600_000);
  const records = await deps.store.listSteps(operationId);
  violations.push(...broken(service, records, last, isInterferedWith));
  return { violations, heal, effects: service.effects(), isInterferedWith, records };
}

/** What holds for every executor, whatever went wrong. */
function broken(
  service: ServiceUnderTest,
  records: readonly StepRecord[],
  last: StepId,
  isInterferedWith: boolean,
): readonly string[] {
  const effects = service.effects();
  const times = (phase: Effect['phase'], target: string) =>
    effects.filter((effect) => effect.phase === phase && effect.target === target).length;
  const targets = new Set([
    ...effects.map(({ target }) => target),
    ...records.flatMap(({ targets }) => targets),
  ]);
  const repeated = [...targets].flatMap((target) =>
    (['do', 'undo'] as const)
      .filter((phase) => times(phase, target) > 1)
      .map((phase) => `${phase} had ${times(phase, target)} effects on ${target}`),
  );
  const succeeded = (stepId: StepId) =>
    records.find((record) => record.stepId === stepId && record.outcome === 'SUCCEEDED');
  const claimed = (succeeded(last)?.targets ?? [])
    .filter((target) => times('do', target) === 0 && !isInterferedWith)
    .map((target) => `${last} succeeded on ${target} without an effect`);
  const isTrampled = isInterferedWith && service.isInterferenceIntact?.() === false;
  const contradicted = service.contradictions?.(records) ?? [];
  return [
    ...repeated,
    ...claimed,
    ...contradicted,
    ...(isTrampled ? ['what someone else changed was overwritten'] : []),
  ];
}
