import type { BusEvent } from '../../../local/embedded/event-bridge/event.ts';
import type { Evidence } from './evidence.ts';

/**
 * 6. Every control takes effect, or someone is notified that it did not.
 *
 * A control that a later one repeats counts as effective. One that failed in all tries is kept in the dead-letter queue,
 * whose alarm calls a human.
 */
export function controlsTakeEffect({ trace, busLog, deadLetters }: Evidence): readonly string[] {
  const taken = trace.of('control').filter(({ outcome }) => outcome !== 'overtaken');
  const reported = trace
    .of('notified')
    .map(({ notification }) => notification.body)
    .filter(({ kind }) => kind === 'control-without-effect');
  const hasEffect = (event: BusEvent) =>
    taken.some(
      ({ command, givenAtMs }) => command === commandOf(event) && givenAtMs === Date.parse(event.time),
    );
  return busLog
    .filter((event) => event['detail-type'] === 'Selfheal Control')
    .filter((event) => !hasEffect(event) && !reported.some((body) => body['time'] === event.time))
    .filter(({ id }) => !deadLetters.some((letter) => letter.includes(id)))
    .map(
      (event) => `the control ${commandOf(event)} of ${event.time} had no effect, and nobody was notified`,
    );
}

function commandOf({ detail }: BusEvent): unknown {
  return (detail as { readonly command?: unknown }).command;
}
