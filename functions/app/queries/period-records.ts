import type { RefusalRecord } from '../../core/admission/refusal.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { StepRecord } from '../../core/operation/operation.ts';
import type { PeriodRecords } from '../../core/report/period-records.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { inParallel } from '../in-parallel.ts';

const DAY_MS = 86_400_000;
/** Of operations, of observations, and of the refusals of one component. A larger period has to be read in parts. */
const RECORDS_AT_MOST = 10_000;
const READS_AT_A_TIME = 16;

export interface PeriodRecordsDeps {
  readonly store: Pick<
    OperationStore,
    'listOperations' | 'listObservations' | 'listRefusals' | 'listSteps' | 'readFleet'
  >;
  readonly configuration: Pick<CompiledConfiguration, 'components'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** Everything on record about the last days, as far as records are kept. */
export async function periodRecords(
  { store, configuration, clock }: PeriodRecordsDeps,
  { days }: { readonly days: number },
): Promise<PeriodRecords> {
  const untilMs = clock.nowMs();
  const sinceMs = untilMs - days * DAY_MS;
  const fromMs = Math.max(0, sinceMs - DAY_MS);
  const [operations, observations, fleet] = await Promise.all([
    store.listOperations(RECORDS_AT_MOST, fromMs),
    store.listObservations(RECORDS_AT_MOST, fromMs),
    store.readFleet(),
  ]);
  const components = Object.keys(configuration.components).sort();
  const recorded = [...operations, ...observations.map(({ operation }) => operation)];
  const named = new Set([...components, ...recorded.map(({ component }) => component)]);
  const refusals: RefusalRecord[] = [];
  let isCut = [operations, observations].some(({ length }) => length === RECORDS_AT_MOST);
  await inParallel([...named], READS_AT_A_TIME, async (component) => {
    const own = await store.listRefusals(component, RECORDS_AT_MOST, fromMs);
    isCut ||= own.length === RECORDS_AT_MOST;
    refusals.push(...own);
  });
  const steps: StepRecord[] = [];
  const begun = operations.filter(({ startedAtMs }) => startedAtMs >= sinceMs);
  await inParallel(begun, READS_AT_A_TIME, async ({ operationId }) => {
    steps.push(...(await store.listSteps(operationId)));
  });
  const { unhealthy } = fleet;
  return { sinceMs, untilMs, operations, observations, refusals, steps, components, unhealthy, isCut };
}
