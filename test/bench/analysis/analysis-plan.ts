import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { formatProblem } from '../../../functions/core/configuration/problem.ts';

export const STEP_MS = 300_000;
export const COMPONENTS = 1_000;
export const SERIES_A_COMPONENT = 10;
export const NAMESPACE = 'Bench';
/** What a new series learns from. */
export const HISTORY_STEPS = 24;

export const metricNameOf = (component: number, series: number) => `m${component}-${series}`;

/** Components that are watched with the default detector, every 5 minutes. */
export function benchConfiguration(): CompiledConfiguration {
  const anomalies = (component: number) =>
    Object.fromEntries(
      Array.from({ length: SERIES_A_COMPONENT }, (_, series) => [
        `latency_${series}`,
        { namespace: NAMESPACE, metricName: metricNameOf(component, series), dimensions: {} },
      ]),
    );
  const components = Object.fromEntries(
    Array.from({ length: COMPONENTS }, (_, index) => [
      `component-${index}`,
      {
        targets: { instanceIds: [`i-${index.toString(16).padStart(17, '0')}`] },
        service: `component-${index}.service`,
        anomalies: anomalies(index),
      },
    ]),
  );
  const text = JSON.stringify({
    settings: { analysis: { historySeconds: (HISTORY_STEPS * STEP_MS) / 1_000 } },
    components,
    strategies: [
      { id: 'restart', trigger: { statuses: ['CRITICAL'] }, actions: [{ type: 'start_component' }] },
    ],
  });
  const loaded = loadConfiguration(text, 'selfheal.yaml');
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.compiled;
}
