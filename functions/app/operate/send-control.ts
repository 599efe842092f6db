import { isOfComponent, overrideOf, stateOf } from '../../core/admission/override.ts';
import type { Setting } from '../../core/admission/records.ts';
import type { RefusalRecord } from '../../core/admission/refusal.ts';
import type { Mode } from '../../core/configuration/modes.ts';
import { isSetting, scopeOf } from '../../core/signal/control-event.ts';
import { NOBODY } from '../../core/signal/named-component.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { OperatorEvents } from '../../ports/operator-events.ts';
import { waitFor } from './wait-for.ts';

/** A control is the only one of its second, so that few are looked through. */
const REFUSALS_LOOKED_AT = 20;
const SECOND_MS = 1_000;

export interface SendControlDeps {
  readonly store: Pick<OperationStore, 'readFleet' | 'readComponents' | 'listRefusals'>;
  readonly events: OperatorEvents;
  readonly clock: Clock;
}

/** `detail` of the `Selfheal Control`. */
export type ControlDetail = { readonly reason?: string } & (
  | { readonly command: 'pause'; readonly group?: string; readonly for?: number }
  | { readonly command: 'resume'; readonly group?: string }
  | { readonly command: 'exclude'; readonly component: string; readonly for?: number }
  | { readonly command: 'include'; readonly component: string }
  | { readonly command: 'open_window'; readonly window: string; readonly for?: number }
  | { readonly command: 'close_window'; readonly window: string }
  | {
      readonly command: 'set_mode';
      readonly mode: Mode;
      readonly group?: string;
      readonly component?: string;
      readonly for?: number;
    }
);

export interface SendControlInput {
  readonly source: string;
  readonly detail: ControlDetail;
  readonly timeoutMs: number;
}

/**
 * `confirmed`: read back from the table. `overtaken`: a later control of somebody else holds. `unanswered`: the event
 * was accepted by the bus, and nothing has come of it yet. `setting` is what is on record then, if something is set.
 */
export type SendControlResult =
  | { readonly outcome: 'confirmed'; readonly eventId: string; readonly setting?: Setting }
  | { readonly outcome: 'overtaken'; readonly eventId: string; readonly setting?: Setting }
  | { readonly outcome: 'refused'; readonly eventId: string; readonly refusal: RefusalRecord }
  | { readonly outcome: 'unanswered'; readonly eventId: string };

/** Sets something as a person, or lifts it, and waits until the table says so. */
export async function sendControl(
  deps: SendControlDeps,
  { source, detail, timeoutMs }: SendControlInput,
): Promise<SendControlResult> {
  const { store, events, clock } = deps;
  const { givenAtMs: lastMs } = await onRecord(deps, detail);
  const atMs = await timeAfter(lastMs, clock);
  const requested = stateRequested(detail);
  const eventId = await events.send({ detailType: 'Selfheal Control', source, atMs, detail });
  const answer = await waitFor<SendControlResult>(clock, timeoutMs, async () => {
    const { givenAtMs, setting } = await onRecord(deps, detail);
    const isAsRequested = stateOf(setting) === requested;
    // Triage dates a control from its future earlier, so that of a clock that is ahead is known by what it says.
    if (givenAtMs >= atMs || (givenAtMs > lastMs && isAsRequested))
      return { outcome: isAsRequested ? 'confirmed' : 'overtaken', eventId, ...(setting && { setting }) };
    const component = 'component' in detail ? detail.component : undefined;
    const filed = [NOBODY, ...(component === undefined ? [] : [component])];
    const refusals = await Promise.all(filed.map((name) => store.listRefusals(name, REFUSALS_LOOKED_AT)));
    const refusal = refusals.flat().find(({ signalId }) => signalId === eventId);
    return refusal && { outcome: 'refused', eventId, refusal };
  });
  return answer ?? { outcome: 'unanswered', eventId };
}

/** As `stateOf` has it. */
function stateRequested(detail: ControlDetail): string {
  if (!isSetting(detail)) return 'lifted';
  return detail.command === 'set_mode' ? detail.mode : 'set';
}

/** The latest control of the same part. */
async function onRecord(
  { store }: SendControlDeps,
  detail: ControlDetail,
): Promise<{ readonly givenAtMs: number; readonly setting?: Setting }> {
  const scope = scopeOf(detail);
  const fleet = await store.readFleet();
  if (scope === undefined) {
    const { pause, controlledAtMs = 0 } = fleet;
    return { givenAtMs: controlledAtMs, ...(pause && { setting: pause }) };
  }
  const [component] = isOfComponent(scope) ? await store.readComponents([scope.name]) : [];
  return overrideOf(scope, component, fleet) ?? { givenAtMs: 0 };
}

/**
 * Of two controls of the same second one kind holds, so that this one gets a second of its own. It is dated after the
 * last even if that is in the future by this machine's clock.
 */
async function timeAfter(lastMs: number, clock: Clock): Promise<number> {
  const nextMs = wholeSecond(lastMs) + SECOND_MS;
  const waitMs = nextMs - clock.nowMs();
  if (waitMs > 0 && waitMs <= SECOND_MS) await clock.sleep(waitMs);
  return Math.max(wholeSecond(clock.nowMs()), nextMs);
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / SECOND_MS) * SECOND_MS;
}
