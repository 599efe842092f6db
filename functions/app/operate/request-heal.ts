import type { Observation } from '../../core/admission/observation.ts';
import type { Proposal } from '../../core/admission/proposal.ts';
import type { RefusalRecord } from '../../core/admission/refusal.ts';
import type { Operation } from '../../core/operation/operation.ts';
import type { HealthAlert } from '../../core/signal/health-alert.ts';
import { NOBODY } from '../../core/signal/named-component.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { OperatorEvents } from '../../ports/operator-events.ts';
import { waitFor } from './wait-for.ts';

/** They are sorted by the time of their signals, so that this one is among the first. */
const OPERATIONS_LOOKED_AT = 50;
const REFUSALS_LOOKED_AT = 20;
const SECOND_MS = 1_000;

export interface RequestHealDeps {
  readonly store: Pick<
    OperationStore,
    'listOperations' | 'listRefusals' | 'listObservations' | 'listProposals'
  >;
  readonly events: OperatorEvents;
  readonly clock: Clock;
}

export interface RequestHealInput {
  readonly source: string;
  /** `detail` of the `Selfheal Signal`. */
  readonly detail: Pick<HealthAlert, 'component' | 'metric' | 'severity'> & {
    readonly origin: 'manual';
    /** New for each request: what it led to is known by it. */
    readonly signalId: string;
    readonly reason: string;
    readonly strategy?: string;
    readonly targets?: readonly string[];
  };
  readonly timeoutMs: number;
}

/** `unanswered`: the bus accepted the signal, and nothing on record has come of it yet. */
export type RequestHealResult =
  | { readonly outcome: 'observed'; readonly eventId: string; readonly observation: Observation }
  | { readonly outcome: 'proposed'; readonly eventId: string; readonly proposal: Proposal }
  | { readonly outcome: 'admitted'; readonly eventId: string; readonly operation: Operation }
  | { readonly outcome: 'refused'; readonly eventId: string; readonly refusal: RefusalRecord }
  | { readonly outcome: 'unanswered'; readonly eventId: string };

/** Asks for a repair as a person: every limit and mode holds. Waits until the request is decided. */
export async function requestHeal(
  { store, events, clock }: RequestHealDeps,
  { source, detail, timeoutMs }: RequestHealInput,
): Promise<RequestHealResult> {
  const { component, signalId } = detail;
  const atMs = Math.floor(clock.nowMs() / SECOND_MS) * SECOND_MS;
  const eventId = await events.send({ detailType: 'Selfheal Signal', source, atMs, detail });
  const answer = await waitFor<RequestHealResult>(clock, timeoutMs, async () => {
    // By the signal, not by the operation's id: that has the event's time, which a bus may set by its own clock.
    const operations = await store.listOperations(OPERATIONS_LOOKED_AT);
    const operation = operations.find(({ alert }) => alert.signalId === signalId);
    if (operation) return { outcome: 'admitted', eventId, operation };
    const heldBack = await heldBackFor(store, signalId);
    if (heldBack) return { ...heldBack, eventId };
    // An event that could not be read is filed by its own id, and under nobody if the deployment has no such component.
    const filed = [component, NOBODY].map((name) => store.listRefusals(name, REFUSALS_LOOKED_AT));
    const refusal = (await Promise.all(filed))
      .flat()
      .find((each) => each.signalId === signalId || each.signalId === eventId);
    return refusal && { outcome: 'refused', eventId, refusal };
  });
  return answer ?? { outcome: 'unanswered', eventId };
}

/** What the signal led to where a mode keeps operations from being carried out. */
async function heldBackFor(store: RequestHealDeps['store'], signalId: string) {
  const isOwn = ({ operation }: Observation | Proposal) => operation.alert.signalId === signalId;
  const observation = (await store.listObservations(OPERATIONS_LOOKED_AT)).find(isOwn);
  if (observation) return { outcome: 'observed', observation } as const;
  const proposal = (await store.listProposals(OPERATIONS_LOOKED_AT)).find(isOwn);
  return proposal && ({ outcome: 'proposed', proposal } as const);
}
