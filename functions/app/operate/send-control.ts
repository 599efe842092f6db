import type { FleetRecord, Pause } from '../../core/admission/records.ts';
import type { RefusalRecord } from '../../core/admission/refusal.ts';
import { NOBODY } from '../../core/signal/named-component.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { OperatorEvents } from '../../ports/operator-events.ts';
import { waitFor } from './wait-for.ts';

/** A control is the only one of its second, so that few are looked through. */
const REFUSALS_LOOKED_AT = 20;
const SECOND_MS = 1_000;

export interface SendControlDeps {
  readonly store: Pick<OperationStore, 'readFleet' | 'listRefusals'>;
  readonly events: OperatorEvents;
  readonly clock: Clock;
}

export interface SendControlInput {
  readonly source: string;
  /** `detail` of the `Selfheal Control`. */
  readonly detail: { readonly command: 'pause' | 'resume'; readonly reason?: string; readonly for?: number };
  readonly timeoutMs: number;
}

/**
 * `confirmed`: read back from the table. `overtaken`: a later control of somebody else holds. `unanswered`: the event
 * was accepted by the bus, and nothing has come of it yet.
 */
export type SendControlResult =
  | { readonly outcome: 'confirmed'; readonly eventId: string; readonly pause?: Pause }
  | { readonly outcome: 'overtaken'; readonly eventId: string; readonly pause?: Pause }
  | { readonly outcome: 'refused'; readonly eventId: string; readonly refusal: RefusalRecord }
  | { readonly outcome: 'unanswered'; readonly eventId: string };

/** Pauses or resumes healing as a person, and waits until the table says so. */
export async function sendControl(
  { store, events, clock }: SendControlDeps,
  { source, detail, timeoutMs }: SendControlInput,
): Promise<SendControlResult> {
  const isPause = detail.command === 'pause';
  const atMs = await timeAfterLast(await store.readFleet(), clock);
  const eventId = await events.send({ detailType: 'Selfheal Control', source, atMs, detail });
  const answer = await waitFor<SendControlResult>(clock, timeoutMs, async () => {
    const { pause, controlledAtMs } = await store.readFleet();
    if (controlledAtMs !== undefined && controlledAtMs >= atMs) {
      const outcome = (pause !== undefined) === isPause ? 'confirmed' : 'overtaken';
      return { outcome, eventId, ...(pause && { pause }) };
    }
    const refusals = await store.listRefusals(NOBODY, REFUSALS_LOOKED_AT);
    const refusal = refusals.find(({ signalId }) => signalId === eventId);
    return refusal && { outcome: 'refused', eventId, refusal };
  });
  return answer ?? { outcome: 'unanswered', eventId };
}

/**
 * Of two controls of the same second the pause holds, so that this one gets a second of its own. It is dated after the
 * last even if that is in the future by this machine's clock.
 */
async function timeAfterLast({ controlledAtMs = 0 }: FleetRecord, clock: Clock): Promise<number> {
  const nextMs = wholeSecond(controlledAtMs) + SECOND_MS;
  const waitMs = nextMs - clock.nowMs();
  if (waitMs > 0 && waitMs <= SECOND_MS) await clock.sleep(waitMs);
  return Math.max(wholeSecond(clock.nowMs()), nextMs);
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / SECOND_MS) * SECOND_MS;
}
