import type { ComponentStatus, FleetStatus, WindowStatus } from '../../functions/app/queries/fleet-status.ts';
import type { Pause } from '../../functions/core/admission/records.ts';
import type { Mode } from '../../functions/core/configuration/modes.ts';
import type { Output } from '../output.ts';
import { modeText } from './set-mode.ts';
import { columns } from './table.ts';
import { coloured, moment, until } from './words.ts';

/** The fleet on one screen: what stops healing first, then budgets, then components. */
export function statusLines(output: Output, status: FleetStatus): readonly string[] {
  const { windows, groups, components, unknownComponents, inFlight, maxConcurrentRepairs } = status;
  return [
    ...switchLines(output, status),
    `In flight: ${inFlight} of ${maxConcurrentRepairs}`,
    ...(windows.length === 0 ? [] : ['', ...windowLines(output, status)]),
    ...(groups.length === 0 ? [] : ['', ...groupLines(output, status)]),
    '',
    ...columns(
      output,
      ['COMPONENT', 'GROUP', 'HEALTH', 'AN ALERT NOW', 'DETAIL'],
      components.map((component) => componentRow(output, component, status)),
    ),
    ...(unknownComponents.length === 0
      ? []
      : [
          '',
          `On record, but not in this configuration: ${unknownComponents.join(', ')}. Is this the deployed configuration?`,
        ]),
  ];
}

type Switches = Pick<FleetStatus, 'autoHealEnabled' | 'pausedByConfiguration' | 'pause' | 'mode' | 'atMs'>;

/** Whether healing is on, what stops it, and the mode that a person set for all components. */
export function switchLines(output: Pick<Output, 'paint'>, status: Switches): readonly string[] {
  const { mode, atMs } = status;
  return [switchLine(output, status), ...(mode ? [`Mode: ${modeText(output, mode, atMs)}`] : [])];
}

function switchLine({ paint }: Pick<Output, 'paint'>, status: Switches): string {
  const { autoHealEnabled, pausedByConfiguration, pause, atMs } = status;
  if (!autoHealEnabled) return `Healing: ${paint('red', 'off')} (settings.autoHealEnabled: false)`;
  if (pausedByConfiguration)
    return `Healing: ${paint('yellow', 'paused')} by the configuration (settings.paused: true)`;
  if (!pause) return `Healing: ${paint('green', 'on')}`;
  return `Healing: ${pausedText({ paint }, pause, 'resume', atMs)}`;
}

function pausedText({ paint }: Pick<Output, 'paint'>, pause: Pause, opposite: string, atMs: number): string {
  const { untilMs, sinceMs, reason } = pause;
  const end = untilMs === undefined ? `until \`selfheal ${opposite}\`` : `ends ${until(untilMs, atMs)}`;
  return `${paint('yellow', 'paused')} since ${moment(sinceMs)}, ${end}: ${reason}`;
}

function windowLines(output: Output, { windows, atMs }: FleetStatus): readonly string[] {
  return columns(
    output,
    ['WINDOW', 'NOW', 'DETAIL'],
    windows.map((window) => [window.window, windowNow(output, window), windowDetail(window, atMs)]),
  );
}

function windowNow(output: Output, { isOpen, opening }: WindowStatus): string {
  if (isOpen) return output.paint('green', 'open');
  return output.paint('yellow', opening ? 'held open' : 'closed');
}

function windowDetail({ isOpen, detail, changesAtMs, opening, exempt }: WindowStatus, atMs: number): string {
  const change =
    changesAtMs === undefined ? [] : [`${isOpen ? 'until' : 'its hours change'} ${until(changesAtMs, atMs)}`];
  const held = opening
    ? [
        `held open, ends ${opening.untilMs === undefined ? 'never' : until(opening.untilMs, atMs)}: ${opening.reason}`,
      ]
    : [];
  const urgent = exempt.length > 0 ? [`not for ${exempt.join(', ')}`] : [];
  return [...held, ...(detail === undefined ? [] : [detail]), ...change, ...urgent].join('; ');
}

function groupLines(output: Output, { groups, atMs }: FleetStatus): readonly string[] {
  return columns(
    output,
    ['GROUP', 'IN FLIGHT', 'HEALTHY', 'NEEDED', 'HEALING'],
    groups.map(({ group, inFlight, maxInFlight, members, unhealthy, minHealthy, pause, mode }) => [
      group,
      `${inFlight} of ${maxInFlight}`,
      `${members - unhealthy} of ${members}`,
      String(minHealthy),
      [
        ...(pause ? [pausedText(output, pause, `resume --group ${group}`, atMs)] : []),
        ...(mode ? [modeText(output, mode, atMs)] : []),
      ].join('; ') || output.paint('green', 'on'),
    ]),
  );
}

function componentRow(output: Output, status: ComponentStatus, fleet: FleetStatus): readonly string[] {
  const { component, group = '–', isUnhealthy, operation } = status;
  return [
    component,
    group,
    isUnhealthy ? coloured(output, 'unhealthy') : 'no fault known',
    operation ? output.paint('cyan', 'in flight') : answerNow(output, status),
    [
      operation
        ? `${operation.operationId} (${operation.strategyId}${operation.stepId ? `, ${operation.stepId}` : ''})`
        : detailNow(status, fleet),
      // What was set for all, or for a group, is said once above.
      ...status.modes
        .filter(({ of }) => of === 'component')
        .map((mode) => modeText(output, mode, fleet.atMs)),
    ]
      .filter((text) => text !== '')
      .join('; '),
  ];
}

const NAMES: Readonly<Record<string, string>> = {
  COOLDOWN: 'cooldown',
  PAUSED: 'paused',
  EXCLUDED: 'excluded',
  OUTSIDE_WINDOW: 'outside window',
  AUTO_HEAL_DISABLED: 'off',
  AWAITING_APPROVAL: 'proposed',
  DENIED: 'denied',
};

/** What comes of the first strategy that may be used. */
export const READY: Readonly<Record<Mode, string>> = {
  auto: 'ready',
  propose: 'would be proposed',
  observe: 'only observed',
};

function answerNow(output: Output, { refusal, strategies }: ComponentStatus): string {
  const usable = strategies.find((each) => each.refusal === undefined);
  if (!refusal) return coloured(output, READY[usable?.mode ?? 'auto']);
  return coloured(output, NAMES[refusal.reason] ?? refusal.reason);
}

function detailNow({ refusal, strategies, exclusion }: ComponentStatus, fleet: FleetStatus): string {
  if (refusal) {
    const { reason, eligibleAtMs, detail } = refusal;
    const isPaused = fleet.pausedByConfiguration || fleet.pause !== undefined;
    // The first line says it for all.
    if (!fleet.autoHealEnabled || (reason === 'PAUSED' && isPaused)) return '';
    const since = reason === 'EXCLUDED' && exclusion ? `since ${moment(exclusion.sinceMs)}: ` : '';
    const again = eligibleAtMs === undefined ? '' : `; ${until(eligibleAtMs, fleet.atMs)}`;
    return `${since}${detail}${again}`;
  }
  const used = strategies.filter(({ attempts }) => attempts > 0);
  return used
    .map(({ strategyId, attempts, maxAttempts }) => `${strategyId}: ${attempts} of ${maxAttempts} attempts`)
    .join(', ');
}
