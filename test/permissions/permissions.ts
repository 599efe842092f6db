import { IAMClient } from '@aws-sdk/client-iam';
import type { Iam } from '../../local/ministack/iam.ts';
import { type MiniStackPlace, openMiniStack } from '../conformance/places/ministack.ts';
import { exemption } from './exempt.ts';
import { allows, type Grant, listGrants, without } from './grants.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';

/**
 * `npm run permissions`: takes each granted pair of action and resource away, and names the scenario that then fails.
 * First every scenario runs with all grants, which tells the grants that it uses; then each grant is taken away for the
 * first scenario that uses it. A scenario fails if it is not as it must be, or if a function fails.
 *
 * Prints a line for each grant. Exit code 1 if a grant is needed by no scenario, or is taken away and nobody notices.
 */

interface Use {
  readonly grant: Grant;
  readonly scenario?: Scenario;
}

const only = process.argv[2];
const uses = await usesOfGrants();
const tried = uses.filter(({ scenario }) => scenario !== undefined);
const unnoticed = await takeEachAway(tried);
const unused = uses.filter(({ scenario, grant }) => !scenario && exemption(grant) === undefined);
for (const { grant } of unused) console.log(`UNUSED     ${describe(grant)}`);
console.log(`${tried.length - unnoticed.length} passed, ${unnoticed.length + unused.length} failed`);
process.exit(unnoticed.length + unused.length > 0 ? 1 : 0);

/** With every scenario run once, alone, so that what is decided meanwhile is decided for it. */
async function usesOfGrants(): Promise<readonly Use[]> {
  const place = await open(SCENARIOS.map((scenario, index) => [nameOf(index), scenario]));
  try {
    const grants = (await listGrants(clientOf(place))).filter((grant) =>
      describe(grant).includes(only ?? ''),
    );
    const used = new Map<Grant, Scenario>();
    for (const [index, scenario] of SCENARIOS.entries()) {
      const before = (await iamOf(place).decisions()).length;
      const problem = await problemWith(place, scenario, nameOf(index));
      const decisions = (await iamOf(place).decisions()).slice(before);
      if (problem !== undefined) {
        const denied = decisions
          .filter(({ allowed }) => !allowed)
          .map(({ action, resource }) => `${action} ${resource}`);
        throw new Error(
          `${scenario.name} fails with every grant: ${problem}; denied: ${denied.join(', ') || 'nothing'}`,
        );
      }
      for (const grant of grants)
        if (!used.has(grant) && decisions.some((decision) => allows(grant, decision)))
          used.set(grant, scenario);
      console.log(`with all   ${scenario.name}: ${decisions.length} decisions`);
    }
    return grants.map((grant) => {
      const scenario = used.get(grant);
      return { grant, ...(scenario && { scenario }) };
    });
  } finally {
    await place.stop();
  }
}

/** @returns those that nobody missed */
async function takeEachAway(all: readonly Use[]): Promise<readonly Use[]> {
  const runs = all.flatMap(({ scenario }, index) => (scenario ? [[nameOf(index), scenario] as const] : []));
  if (runs.length === 0) return [];
  const place = await open(runs);
  const iam = clientOf(place);
  const missed: Use[] = [];
  try {
    const deployed = await listGrants(iam);
    for (const [index, use] of all.entries()) {
      const { scenario } = use;
      // Names of roles differ from deployment to deployment only where CloudFormation makes them up.
      const grant = deployed.find((candidate) => describe(candidate) === describe(use.grant));
      if (!scenario || !grant) throw new Error(`${describe(use.grant)} is not deployed again`);
      const problem = await without(iam, grant, () => problemWith(place, scenario, nameOf(index)));
      if (problem === undefined) missed.push(use);
      const verdict = problem === undefined ? 'NOT MISSED' : 'missed    ';
      console.log(`${verdict} ${describe(grant)} | ${scenario.name} | ${problem ?? ''}`);
    }
  } finally {
    await place.stop();
  }
  return missed;
}

async function open(runs: readonly (readonly [string, Scenario])[]): Promise<MiniStackPlace> {
  return await openMiniStack({
    settings: { repairTimeoutSeconds: '10m' },
    components: Object.fromEntries(runs.map(([name, { component }]) => [name, component])),
  });
}

/** What is wrong, in a line; `undefined` if nothing is. */
async function problemWith(
  place: MiniStackPlace,
  scenario: Scenario,
  component: string,
): Promise<string | undefined> {
  const before = (await iamOf(place).failures()).length;
  const thrown = await scenario.run(place, component).then(
    () => undefined,
    (error: unknown) => firstLine(error),
  );
  const failures = (await iamOf(place).failures()).slice(before);
  return thrown ?? failures[0];
}

function iamOf({ iam }: MiniStackPlace): Iam {
  if (!iam) throw new Error('this needs MiniStack: unset SELFHEAL_AWS_ENDPOINT');
  return iam;
}

function clientOf({ aws }: MiniStackPlace): IAMClient {
  return new IAMClient(aws);
}

function nameOf(index: number): string {
  return `run-${index}`;
}

/** The role without what CloudFormation adds to its name, and the resource without region and account. */
function describe({ roleName, action, resource }: Grant): string {
  return `${roleName.replace(/-?[A-Z0-9]{8,}(-\w+)?$/, '')} ${action} ${resource.replace(/^arn:aws:\w+:[\w-]*:\d*:/, '')}`;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
