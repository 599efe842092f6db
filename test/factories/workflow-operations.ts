import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { loadConfiguration } from '../../functions/core/configuration/load.ts';
import { admitOne, alertOf } from './admissions.ts';
import type { WorkflowBench } from './workflow-bench.ts';
import { type Landscape, METRIC } from './workflow-landscape.ts';

/** What the functions carry. */
export function compiledOf({ configuration }: Landscape): CompiledConfiguration {
  const loaded = loadConfiguration(configuration, 'selfheal.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.compiled;
}

/** Admits an operation some time ago, as triage does; whoever was to start its execution has stopped before. */
export async function admitUnnoticed(
  { store, landscape }: Pick<WorkflowBench, 'store' | 'landscape'>,
  component: string,
  agoMs: number,
): Promise<string> {
  const alert = alertOf(component, {
    metric: METRIC,
    signalId: `unnoticed-${component}`,
    origin: 'monitor',
    occurredAtMs: Date.now() - agoMs,
  });
  const { operation } = await admitOne(store, alert, compiledOf(landscape));
  return operation.operationId;
}
