import { type AdmissionDecision, decideAdmission } from '../admission/decide-admission.ts';
import { earlyRefusal } from '../admission/early-refusal.ts';
import type { ModeInForce } from '../admission/mode-now.ts';
import type { Limits } from '../admission/records.ts';
import type { Refusal, RefusalReason } from '../admission/refusal.ts';
import type { CompiledConfiguration } from '../configuration/compiled.ts';
import type { Mode } from '../configuration/modes.ts';
import type { HealthAlert } from '../signal/health-alert.ts';
import { matchingStrategies } from '../signal/match-strategy.ts';
import type { CalendarStates } from '../window/calendar-state.ts';

/** What happens about an issue if no person acts. */
export type Outlook =
  | { readonly kind: 'in-flight'; readonly operationId: string; readonly strategyId: string }
  | { readonly kind: 'proposed'; readonly proposalId: string; readonly expiresAtMs: number }
  /** The next alert is admitted, in this mode. */
  | {
      readonly kind: 'admitted';
      readonly strategyId: string;
      readonly mode: Mode;
      /** What a person set at run time, if the configuration would let more be done. */
      readonly setMode?: ModeInForce;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Nothing heals it. */
  | { readonly kind: 'none' };

/** Refusals that end by themselves, without a person. */
const PASSING: ReadonlySet<RefusalReason> = new Set([
  'CAUSE_ELSEWHERE',
  'CHANGE_IN_PROGRESS',
  'COOLDOWN',
  'FLEET_BUSY',
  'GROUP_BUSY',
  'IN_PROGRESS',
  'TARGET_BUSY',
  'TRIGGER_PENDING',
]);

/** Whether nothing more will be done, so that the issue stays until a person acts. */
export function needsPerson(outlook: Outlook): boolean {
  switch (outlook.kind) {
    case 'none':
      return true;
    case 'refused':
      return !PASSING.has(outlook.refusal.reason);
    case 'admitted':
      return outlook.mode === 'observe';
    case 'in-flight':
    case 'proposed':
      return false;
  }
}

/** What admission knows of a component. */
export interface Known {
  readonly configuration: CompiledConfiguration;
  readonly limits: Limits;
  readonly calendars: CalendarStates;
  /** What triage answered lately for a reason that is not looked for here. @default nothing */
  readonly answered?: Refusal;
  readonly nowMs: number;
}

/** The outlook of an alert, as admission itself decides it now. Nothing is claimed. */
export function outlookOf(alert: HealthAlert, known: Known): Outlook {
  const { configuration, limits, nowMs } = known;
  const { claim, proposal } = limits.component;
  if (claim) return { kind: 'in-flight', operationId: claim.operationId, strategyId: claim.strategyId };
  if (proposal && proposal.expiresAtMs > nowMs) return { kind: 'proposed', ...proposal };
  const early = earlyRefusal(configuration, alert);
  if (early) return { kind: 'refused', refusal: early };
  return outlookAfter(
    decideAdmission({ ...known, alert, strategies: matchingStrategies(configuration.strategies, alert) }),
    known.answered,
  );
}

function outlookAfter(decision: AdmissionDecision, answered: Refusal | undefined): Outlook {
  if (decision.decision === 'refuse') return { kind: 'refused', refusal: decision.refusal };
  if (answered) return { kind: 'refused', refusal: answered };
  const strategyId = decision.strategy.id;
  if (decision.decision === 'grant') return { kind: 'admitted', strategyId, mode: 'auto' };
  const { decision: mode, setMode } = decision;
  return { kind: 'admitted', strategyId, mode, ...(setMode && { setMode }) };
}
