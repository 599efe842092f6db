import type { Notification } from '../../../functions/ports/announcers.ts';
import type { VirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import type { EventEntry } from '../../../local/embedded/event-bridge/event.ts';
import { MONITOR, OPERATOR } from '../../factories/events/selfheal-event.ts';
import type { Injector } from '../faults/injector.ts';
import type { Trace } from '../trace/trace.ts';

/** How long it takes a person to inspect an isolated host and open it again. */
export const LIFTED_BY_HAND_MS = 90_000;
/** Most decide sooner; a few after the proposal has expired. */
const LATEST_DECISION_MS = 13 * 60_000;
/** Those who may decide, as they call themselves. */
const [ADA, GRACE] = ['ada', 'grace'];

export interface PeopleDeps {
  readonly clock: VirtualClock;
  readonly trace: Trace;
  readonly injector: Pick<Injector, 'draw'>;
  readonly send: (entry: EventEntry) => void;
  readonly letIn: (instanceIds: readonly string[]) => void;
}

/** What people do about what they are notified of. */
export interface People {
  readonly hear: (notification: Notification) => void;
}

export function createPeople(deps: PeopleDeps): People {
  const asked = new Set<unknown>();
  return {
    hear: ({ body }) => {
      if (isReminder(body)) deps.clock.after(LIFTED_BY_HAND_MS, () => inspect(deps, body));
      const { kind, proposalId } = body;
      if (kind !== 'proposal' || asked.has(proposalId)) return;
      asked.add(proposalId);
      decide(deps, body, asked.size);
    },
  };
}

type Body = Notification['body'];

function isReminder(body: Body): boolean {
  return body['kind'] === 'isolation-limit' && `${body['message']}`.includes('nothing on record has lifted');
}

/** People who are reminded of an isolation let its hosts back in, unless something is being done there. */
function inspect({ trace, letIn }: PeopleDeps, { component, hosts }: Body): void {
  const admitted = trace.of('admitted').findLast(({ operation }) => operation.component === component);
  const ended = trace.of('concluded').findLast(({ conclusion }) => conclusion.component === component);
  if (!Array.isArray(hosts) || (admitted?.index ?? 0) > (ended?.index ?? 0)) return;
  letIn(hosts);
}

/** They approve a proposal, deny it, contradict each other, ask twice, or do nothing; now and then, a stranger approves it. */
function decide({ clock, injector, send }: PeopleDeps, body: Body, nth: number): void {
  const { proposalId: proposal, component, approvalsNeeded } = body;
  const draw = (what: string) => injector.draw(`proposal ${nth} for ${component} ${what}`);
  const say = (command: 'approve' | 'deny', by: string, what: string, source = OPERATOR) => {
    const laterMs = 5_000 + draw(`${what} later`) ** 3 * LATEST_DECISION_MS;
    const end = command === 'deny' && { for: `${60 + Math.round(draw(`${what} for`) * 600)}s` };
    const detail = { command, proposal, by, reason: what, ...end };
    clock.after(laterMs, () => send({ source, detailType: 'Selfheal Approval', detail }));
  };
  if (draw('is forged') < 0.15) say('approve', ADA, 'forged', MONITOR);
  const answer = draw('answer');
  if (answer < 0.1) return;
  if (answer < 0.25) {
    say('deny', ADA, 'not now');
    return;
  }
  say('approve', ADA, 'seen');
  if (answer < 0.35) say('deny', GRACE, 'wait');
  else if (approvalsNeeded === 2 || answer < 0.5) say('approve', answer < 0.6 ? ADA : GRACE, 'seen as well');
}
