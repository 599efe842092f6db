import type { BusEvent } from '../../../local/embedded/event-bridge/event.ts';
import type { Evidence } from './evidence.ts';

/**
 * 6. Every signal ends as an operation or as a refusal with a reason; none vanishes.
 *
 * What triage could not decide in all its tries, with not even a refusal written, is kept in the dead-letter queue,
 * whose alarm calls a human: that is an end too. Events of muted alarms are left out by their rule, and recoveries are
 * no claim that anything is unhealthy. A signal that is delivered twice leads to one operation all the same.
 */
export function noSignalVanishes({ trace, busLog, deadLetters }: Evidence): readonly string[] {
  const answered = new Set([
    ...trace.of('admitted').map(({ operation }) => operation.alert.signalId),
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
      // One that names nothing known is refused under its event's id.
      .filter(
        ({ event, signalId }) => signalId !== undefined && !answered.has(signalId) && !answered.has(event.id),
      )
      .filter(({ event }) => !deadLetters.some((body) => body.includes(event.id)))
      .map(({ signalId }) => `signal ${signalId} led to nothing`),
    ...unreasoned.map(({ refusal }) => `signal ${refusal.signalId} was refused without a reason`),
  ];
}

function signalIdOf(event: BusEvent): string | undefined {
  const detail = event.detail as {
    readonly alarmName?: string;
    readonly state?: { readonly value: string; readonly timestamp: string };
    readonly muteDetail?: unknown;
    readonly kind?: string;
    readonly signalId?: string;
  };
  if (event['detail-type'] === 'Selfheal Signal')
    return detail.kind === 'recovery' ? undefined : (detail.signalId ?? event.id);
  if (event['detail-type'] !== 'CloudWatch Alarm State Change' || detail.muteDetail) return undefined;
  if (detail.state?.value !== 'ALARM') return undefined;
  return `${detail.alarmName}@${Date.parse(detail.state.timestamp.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'))}`;
}
