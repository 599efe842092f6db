import type { BusEvent } from '../../../local/embedded/event-bridge/event.ts';
import type { Evidence } from './evidence.ts';

/**
 * 6. Every signal ends as an operation, an observation, a proposal, or a refusal with a reason; none vanishes.
 *
 * An event that triage failed to decide in all its tries is kept in the dead-letter queue, whose alarm calls a human:
 * that is an end too. The rule leaves out events of muted alarms, and recoveries do not claim that anything is
 * unhealthy. A signal that is delivered twice leads to one operation only.
 */
export function noSignalVanishes({ trace, busLog, deadLetters }: Evidence): readonly string[] {
  const answered = new Set([
    ...trace.of('admitted').map(({ operation }) => operation.alert.signalId),
    ...trace.of('observed').map(({ operation }) => operation.alert.signalId),
    ...trace.of('proposed').map(({ proposal }) => proposal.operation.alert.signalId),
    ...trace.of('refused').map(({ refusal }) => refusal.signalId),
  ]);
  const unreasoned = trace
    .of('refused')
    .filter(({ refusal }) => refusal.reason === undefined || refusal.detail === '');
  const operations = Map.groupBy(trace.of('admitted'), ({ operation }) => operation.alert.signalId);
  return [
    ...[...operations]
      .filter(([, led]) => led.length > 1)
      .map(([signalId, led]) => `signal ${signalId} led to ${led.length} operations`),
    ...busLog
      .map((event) => ({ event, signalId: signalIdOf(event) }))
      // A signal that names nothing known is refused under the id of its event.
      .filter(
        ({ event, signalId }) => signalId !== undefined && !answered.has(signalId) && !answered.has(event.id),
      )
      .filter(({ event }) => !deadLetters.some((body) => body.includes(event.id)))
      .map(({ signalId }) => `signal ${signalId} led to nothing`),
    ...unreasoned.map(({ refusal }) => `signal ${refusal.signalId} was refused without a reason`),
  ];
}

/** The id under which triage has to answer an event; `undefined` if it claims nothing. */
export function signalIdOf(event: BusEvent): string | undefined {
  const detail = event.detail as {
    readonly alarmName?: string;
    readonly alarmContributor?: { readonly id: string };
    readonly configuration?: { readonly metrics?: readonly { readonly expression?: string }[] };
    readonly state?: { readonly value: string; readonly timestamp: string };
    readonly muteDetail?: unknown;
    readonly kind?: string;
    readonly signalId?: string;
  };
  if (event['detail-type'] === 'Selfheal Signal')
    return detail.kind === 'recovery' ? undefined : (detail.signalId ?? event.id);
  if (detail.state?.value !== 'ALARM' || detail.muteDetail) return undefined;
  const { alarmName, alarmContributor, configuration } = detail;
  const isOfGroup = configuration?.metrics?.some(({ expression }) => expression?.includes('GROUP BY'));
  // The events of its contributors name what is unhealthy, not the event of the alarm itself.
  if (isOfGroup && alarmContributor === undefined) return undefined;
  const who = alarmContributor ? `${alarmName}/${alarmContributor.id}` : alarmName;
  return `${who}@${Date.parse(detail.state.timestamp.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'))}`;
}
