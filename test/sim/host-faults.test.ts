import { beforeAll, describe, expect, it } from 'vitest';
import { type Simulation, simulate } from './simulate.ts';

const SEEDS = Array.from({ length: 24 }, (_, index) => index + 1);
/** How long a runbook takes that is neither slow nor hangs. */
const LONGEST_MS = 4_500;

/** A runbook whose host was struck while it ran. */
interface Struck {
  /** It had begun to act. */
  readonly hasBegun: boolean;
  /** It did all of its work. */
  readonly isPerformed: boolean;
  /** Its agent ran it late, after the command had been given up. */
  readonly isLate: boolean;
  /** The engine learned the command's id. If not, a later try finds the host offline and fails the step at once. */
  readonly isKnown: boolean;
  /** How the engine recorded the step's end, and how long after the fault. */
  readonly outcome: string | undefined;
  readonly endedAfterMs: number;
}

function struckBy(fault: string, { evidence: { trace } }: Simulation): readonly Struck[] {
  const prefix = `${fault} @ `;
  return trace
    .of('fault')
    .filter(({ id }) => id.startsWith(prefix))
    .map(({ id, atMs }) => {
      const place = id.slice(prefix.length);
      const [instanceId, operationId, stepId] = place.split(' ');
      const isStep = (step: { readonly operationId: string; readonly stepId: string }) =>
        step.operationId === operationId && step.stepId === stepId;
      const isOnHost = (run: Parameters<typeof isStep>[0] & { readonly instanceId: string }) =>
        isStep(run) && run.instanceId === instanceId;
      const ended = trace.of('step-ended').find(({ step }) => isStep(step));
      return {
        hasBegun: trace.of('effect').some(({ effect }) => isOnHost(effect) && effect.startMs === atMs),
        isPerformed: trace
          .of('performed')
          .some((run) => isOnHost(run) && run.atMs >= atMs && run.atMs <= atMs + LONGEST_MS),
        isLate: trace.of('fault').some((each) => each.id === `agent-runs-late @ agent ${place}`),
        isKnown: ended?.step.reference !== undefined,
        outcome: ended?.step.outcome,
        endedAfterMs: (ended?.atMs ?? Number.POSITIVE_INFINITY) - atMs,
      };
    });
}

describe('in the simulator, a host that acts', () => {
  const runs: Simulation[] = [];
  beforeAll(async () => {
    for (const seed of SEEDS) runs.push(await simulate(seed));
  });
  const struck = (fault: string) => runs.flatMap((run) => struckBy(fault, run));

  it('never completes an effect that it had begun when it crashed', () => {
    const crashed = struck('host-crashes-midway');
    expect(crashed.length).toBeGreaterThan(5);
    expect(crashed.filter(({ hasBegun, isPerformed }) => !hasBegun || isPerformed)).toEqual([]);
    // The engine hears nothing until the host is up again, or gives the step up.
    const awaited = crashed.filter(
      ({ isKnown, isLate, outcome }) => isKnown && !isLate && outcome !== 'CANCELLED',
    );
    expect(awaited.filter(({ endedAfterMs }) => endedAfterMs < LONGEST_MS)).toEqual([]);
    expect(new Set(crashed.map(({ outcome }) => outcome))).toContain('FAILED');
  });

  it('completes an effect while it is cut off, and reports it late or never', () => {
    const lost = struck('host-lost-midway');
    expect(lost.length).toBeGreaterThan(5);
    expect(lost.filter(({ hasBegun }) => !hasBegun)).toEqual([]);
    const done = lost.filter(({ isPerformed }) => isPerformed);
    const outcomes = new Set(
      done.filter(({ endedAfterMs }) => endedAfterMs > LONGEST_MS).map(({ outcome }) => outcome),
    );
    expect([...outcomes]).toEqual(expect.arrayContaining(['SUCCEEDED', 'TIMED_OUT']));
  });
});
