import { beforeAll, describe, expect, it } from 'vitest';
import { type Simulation, simulate } from './simulate.ts';

const SEEDS = Array.from({ length: 24 }, (_, index) => index + 1);
/** What is neither slow nor hangs is done within so long. */
const LONGEST_MS = 4_500;

/** What became of a runbook while which a fault struck its host. */
interface Struck {
  /** It had begun to act. */
  readonly hasBegun: boolean;
  /** It did all of its work. */
  readonly isPerformed: boolean;
  /** Its agent ran it late: the command had been given up before. */
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

describe('while a runbook runs, in the simulator,', () => {
  const runs: Simulation[] = [];
  beforeAll(async () => {
    for (const seed of SEEDS) runs.push(await simulate(seed));
  });
  const struck = (fault: string) => runs.flatMap((run) => struckBy(fault, run));

  it('a host crashes: the effect has begun, and is never complete', () => {
    const crashed = struck('host-crashes-midway');
    expect(crashed.length).toBeGreaterThan(5);
    expect(crashed.filter(({ hasBegun, isPerformed }) => !hasBegun || isPerformed)).toEqual([]);
    // The engine hears of it when the host is up again, or gives the step up: at once it hears nothing.
    const awaited = crashed.filter(({ isKnown, isLate }) => isKnown && !isLate);
    expect(awaited.filter(({ endedAfterMs }) => endedAfterMs < LONGEST_MS)).toEqual([]);
    expect(new Set(crashed.map(({ outcome }) => outcome))).toContain('FAILED');
  });

  it('a host gets lost: the effect is complete, and is told of late or never', () => {
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
