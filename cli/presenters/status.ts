import type { ComponentStatus, FleetStatus } from '../../functions/app/queries/fleet-status.ts';
import type { Mode } from '../../functions/core/configuration/modes.ts';
import type { Output } from '../output.ts';
import { columns } from './table.ts';
import { coloured, moment, until } from './words.ts';

/** The fleet on one screen: what stops healing first, then budgets, then components. */
export function statusLines(output: Output, status: FleetStatus): readonly string[] {
  const { groups, components, unknownComponents, inFlight, maxConcurrentRepairs } = status;
  return [
    switchLine(output, status),
    `In flight: ${inFlight} of ${maxConcurrentRepairs}`,
    ...(groups.length === 0 ? [] : ['', ...groupLines(output, status)]),
    '',
    ...columns(
      output,
      ['COMPONENT', 'GROUP', 'HEALTH', 'AN ALERT NOW', 'DETAIL'],
      components.map((component) => componentRow(output, component, status.atMs)),
    ),
    ...(unknownComponents.length === 0
      ? []
      : [
          '',
          `On record, but not in this configuration: ${unknownComponents.join(', ')}. Is it the one that is deployed?`,
        ]),
  ];
}

function switchLine({ paint }: Output, status: FleetStatus): string {
  const { autoHealEnabled, pausedByConfiguration, pause, atMs } = status;
  if (!autoHealEnabled) return `Healing: ${paint('red', 'off')} (settings.autoHealEnabled: false)`;
  if (pausedByConfiguration)
    return `Healing: ${paint('yellow', 'paused')} by the configuration (settings.paused: true)`;
  if (!pause) return `Healing: ${paint('green', 'on')}`;
  const end = pause.untilMs === undefined ? 'until `selfheal resume`' : `ends ${until(pause.untilMs, atMs)}`;
  return `Healing: ${paint('yellow', 'paused')} since ${moment(pause.sinceMs)}, ${end}: ${pause.reason}`;
}

function groupLines(output: Output, { groups }: FleetStatus): readonly string[] {
  return columns(
    output,
    ['GROUP', 'IN FLIGHT', 'HEALTHY', 'NEEDED'],
    groups.map(({ group, inFlight, maxInFlight, members, unhealthy, minHealthy }) => [
      group,
      `${inFlight} of ${maxInFlight}`,
      `${members - unhealthy} of ${members}`,
      String(minHealthy),
    ]),
  );
}

function componentRow(output: Output, status: ComponentStatus, nowMs: number): readonly string[] {
  const { component, group = '–', isUnhealthy, operation } = status;
  return [
    component,
    group,
    isUnhealthy ? coloured(output, 'unhealthy') : 'no fault known',
    operation ? output.paint('cyan', 'in flight') : answerNow(output, status),
    operation
      ? `${operation.operationId} (${operation.strategyId}${operation.stepId ? `, ${operation.stepId}` : ''})`
      : detailNow(status, nowMs),
  ];
}

const NAMES: Readonly<Record<string, string>> = {
  COOLDOWN: 'cooldown',
  PAUSED: 'paused',
  EXCLUDED: 'excluded',
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

function detailNow({ refusal, strategies }: ComponentStatus, nowMs: number): string {
  if (refusal) {
    const { reason, eligibleAtMs, detail } = refusal;
    // The first line says it for all.
    if (reason === 'PAUSED' || reason === 'AUTO_HEAL_DISABLED') return '';
    return eligibleAtMs === undefined ? detail : `${detail}; ${until(eligibleAtMs, nowMs)}`;
  }
  const used = strategies.filter(({ attempts }) => attempts > 0);
  return used
    .map(({ strategyId, attempts, maxAttempts }) => `${strategyId}: ${attempts} of ${maxAttempts} attempts`)
    .join(', ');
}
