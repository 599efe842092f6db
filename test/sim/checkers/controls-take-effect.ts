import type { BusEvent } from '../../../local/embedded/event-bridge/event.ts';
import { OPERATOR } from '../../factories/events/selfheal-event.ts';
import type { Evidence } from './evidence.ts';

/**
 * 6. Every control and every decision of a person takes effect, or someone is notified that it did not.
 *
 * A control that a later one repeats counts as effective. One that failed in all tries is kept in the dead-letter queue,
 * whose alarm calls a human.
 */
export function controlsTakeEffect(evidence: Evidence): readonly string[] {
  const { trace, busLog, deadLetters } = evidence;
  const reported = trace
    .of('notified')
    .map(({ notification }) => notification.body)
    .filter(({ kind }) => kind === 'control-without-effect');
  return busLog
    .filter((event) => isOfPeople(event) && !hasEffect(evidence, event))
    .filter((event) => !reported.some((body) => body['time'] === event.time))
    .filter(({ id }) => !deadLetters.some((letter) => letter.includes(id)))
    .map((event) => `the ${detailOf(event).command} of ${event.time} had no effect, and nobody was notified`);
}

function isOfPeople(event: BusEvent): boolean {
  const type = event['detail-type'];
  return type === 'Selfheal Control' || (type === 'Selfheal Approval' && event.source === OPERATOR);
}

function hasEffect({ trace }: Evidence, event: BusEvent): boolean {
  const { command, component, group, proposal, by } = detailOf(event);
  const givenAtMs = Date.parse(event.time);
  if (command === 'approve')
    return [...trace.of('approval-kept'), ...trace.of('approved')].some(
      ({ proposalId, approvals }) =>
        proposalId === proposal && approvals.some((each) => each.by === by && each.atMs === givenAtMs),
    );
  if (command === 'deny')
    return trace
      .of('proposal-ended')
      .some(({ proposalId, end }) => proposalId === proposal && end.by === by && end.atMs === givenAtMs);
  const parts = component ? `component-mode ${component}` : group ? `group-mode ${group}` : 'mode everything';
  const part = command === 'set_mode' ? parts : undefined;
  return trace
    .of('control')
    .some(
      (each) =>
        each.outcome !== 'overtaken' &&
        each.command === command &&
        each.part === part &&
        each.givenAtMs === givenAtMs,
    );
}

interface Detail {
  readonly command?: string;
  readonly component?: string;
  readonly group?: string;
  readonly proposal?: string;
  readonly by?: string;
}

function detailOf({ detail }: BusEvent): Detail {
  return detail as Detail;
}
