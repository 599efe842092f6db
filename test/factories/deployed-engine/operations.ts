import { createMemoryLearningStore } from '../../../functions/adapters/memory/learning-store.ts';
import { admit } from '../../../functions/app/triage/admit.ts';
import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { NO_CALENDARS } from '../../../local/embedded/systems-manager/calendars.ts';
import type { Place } from '../../conformance/places/place.ts';
import { alertOf } from '../operations/admissions.ts';
import { type Landscape, METRIC } from './landscape.ts';

/** What the functions carry. */
export function compiledOf({ configuration }: Landscape): CompiledConfiguration {
  const loaded = loadConfiguration(configuration, 'selfheal.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.compiled;
}

/** Admits an operation some time ago, as triage does, which stopped before starting its execution. */
export async function admitUnnoticed(
  { store, landscape, nowMs, sleep }: Pick<Place, 'store' | 'landscape' | 'nowMs' | 'sleep'>,
  component: string,
  agoMs: number,
): Promise<string> {
  const clock = { nowMs: () => nowMs() - agoMs, sleep };
  const alert = alertOf(component, {
    metric: METRIC,
    signalId: `unnoticed-${component}`,
    origin: 'monitor',
    occurredAtMs: clock.nowMs(),
  });
  const configuration = compiledOf(landscape);
  const admission = await admit(
    {
      store,
      learning: createMemoryLearningStore(store),
      calendars: NO_CALENDARS,
      configuration,
      clock,
      random: Math.random,
    },
    alert,
  );
  if (admission.outcome !== 'admitted') throw new Error(`not admitted: ${JSON.stringify(admission)}`);
  return admission.operation.operationId;
}
