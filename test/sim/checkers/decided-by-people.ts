import { OPERATOR } from '../../factories/events/selfheal-event.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { SKEW_MS } from './in-force.ts';

/** The reconciler has a round every minute, and leaves new proposals to triage for half of one. */
const ASKED_WITHIN_MS = 3 * 60_000;
/** A fault spoils the round of the reconciler that it strikes. */
const ROUND_MS = 60_000;

/**
 * 29. What is proposed waits for people, and they have the last word.
 *
 * A proposal is carried out at most once, exactly as people saw it, before it expires, and only if as many different people
 * as its strategy wants have approved it: strangers do not count. One that was denied or withdrawn is not carried out. A
 * component has one open proposal at a time, and none for as long as a denial holds. People are notified of each, and asked
 * while they can decide it: whatever becomes of its signal, within some minutes in which nothing keeps the reconciler from it.
 */
export function decidedByPeople(evidence: Evidence): readonly string[] {
  const proposed = evidence.trace.of('proposed');
  return proposed.flatMap((each) =>
    [
      ...problemsOfAdmission(evidence, each),
      ...problemsOfProposal(evidence, each),
      ...(isTold(evidence, each) ? [] : ['and nobody was notified of it']),
      ...(isAsked(evidence, each) ? [] : ['was open, and nobody was asked about it']),
    ].map((problem) => `proposal ${idOf(each)} for ${each.proposal.operation.component} ${problem}`),
  );
}

function idOf({ proposal }: Of<'proposed'>): string {
  return proposal.operation.operationId;
}

function problemsOfAdmission(evidence: Evidence, proposed: Of<'proposed'>): readonly string[] {
  const { trace } = evidence;
  const own = trace.of('admitted').filter(({ operation }) => operation.operationId === idOf(proposed));
  const [begun, ...more] = own;
  if (begun === undefined) return [];
  const { strategy } = proposed.grant.plan;
  const needed = strategy.approvals ?? 1;
  const people = approversBefore(evidence, proposed, begun);
  const end = trace
    .of('proposal-ended')
    .find((each) => each.proposalId === idOf(proposed) && each.index < begun.index);
  return [
    ...(more.length > 0 ? ['was carried out twice'] : []),
    ...(people.size < needed ? [`was carried out after ${people.size} of ${needed} approvals`] : []),
    ...(end ? [`was carried out, though it was ${end.end.kind}`] : []),
    ...(begun.grant.startedAtMs > expiryOf(evidence, proposed) + SKEW_MS
      ? ['was carried out after it had expired']
      : []),
    ...(JSON.stringify(begun.grant.plan) === JSON.stringify(proposed.grant.plan)
      ? []
      : ['was carried out, and is not what people saw']),
  ];
}

/** Who had approved it, by the events that people sent. */
function approversBefore(
  { busLog }: Evidence,
  proposed: Of<'proposed'>,
  { atMs }: Of<'admitted'>,
): ReadonlySet<unknown> {
  return new Set(
    busLog
      .filter((event) => event['detail-type'] === 'Selfheal Approval' && event.source === OPERATOR)
      .filter(({ time }) => Date.parse(time) <= atMs)
      .map(({ detail }) => detail as Readonly<Record<string, unknown>>)
      .filter(({ command, proposal }) => command === 'approve' && proposal === idOf(proposed))
      .map(({ by }) => by),
  );
}

function expiryOf({ fleet }: Evidence, { grant }: Of<'proposed'>): number {
  return grant.startedAtMs + fleet.settings.proposalSeconds * 1_000;
}

function problemsOfProposal(evidence: Evidence, proposed: Of<'proposed'>): readonly string[] {
  const { trace } = evidence;
  const { component } = proposed.proposal.operation;
  const nowMs = proposed.grant.startedAtMs;
  const before = trace
    .of('proposed')
    .filter((each) => each.index < proposed.index && each.proposal.operation.component === component);
  const endOf = (each: Of<'proposed'>) =>
    [...trace.of('proposal-ended'), ...trace.of('approved')].find(
      ({ proposalId, index }) => proposalId === idOf(each) && index < proposed.index,
    );
  const open = before.find((each) => expiryOf(evidence, each) > nowMs + SKEW_MS && !endOf(each));
  const denied = before.flatMap((each) => {
    const ended = endOf(each);
    return ended?.kind === 'proposal-ended' && ended.end.kind === 'DENIED' ? [ended] : [];
  });
  const last = denied.at(-1);
  return [
    ...(open ? [`was made while ${idOf(open)} was open`] : []),
    ...(last && (last.end.untilMs ?? 0) > nowMs + SKEW_MS
      ? [`was made while a denial of ${last.proposalId} held`]
      : []),
  ];
}

/**
 * An alert that triage failed to decide in all its tries is in the dead-letter queue, whose alarm calls a person. What nothing
 * was able to announce before it was over decides nothing: there is another proposal then.
 */
function isTold(evidence: Evidence, proposed: Of<'proposed'>): boolean {
  const { trace, deadLetters } = evidence;
  const { alert, component } = proposed.proposal.operation;
  const isHeard = trace
    .of('notified')
    .some(({ notification: { body } }) => body['proposalId'] === idOf(proposed));
  return (
    isHeard ||
    deadLetters.some((letter) => letter.includes(alert.alarmName ?? component)) ||
    longestCalmMs(evidence, proposed.atMs, expiryOf(evidence, proposed)) < ASKED_WITHIN_MS
  );
}

/** Whether people were asked before it was over, or as soon as something was able to ask them. */
function isAsked(evidence: Evidence, proposed: Of<'proposed'>): boolean {
  const { trace } = evidence;
  const { atMs, index } = proposed;
  const end = [...trace.of('proposal-ended'), ...trace.of('approved')].find(
    (each) => each.proposalId === idOf(proposed),
  );
  const asked = trace
    .of('notified')
    .find(
      ({ notification: { body } }) => body['kind'] === 'proposal' && body['proposalId'] === idOf(proposed),
    );
  const overMs = Math.min(
    expiryOf(evidence, proposed),
    ...[end, asked].flatMap((each) => (each && each.index > index ? [each.atMs] : [])),
  );
  return longestCalmMs(evidence, atMs, overMs) < ASKED_WITHIN_MS;
}

/** The longest time within a span in which nothing kept the reconciler from a round. */
function longestCalmMs({ trace }: Evidence, fromMs: number, toMs: number): number {
  const spoilt = [
    ...trace.of('outage'),
    ...trace.of('revoked').filter(({ handler }) => handler === 'reconcile'),
    ...trace
      .of('fault')
      .filter(({ id }) => id.includes('selfheal-reconcile'))
      .map(({ atMs }) => ({ atMs, untilMs: atMs + ROUND_MS })),
  ];
  let calmSinceMs = fromMs;
  let longestMs = 0;
  for (const { atMs, untilMs } of spoilt.toSorted((a, b) => a.atMs - b.atMs)) {
    longestMs = Math.max(longestMs, Math.min(atMs, toMs) - calmSinceMs);
    calmSinceMs = Math.max(calmSinceMs, untilMs);
  }
  return Math.max(longestMs, toMs - calmSinceMs);
}
