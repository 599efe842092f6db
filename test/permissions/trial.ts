import type { Iam } from '../../local/ministack/iam.ts';
import type { MiniStackPlace } from '../conformance/places/ministack.ts';
import type { Grant } from './grant.ts';
import { forgetDenials, type Scenario } from './scenarios/scenario.ts';
import type { Run } from './settings.ts';

const LOOK_EVERY_MS = 300;
/** How much longer than usual a scenario may take before it counts as stuck. */
const SLOWNESS = 2;
const PATIENCE_MS = 25_000;
/** With what its last round takes. */
const MINUTE_MS = 80_000;

class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/** How a grant was missed. */
export interface Miss {
  /** `scenario`: it failed. `function`: a function did, which rings an alarm. `named`: the architect is notified of it. */
  readonly by: 'scenario' | 'function' | 'named';
  readonly what: string;
}

/** What is wrong with a scenario that may do everything, in a line; `undefined` if nothing is. */
export async function problemWith(
  place: MiniStackPlace,
  { scenario, component }: Run,
): Promise<string | undefined> {
  const iam = iamOf(place);
  const before = (await iam.failures()).length;
  const problem = await ended(scenario, place, component);
  return problem ?? (await unexpectedFailures(iam, before, scenario))[0];
}

/**
 * Takes a grant away while a scenario runs, until it is clear that it is missed.
 *
 * @param usualMs how long the scenario takes with the grant
 * @returns `undefined` if nobody missed it: it was asked for in vain, and not even that, maybe
 */
export async function tryWithout(
  place: MiniStackPlace,
  grant: Grant,
  run: Run,
  usualMs: number,
): Promise<Miss | undefined> {
  const iam = iamOf(place);
  const since = { decisions: (await iam.decisions()).length, failures: (await iam.failures()).length };
  const wasDenied = async () =>
    (await iam.decisions(since.decisions)).some((decision) => !decision.allowed && grant.covers(decision));
  // Noted once a day: one that an earlier trial caused would hide this one's.
  await forgetDenials(place);
  const startedAtMs = Date.now();
  const { place: lent, abandon } = abandonable(place);
  try {
    return await grant.without(async () => {
      let isOver = false;
      const problem = ended(run.scenario, lent, run.component).finally(() => {
        isOver = true;
      });
      while (!isOver) {
        await Promise.race([problem, place.sleep(LOOK_EVERY_MS)]);
        const [failure] = await unexpectedFailures(iam, since.failures, run.scenario, grant);
        if (failure !== undefined && (await wasDenied())) return { by: 'function', what: failure };
        const tookMs = Date.now() - startedAtMs;
        if (!isOver && tookMs > usualMs * SLOWNESS + PATIENCE_MS)
          return (await wasDenied())
            ? { by: 'scenario', what: `not done within ${Math.round(tookMs / 1_000)} s` }
            : undefined;
      }
      const what = await problem;
      if (!(await wasDenied())) return undefined;
      if (what !== undefined) return { by: 'scenario', what };
      // A function that works for a minute fails at its end.
      for (let waitedMs = 0; waitedMs < MINUTE_MS; waitedMs += LOOK_EVERY_MS) {
        const [failure] = await unexpectedFailures(iam, since.failures, run.scenario, grant);
        if (failure !== undefined) return { by: 'function', what: failure };
        const named = (await place.store.listDenials()).some(
          ({ action, notedAtMs }) => action === grant.name.action && notedAtMs >= startedAtMs,
        );
        if (named) return { by: 'named', what: 'noted, for the architect' };
        await place.sleep(LOOK_EVERY_MS);
      }
      return undefined;
    });
  } finally {
    abandon();
  }
}

async function ended(
  scenario: Scenario,
  place: MiniStackPlace,
  component: string,
): Promise<string | undefined> {
  return await scenario.run(place, component).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '',
  );
}

/** Of functions that the scenario does not break itself. @param grant that they say they miss. @default any */
async function unexpectedFailures(
  iam: Iam,
  since: number,
  { breaks = [] }: Scenario,
  grant?: Grant,
): Promise<readonly string[]> {
  return (await iam.failures(since))
    .filter((failure) => !breaks.includes(failure.function))
    .filter(({ message }) => grant === undefined || message.includes(grant.name.action))
    .map(({ function: name, message }) => `${name}: ${message.split('\n')[0]}`);
}

/** A place that refuses everything once it is abandoned, so that a scenario does not outlive its trial. */
function abandonable(place: MiniStackPlace): {
  readonly place: MiniStackPlace;
  readonly abandon: () => void;
} {
  let isAbandoned = false;
  const lent = new Proxy(place, {
    get: (target, key) => {
      if (isAbandoned) throw new Abandoned('the trial is over');
      return Reflect.get(target, key);
    },
  });
  return {
    place: lent,
    abandon: () => {
      isAbandoned = true;
    },
  };
}

export function iamOf({ iam }: MiniStackPlace): Iam {
  if (!iam) throw new Error('this needs MiniStack: unset SELFHEAL_AWS_ENDPOINT');
  return iam;
}
