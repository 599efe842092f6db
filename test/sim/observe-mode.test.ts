// @slow
import { describe, expect, it } from 'vitest';
import type { DefectHooks } from './defects/defect.ts';
import { isOfResources } from './faults/outages.ts';
import { type Simulation, type SimulationOptions, simulate } from './simulate.ts';

const SEEDS = Array.from({ length: 8 }, (_, index) => index + 1);
const CALM: ReadonlySet<string> = new Set();

/** What carries out an action, undoes one, or starts what would. */
const EXECUTING = new Set([
  'runbooks.send',
  'runbooks.cancel',
  'functions.invoke',
  'executions.start',
  'store.admit',
  'store.beginStep',
  'store.recordStep',
]);

/** A run in observe mode, and every call that could have touched something. */
async function observed(seed: number, options: Pick<SimulationOptions, 'only'> = {}) {
  const calls: string[] = [];
  const create = (): DefectHooks => ({
    call: (call, proceed) => {
      const name = `${call.port}.${call.method}`;
      if (EXECUTING.has(name)) calls.push(`${call.functionName}: ${name}`);
      return proceed();
    },
  });
  const run = await simulate(seed, { ...options, mode: 'observe', defect: { create } });
  return { run, calls };
}

/**
 * Decisions in their order, until the two runs part: once an operation has repaired something or ended, other signals
 * follow than where nothing is touched.
 */
function decisionsOf({ evidence: { trace } }: Simulation, untilMs: number): readonly string[] {
  return trace.all
    .filter(({ atMs }) => atMs <= untilMs)
    .flatMap((each) => {
      if (each.kind === 'refused') {
        const { component, reason, strategyId = '', eligibleAtMs = '' } = each.refusal;
        // How long another operation holds its claim is known by its lease alone.
        const until = reason === 'IN_PROGRESS' ? '' : eligibleAtMs;
        return [`${each.atMs} ${component}: ${reason} ${strategyId} ${until}`];
      }
      if (each.kind !== 'admitted' && each.kind !== 'observed') return [];
      return [`${each.atMs} ${JSON.stringify([each.operation, each.grant])}`];
    });
}

/** Nothing that is begun ends, so that in auto mode, too, nothing is repaired and every budget stays spent. */
const HANGING = {
  create: (): DefectHooks => ({
    hosts: (hosts) => ({ ...hosts, runScript: () => new Promise(() => {}) }),
    call: ({ port }, proceed) => (isOfResources(port) ? new Promise(() => {}) : proceed()),
  }),
};

/**
 * Decisions in a storm in their order: what is refused and why, what is granted to which plan. When each arrives is
 * drawn again once the runs part, and fences count seconds: both are left out.
 */
function verdictsOf({ evidence: { trace } }: Simulation, untilMs: number): readonly string[] {
  const withoutTimes = (key: string, value: unknown) =>
    key === 'fence' || key === 'signalId' || key.endsWith('Ms') ? undefined : value;
  return trace.all
    .filter(({ atMs }) => atMs <= untilMs)
    .flatMap((each) => {
      if (each.kind === 'refused') {
        const { component, reason, strategyId = '' } = each.refusal;
        return [`${component}: ${reason} ${strategyId}`];
      }
      if (each.kind !== 'admitted' && each.kind !== 'observed') return [];
      return [`${each.operation.component}: ${JSON.stringify([each.operation, each.grant], withoutTimes)}`];
    });
}

/** When the first operation acted on a host or ended, or would have ended. Looking at hosts changes nothing. */
function partingMs(auto: Simulation, observing: Simulation): number {
  const first = (times: readonly { readonly atMs: number }[]) => times[0]?.atMs ?? Number.POSITIVE_INFINITY;
  const { trace } = auto.evidence;
  const ends = observing.evidence.trace
    .of('observed')
    .map(({ grant }) => grant.startedAtMs + grant.plan.strategy.verify.timeoutSeconds * 1_000);
  return Math.min(first(trace.of('effect')), first(trace.of('concluded')), ...ends);
}

describe('the simulator in observe mode', () => {
  it('touches nothing, whatever goes wrong', async () => {
    let observations = 0;
    for (const seed of SEEDS) {
      const { run, calls } = await observed(seed);
      expect(calls, `seed ${seed}`).toEqual([]);
      const { trace } = run.evidence;
      expect([...trace.of('effect'), ...trace.of('sent'), ...trace.of('admitted')], `seed ${seed}`).toEqual(
        [],
      );
      observations += trace.of('observed').length;
    }
    expect(observations).toBeGreaterThan(5 * SEEDS.length);
  });

  it('decides as auto mode does on the same seed, for as long as both see the same', async () => {
    let compared = 0;
    for (const seed of SEEDS) {
      const auto = await simulate(seed, { only: CALM });
      const { run } = await observed(seed, { only: CALM });
      const untilMs = partingMs(auto, run);
      const expected = decisionsOf(auto, untilMs);
      expect(decisionsOf(run, untilMs), `seed ${seed}`).toEqual(expected);
      compared += expected.length;
    }
    expect(compared).toBeGreaterThan(SEEDS.length);
  });

  it('spends budgets in a storm as auto mode does: the same are granted, and the same refused', async () => {
    const reasons = new Set<string>();
    for (const seed of SEEDS) {
      const auto = await simulate(seed, { only: CALM, storm: true, defect: HANGING });
      const observing = await simulate(seed, { only: CALM, storm: true, mode: 'observe' });
      const untilMs = partingMs(auto, observing);
      const expected = verdictsOf(auto, untilMs);
      expect(verdictsOf(observing, untilMs), `seed ${seed}`).toEqual(expected);
      // The runs may part before the alarm of the last component arrives.
      const components = Object.keys(auto.evidence.fleet.components);
      const decided = new Set(expected.map((text) => text.split(':')[0]));
      expect(decided.size, `seed ${seed}`).toBeGreaterThan(components.length / 2);
      for (const text of expected) reasons.add(/: (?<reason>[A-Z_]+) /.exec(text)?.groups?.['reason'] ?? '');
    }
    expect([...reasons]).toEqual(expect.arrayContaining(['FLEET_BUSY', 'GROUP_BUSY', 'GROUP_UNHEALTHY']));
  });
});
