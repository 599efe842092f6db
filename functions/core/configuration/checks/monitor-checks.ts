import { endpointObjection } from '../../watchdog/addresses.ts';
import type { DocumentPath, Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import { MONITOR_SOURCES, type Monitor } from '../schema/monitor-schema.ts';
import { checkOptions } from './detector-option-checks.ts';

/** Monitors without one source, or whose source could never have a value for each data point. */
export function checkMonitors({ components, settings, watchdog }: ReadableParts): readonly Finding[] {
  return [...components].flatMap(([name, component]) =>
    Object.entries(component.monitors).flatMap(([key, monitor]) => {
      const path = ['components', name, 'monitors', key];
      return [
        ...checkSource(path, monitor),
        ...checkOptions(path, monitor),
        ...(settings ? checkPeriod(path, monitor, settings.analysis.intervalSeconds) : []),
        ...(settings ? checkEventSources(path, monitor, settings.sources.metrics) : []),
        ...checkAddress(path, monitor, watchdog?.allowedAddresses ?? []),
      ];
    }),
  );
}

function checkSource(path: DocumentPath, monitor: Monitor): readonly Finding[] {
  const named = MONITOR_SOURCES.filter((source) => monitor[source] !== undefined);
  const all = MONITOR_SOURCES.map((source) => `\`${source}\``).join(', ');
  const error = { severity: 'error', at: 'key' } as const;
  const [first, second] = named;
  if (first === undefined) {
    return [
      {
        ...error,
        code: 'metric-source-needed',
        path,
        value: path.at(-1),
        message: `the source of its values is missing; expected one of ${all}`,
        remedy: 'Add `function: name`, `endpoint: http://…` or `events: true`.',
      },
    ];
  }
  if (second !== undefined) {
    return [
      {
        ...error,
        code: 'conflicting-keys',
        path: [...path, second],
        value: monitor[second],
        message: `\`${first}\` and \`${second}\` exclude each other: the values of a monitor have one source`,
        remedy: `Remove one of them, or make it a monitor of its own.`,
      },
    ];
  }
  const isStray = first !== 'endpoint' && (monitor.sample !== undefined || hasLabels(monitor));
  if (!isStray) return [];
  const stray = monitor.sample === undefined ? 'labels' : 'sample';
  return [
    {
      ...error,
      code: 'conflicting-keys',
      path: [...path, stray],
      value: monitor[stray],
      message: `\`${stray}\` chooses among the samples of an \`endpoint\`, and this monitor has \`${first}\``,
      remedy: `Remove \`${stray}\`.`,
    },
  ];
}

const hasLabels = ({ labels }: Monitor) => Object.keys(labels).length > 0;

/** An endpoint says what is now: between two runs, nobody asks it. */
function checkPeriod(
  path: DocumentPath,
  { endpoint, periodSeconds }: Monitor,
  intervalSeconds: number,
): readonly Finding[] {
  if (endpoint === undefined || periodSeconds >= intervalSeconds) return [];
  return [
    {
      severity: 'error',
      code: 'out-of-range',
      path: [...path, 'periodSeconds'],
      value: periodSeconds,
      message: `its endpoint is read every ${intervalSeconds} s, and a data point of ${periodSeconds} s would mostly be missing`,
      remedy: `Write \`periodSeconds: ${intervalSeconds}\` or more, or a lower \`settings.analysis.intervalSeconds\`.`,
    },
  ];
}

function checkEventSources(
  path: DocumentPath,
  { events }: Monitor,
  sources: readonly string[],
): readonly Finding[] {
  if (events === undefined || sources.length > 0) return [];
  return [
    {
      severity: 'error',
      code: 'metric-source-needed',
      path: [...path, 'events'],
      at: 'key',
      value: events,
      message: 'no source may send `Selfheal Metric` events: `settings.sources.metrics` is empty',
      remedy: 'Add the sender’s event source to `settings.sources.metrics`, or remove the monitor.',
    },
  ];
}

function checkAddress(
  path: DocumentPath,
  { endpoint }: Monitor,
  allowed: readonly string[],
): readonly Finding[] {
  if (endpoint === undefined || endpointObjection({ url: endpoint }, allowed) === undefined) return [];
  return [
    {
      severity: 'error',
      code: 'unreachable-endpoint',
      path: [...path, 'endpoint'],
      value: endpoint,
      message: `${new URL(endpoint).hostname} is requested by a Lambda function, for which this address is the function itself, or is never routed`,
      remedy:
        'Write an address in the VPC; metrics on the host’s own loopback address are read by a `profile`.',
    },
  ];
}
