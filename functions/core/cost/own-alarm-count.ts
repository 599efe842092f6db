import { seriesOf, watchedSeries } from '../analysis/component-series.ts';
import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { investigates } from '../investigation/is-used.ts';

/** Errors and throttles. */
const A_FUNCTION = 2;
const FUNCTIONS_OF_THE_ENGINE = 10;
/** Two dead-letter queues, triage twice, lost events, warnings, and a silent reconciler. */
const OTHERS_OF_THE_ENGINE = 7;
/** Dead letters of invocations and of escalations. */
const QUEUES_OF_THE_WATCHDOG = 2;

/** How many alarms watch Selfheal itself. A test compares it with the synthesized templates. */
export function ownAlarmCount(configuration: CompiledConfiguration): number {
  const { settings, watchdog, components } = configuration;
  const { enabled, vantagePoints, shards } = watchdog;
  const { webhook, channels } = settings.notify;
  const hasMonitors = Object.entries(components).some(([name, component]) =>
    seriesOf(name, component).some(({ source }) => source.kind === 'events'),
  );
  return (
    FUNCTIONS_OF_THE_ENGINE * A_FUNCTION +
    OTHERS_OF_THE_ENGINE +
    A_FUNCTION +
    QUEUES_OF_THE_WATCHDOG +
    (enabled ? vantagePoints.length * A_FUNCTION + shards : 0) +
    (watchedSeries(components).length > 0 ? A_FUNCTION + 1 : 0) +
    (hasMonitors ? A_FUNCTION + 1 : 0) +
    (settings.graph ? A_FUNCTION : 0) +
    (investigates(configuration) ? A_FUNCTION : 0) +
    (webhook ? 1 : 0) +
    (Object.keys(channels).length > 0 ? A_FUNCTION + 1 : 0) +
    (settings.approvals ? 2 * A_FUNCTION + 1 : 0)
  );
}
