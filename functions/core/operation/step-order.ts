import { assertNever } from '../assert-never.ts';
import { type StepId, type StepPhase, stepNumber, stepPhase } from './operation.ts';

const PLACES = 1_000;

/**
 * Where a try at a step stands among all tries of its operation: whatever begins later has a higher number. A function
 * that was held up, and begins a step that the operation has long left behind, is known by it; clocks are not asked.
 *
 * @param takeovers how far the claim's fence is above the one that the operation was admitted under
 * @param attempt how often the state machine had tried the step before
 */
export function stepOrder(takeovers: number, stepId: StepId, attempt: number): number {
  const places = [phaseRank(stepPhase(stepId)), stepNumber(stepId), Math.min(attempt, PLACES - 1)];
  return places.reduce((order, place) => order * PLACES + place, takeovers);
}

function phaseRank(phase: StepPhase): number {
  switch (phase) {
    case 'heal':
      return 0;
    case 'verify':
      return 1;
    case 'rollback':
      return 2;
    case 'escalate':
    case 'keep':
      return 3;
    default:
      return assertNever(phase);
  }
}
