import { readFile } from 'node:fs/promises';
import type { Decision } from '../../local/ministack/iam.ts';
import { describe, type Grant, type GrantName } from './grant.ts';
import { listGrants } from './grants.ts';
import type { Finding } from './page.ts';
import type { Scenario } from './scenarios/scenario.ts';
import type { Run, Setting } from './settings.ts';
import { iamOf, problemWith, tryWithout } from './trial.ts';

/** How many of the scenarios that use a grant are tried. */
const SCENARIOS_A_GRANT = 3;

/** What is proven, and who learns about it. */
export interface ProofOptions {
  readonly only: string;
  /** Only scenarios with this in their name. */
  readonly scenarios: RegExp;
  readonly places: number;
  /** Proven before. */
  readonly known: readonly Finding[];
  readonly report: (finding: Finding) => Promise<void>;
  /** Called with a scenario that fails although every grant is there: it proves nothing. */
  readonly fails: (scenario: { readonly name: string }, problem: string) => Promise<void>;
  /** Why a grant is not tried; `undefined` if it is. */
  readonly exemption: (name: GrantName) => string | undefined;
}

interface Use {
  readonly scenario: Scenario;
  readonly tookMs: number;
}

interface Candidate {
  readonly name: GrantName;
  /** The quickest first. */
  readonly uses: readonly Use[];
}

/** Proves the grants of a setting's stacks. */
export async function proveSetting(setting: Setting, options: ProofOptions): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const found = async (finding: Finding) => {
    findings.push(finding);
    await options.report(finding);
  };
  const candidates: Candidate[] = [];
  for (const candidate of await usesOfGrants(setting, options)) {
    const why = options.exemption(candidate.name);
    const before = options.known.find(({ name }) => describe(name) === describe(candidate.name));
    if (why !== undefined) await found({ name: candidate.name, outcome: { kind: 'exempt', why } });
    else if (before) findings.push(before);
    else if (candidate.uses.length === 0) await found({ name: candidate.name, outcome: { kind: 'unused' } });
    else candidates.push(candidate);
  }
  // Shared out as they take time, so that all places end together.
  const places = setting.name === 'engine' ? options.places : 1;
  const shares = Array.from({ length: Math.min(places, candidates.length) }, (_, place) =>
    candidates
      .toSorted((a, b) => (a.uses[0]?.tookMs ?? 0) - (b.uses[0]?.tookMs ?? 0))
      .filter((_candidate, index) => index % places === place),
  );
  await Promise.all(shares.map((share) => tryShare(setting, share, found)));
  return findings;
}

function isSettled(name: GrantName, { known, exemption }: ProofOptions): boolean {
  return exemption(name) !== undefined || known.some((one) => describe(one.name) === describe(name));
}

/** What an earlier run proved. */
export async function provenBefore(path: string): Promise<readonly Finding[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Finding);
}

/** Runs every scenario once, alone, so that what is decided meanwhile is decided for it. */
async function usesOfGrants(setting: Setting, options: ProofOptions): Promise<readonly Candidate[]> {
  const { only, fails, scenarios } = options;
  const runs = setting.scenarios
    .filter(({ name }) => scenarios.test(name))
    .map((scenario, index) => ({ component: `run-${index}`, scenario }));
  const place = await setting.open(runs);
  try {
    const grants = (await listGrants(place.aws)).filter(
      ({ name }) => setting.stack.test(name.holder) && describe(name).includes(only),
    );
    const uses = new Map<Grant, Use[]>(grants.map((grant) => [grant, []]));
    const iam = iamOf(place);
    for (const run of grants.every(({ name }) => isSettled(name, options)) ? [] : runs) {
      const before = (await iam.decisions()).length;
      const startedAtMs = Date.now();
      const problem = await problemWith(place, run);
      const tookMs = Date.now() - startedAtMs;
      const decisions = await iam.decisions(before);
      if (problem !== undefined) {
        const denied = decisions.filter(({ allowed }) => !allowed).map(described);
        const what = `${problem}; denied: ${denied.join(', ') || 'nothing'}`;
        await fails(run.scenario, what);
        continue;
      }
      for (const [grant, found] of uses)
        if (
          (run.scenario.proves?.test(grant.name.holder) ?? true) &&
          decisions.some((decision) => decision.allowed && grant.covers(decision))
        )
          found.push({ scenario: run.scenario, tookMs });
      console.log(`with all | ${run.scenario.name} | ${tookMs} ms, ${decisions.length} decisions`);
    }
    return grants.map((grant) => ({
      name: grant.name,
      uses: (uses.get(grant) ?? []).sort((a, b) => a.tookMs - b.tookMs).slice(0, SCENARIOS_A_GRANT),
    }));
  } finally {
    await place.stop();
  }
}

function described({ principal, action, resource }: Decision): string {
  return `${action} on ${resource} for ${principal}`;
}

async function tryShare(
  setting: Setting,
  share: readonly Candidate[],
  found: (finding: Finding) => Promise<void>,
): Promise<void> {
  const runs: Run[] = [];
  const trials = share.map(({ name, uses }) => ({
    name,
    tries: uses.map(({ scenario, tookMs }) => {
      const run = { component: `run-${runs.length}`, scenario };
      runs.push(run);
      return { run, tookMs };
    }),
  }));
  const place = await setting.open(runs);
  try {
    const deployed = new Map((await listGrants(place.aws)).map((grant) => [describe(grant.name), grant]));
    for (const { name, tries } of trials) {
      const grant = deployed.get(describe(name));
      if (!grant) throw new Error(`${describe(name)} is not deployed again`);
      let outcome: Finding['outcome'] = { kind: 'unmissed' };
      for (const { run, tookMs } of tries) {
        const miss = await tryWithout(place, grant, run, tookMs);
        if (miss) outcome = { kind: 'proven', scenario: run.scenario.name, ...miss };
        if (miss) break;
      }
      await found({ name, outcome });
    }
  } finally {
    await place.stop();
  }
}
