import type { Delivery } from '../../../local/embedded/event-bridge/event-bus.ts';
import type { Injector } from './injector.ts';

/** Services whose events AWS delivers on a best-effort basis; those of all others arrive at least once. */
const BEST_EFFORT = new Set(['aws.ssm', 'aws.states']);

const GUARANTEED_SHARES = { 'event-twice': 0.05, 'event-late': 0.04 } as const;
const BEST_EFFORT_SHARES = { 'event-lost': 0.08, ...GUARANTEED_SHARES } as const;
const LATEST_MS = 90_000;
/** A pause may arrive after the resume that ended it. */
const LATEST_CONTROL_MS = 20 * 60_000;

/** The delays of a delivery: none if it is lost, several if it is repeated. */
export function eventFaults(
  injector: Injector,
  stepOfCommand: ReadonlyMap<string, string>,
): (delivery: Delivery) => readonly number[] {
  return (delivery) => {
    const { event } = delivery;
    const place = `${event.source} ${subjectOf(event, stepOfCommand)}`;
    const usualMs = 50 + injector.draw(place) * 100;
    const shares: Partial<Record<string, number>> = BEST_EFFORT.has(event.source)
      ? BEST_EFFORT_SHARES
      : GUARANTEED_SHARES;
    const latestMs = event['detail-type'] === 'Selfheal Control' ? LATEST_CONTROL_MS : LATEST_MS;
    const laterMs = usualMs + injector.draw(`${place} later`) ** 2 * latestMs;
    switch (injector.strike(place, shares as Readonly<Record<string, number>>)) {
      case 'event-lost':
        return [];
      case 'event-twice':
        return [usualMs, laterMs];
      case 'event-late':
        return [laterMs];
      default:
        return [usualMs];
    }
  };
}

function subjectOf({ time, detail }: Delivery['event'], stepOfCommand: ReadonlyMap<string, string>): string {
  const { alarmName, name, status, component, signalId, command, ...rest } = detail as Readonly<
    Record<string, unknown>
  >;
  const commandId = rest['command-id'];
  const step = typeof commandId === 'string' ? stepOfCommand.get(commandId) : undefined;
  const subject = [alarmName, name, step, component, signalId, command, status];
  return `${subject.filter((part) => part !== undefined).join(' ')} ${time.slice(11, 19)}`;
}
