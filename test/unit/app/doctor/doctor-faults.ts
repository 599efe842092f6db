import { createMemoryOperationStore } from '../../../../functions/adapters/memory/operation-store.ts';
import { createMemoryWatchdogStore } from '../../../../functions/adapters/memory/watchdog-store.ts';
import type { DoctorDeps, Looked } from '../../../../functions/app/doctor/examination.ts';
import type { CompiledConfiguration } from '../../../../functions/core/configuration/compiled.ts';
import type { Deployment } from '../../../../functions/ports/deployment.ts';
import { configured, withMemoryAlarm } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

/** The remedy where something of a stack is not there. */
export const DEPLOY = 'Deploy again: `npm run deploy`.';

/** What each check asks of a deployment, and nothing else. */
export function depsOf(
  deployment: Partial<Deployment>,
  configuration: CompiledConfiguration = configured({ components: { web: withMemoryAlarm() } }),
): DoctorDeps {
  return {
    configuration,
    deployment: deployment as Deployment,
    store: createMemoryOperationStore(),
    watchdog: createMemoryWatchdogStore(),
    clock: { nowMs: () => NOON },
  };
}

/** A stack with these resources of one type. */
export const stackOf = (type: string, ...ids: readonly string[]) =>
  new Map([['SelfhealEngine', ids.map((id) => ({ type, id }))]]);
/** One look that finds one fault. */
export const one = (subject: string, problem: string, remedy: string): Looked => ({
  ...{ looked: 1, faults: [{ subject, problem, remedy }] },
});
