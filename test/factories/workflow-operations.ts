import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { loadConfiguration } from '../../functions/core/configuration/load.ts';
import { matchingStrategies } from '../../functions/core/signal/match-strategy.ts';
import type { Place } from '../conformance/places/place.ts';
import { admitOne, alertOf } from './admissions.ts';
import { type Landscape, METRIC } from './workflow-landscape.ts';

/** What the functions carry. */
export function compiledOf({ configuration }: Landscape): CompiledConfiguration {
  const loaded = loadConfiguration(configuration, 'selfheal.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.compiled;
}

/** Admits an operation some time ago, as triage does; whoever was to start its execution has stopped before. */
export async function admitUnnoticed(
  { store, landscape, nowMs }: Pick<Place, 'store' | 'landscape' | 'nowMs'>,
  component: string,
  agoMs: number,
): Promise<string> {
  const alert = alertOf(component, {
    metric: METRIC,
    signalId: `unnoticed-${component}`,
    origin: 'monitor',
    occurredAtMs: nowMs() - agoMs,
  });
  const compiled = compiledOf(landscape);
  const strategies = matchingStrategies(compiled.strategies, alert);
  const { operation } = await admitOne(store, alert, { ...compiled, strategies });
  return operation.operationId;
}
