import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { loadConfiguration } from '../../functions/core/configuration/load.ts';
import { matchingStrategies } from '../../functions/core/signal/match-strategy.ts';
import { admitOne, alertOf } from './admissions.ts';
import { output, type WorkflowBench } from './workflow-bench.ts';
import { setVariables } from './workflow-functions.ts';
import { type Landscape, METRIC } from './workflow-landscape.ts';

/** What the functions carry. */
function compiledOf({ configuration }: Landscape): CompiledConfiguration {
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
  const compiled = compiledOf(landscape);
  const strategies = matchingStrategies(compiled.strategies, alert);
  const { operation } = await admitOne(store, alert, { ...compiled, strategies });
  return operation.operationId;
}

/** Has a function fail whatever it is asked, for as long as `during` takes. */
export async function whileBroken(
  { cloud }: Pick<WorkflowBench, 'cloud'>,
  functionName: string,
  during: () => Promise<void>,
): Promise<void> {
  await setVariables(cloud.aws, functionName, { TABLE_NAME: 'nowhere' });
  try {
    await during();
  } finally {
    await setVariables(cloud.aws, functionName, { TABLE_NAME: output(cloud, 'TableName') });
  }
}

/** Has a function read other settings than it was deployed with, for as long as `during` takes. */
export async function withConfiguration(
  { cloud, landscape }: Pick<WorkflowBench, 'cloud' | 'landscape'>,
  functionName: string,
  settings: Partial<CompiledConfiguration['settings']>,
  during: () => Promise<void>,
): Promise<void> {
  const compiled = compiledOf(landscape);
  const directory = await mkdtemp(join(tmpdir(), 'selfheal-configuration-'));
  const path = join(directory, 'configuration.json');
  try {
    await writeFile(path, JSON.stringify({ ...compiled, settings: { ...compiled.settings, ...settings } }));
    await setVariables(cloud.aws, functionName, { CONFIGURATION_FILE: path });
    await during();
  } finally {
    await setVariables(cloud.aws, functionName, { CONFIGURATION_FILE: './configuration.json' });
    await rm(directory, { recursive: true });
  }
}
