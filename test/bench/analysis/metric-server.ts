import { AlarmEngine } from '../../../local/alarms/alarm-engine.ts';
import { startAlarmEndpoint } from '../../../local/alarms/endpoint.ts';
import {
  COMPONENTS,
  HISTORY_STEPS,
  metricNameOf,
  NAMESPACE,
  SERIES_A_COMPONENT,
  STEP_MS,
} from './analysis-plan.ts';

/**
 * CloudWatch in a process of its own, so that its memory is not the function's. The argument is the time of the first
 * run; values go on for an hour after it.
 */
const firstMs = Number(process.argv[2]);
const engine = new AlarmEngine({
  accountId: '000000000000',
  region: 'us-east-1',
  nowMs: () => firstMs,
  newId: () => 'none',
  publish: async () => undefined,
});
for (let component = 0; component < COMPONENTS; component++) {
  for (let series = 0; series < SERIES_A_COMPONENT; series++) {
    const metric = { namespace: NAMESPACE, name: metricNameOf(component, series), dimensions: {} };
    for (let step = -HISTORY_STEPS - 4; step < 12; step++) {
      const value = 100 + ((component * 31 + series * 7 + step * 13) % 17);
      const sample = { kind: 'value', value, count: 1 } as const;
      engine.metrics.put(metric, { timestampMs: firstMs + step * STEP_MS, unit: 'None', sample }, 60);
    }
  }
}
const { url } = await startAlarmEndpoint({ engine });
process.send?.(url);
