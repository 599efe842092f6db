import { type CheckResource, readServiceReference } from '../../../local/cfn-lint/service-reference.ts';
import { synthesizeTemplates } from '../../../local/embedded/cloudformation/synthesize.ts';
import { type PolicyEvaluator, startPolicyEvaluator } from '../../../local/ministack/policy-evaluator.ts';
import { describe, type Grant, nameIn } from '../grant.ts';
import type { Finding } from '../page.ts';
import { allowedPairs, isMatched, type Pair, withoutPair } from '../policy-document.ts';
import type { ProofOptions } from '../prove.ts';
import type { Miss } from '../trial.ts';
import { type RolePolicies, rolePoliciesOf } from './role-policies.ts';
import type { TargetScenario } from './scenarios/target-scenario.ts';
import { configurationOf, type TargetConfiguration } from './target-configuration.ts';
import { openTargetPlace } from './target-place.ts';

/** What is proven here; the rest is proven where the table, the topics and the rules are. */
const ABOUT_TARGETS =
  /^(appconfig|autoscaling|codedeploy|ec2|ecs|elasticloadbalancing|iam|lambda|rds):|^ssm:(\w+AutomationExecution|GetCalendarState)$|^xray:Get(ServiceGraph|TraceSummaries)$|^logs:\w+Query(Results)?$|^cloudtrail:LookupEvents$/;
const OWN_FUNCTIONS = ':function:selfheal-';
/** The documents that are sent only with some configurations. */
const DOCUMENTS = /:document\/(selfheal-look-at-kernel|acme-)/;

/** What is deployed for scenarios with the same configuration. */
interface Deployed {
  readonly configuration: TargetConfiguration;
  readonly policies: RolePolicies;
  readonly evaluator: PolicyEvaluator;
}

/** What decides, and what says whether it was asked as AWS asks. */
interface Judges {
  readonly evaluator: PolicyEvaluator;
  readonly checkResource: CheckResource;
}

/** A grant, with the scenarios that use it where it is deployed. */
interface Candidate {
  readonly grant: Grant;
  readonly uses: readonly TargetScenario[];
  readonly deployed: Deployed;
}

/**
 * Proves what functions may do on targets, with the embedded cloud in virtual time. A grant that several configurations
 * have counts as proven if one of their scenarios misses it.
 */
export async function proveTargets(
  scenarios: readonly TargetScenario[],
  options: ProofOptions,
): Promise<readonly Finding[]> {
  const checkResource = await readServiceReference();
  const evaluator = await startPolicyEvaluator();
  const findings: Finding[] = [];
  try {
    const chosen = scenarios.filter(({ name }) => options.scenarios.test(name));
    const candidates: Candidate[] = [];
    for (const alike of Map.groupBy(chosen, ({ plan }) => JSON.stringify(plan)).values())
      candidates.push(...(await candidatesOf(alike, { evaluator, checkResource }, options)));
    for (const [name, same] of Map.groupBy(candidates, ({ grant }) => describe(grant.name))) {
      if (!name.includes(options.only)) continue;
      const finding = await findingOf(same, options);
      await options.report(finding);
      findings.push(finding);
    }
  } finally {
    evaluator.close();
  }
  return findings;
}

/** Plays every scenario with all grants, which shows the grants that it uses. */
async function candidatesOf(
  scenarios: readonly TargetScenario[],
  { evaluator, checkResource }: Judges,
  { fails }: ProofOptions,
): Promise<readonly Candidate[]> {
  const [first] = scenarios;
  if (!first) return [];
  const configuration = configurationOf(first.plan);
  const { engine, graph, investigation } = synthesizeTemplates(configuration.compiled);
  const policies = rolePoliciesOf({
    ...{ SelfhealEngine: engine, SelfhealGraph: graph, SelfhealInvestigation: investigation },
  });
  const deployed = { configuration, policies, evaluator };
  const uses = new Map<Grant, TargetScenario[]>(grantsOf(policies).map((grant) => [grant, []]));
  for (const scenario of scenarios) {
    const { problem, decisions, failures } = await played(scenario, deployed);
    const wrong =
      problem ??
      failures.find(({ message }) => !isMeant(message))?.message ??
      decisions.flatMap(({ action, resource }) => checkResource(action, resource) ?? [])[0];
    if (wrong !== undefined) await fails(scenario, wrong);
    else
      for (const [grant, found] of uses)
        if (decisions.some((decision) => decision.allowed && grant.covers(decision))) found.push(scenario);
  }
  return [...uses].map(([grant, found]) => ({ grant, uses: found, deployed }));
}

async function findingOf(same: readonly Candidate[], { exemption }: ProofOptions): Promise<Finding> {
  const [
    {
      grant: { name },
    } = { grant: { name: { holder: '', action: '', resource: '' } } },
  ] = same;
  for (const { grant, uses, deployed } of same)
    for (const scenario of uses) {
      const miss = await missOf(grant, scenario, deployed);
      if (miss) return { name, outcome: { kind: 'proven', scenario: scenario.name, ...miss } };
    }
  const why = exemption(name);
  if (why !== undefined) return { name, outcome: { kind: 'exempt', why } };
  return { name, outcome: { kind: same.every(({ uses }) => uses.length === 0) ? 'unused' : 'unmissed' } };
}

/**
 * How a grant is missed in a scenario; `undefined` if it is not: nobody asked for it, nothing came of it, or the architect
 * was not told who misses it.
 */
async function missOf(grant: Grant, scenario: TargetScenario, deployed: Deployed): Promise<Miss | undefined> {
  const { problem, decisions, told } = await grant.without(() => played(scenario, deployed));
  const denied = decisions.filter((decision) => !decision.allowed && grant.covers(decision));
  const isTold = denied.some(({ action, resource, role }) =>
    told.some((text) => [action, resource, role].every((part) => text.includes(part))),
  );
  if (!isTold) return undefined;
  return problem === undefined
    ? { by: 'named', what: 'noted, for the architect' }
    : { by: 'scenario', what: problem };
}

/** A scenario in a cloud of its own. */
async function played(scenario: TargetScenario, { configuration, policies, evaluator }: Deployed) {
  const place = await openTargetPlace(configuration, policies, evaluator);
  try {
    await scenario.prepare?.(place);
    const problem = await scenario.run(place).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '',
    );
    return {
      problem,
      decisions: place.decisions(),
      failures: place.failures(),
      told: place.cloud.notifier
        .notifications()
        .filter(({ topic }) => topic === 'architect')
        .map(({ body }) => JSON.stringify(body)),
    };
  } finally {
    place.end();
  }
}

/** A function that a scenario has die. */
function isMeant(failure: string): boolean {
  return failure.startsWith('Runtime.ExitError');
}

function grantsOf(policies: RolePolicies): readonly Grant[] {
  return policies.roles.flatMap((role) =>
    policies
      .documents(role)
      .flatMap(allowedPairs)
      .filter(isAboutTargets)
      .map((pair) => ({
        name: { holder: nameIn(role), action: pair.action, resource: nameIn(pair.resource) },
        covers: ({ principal, action, resource }) =>
          action === pair.action &&
          principal.includes(`:assumed-role/${role}/`) &&
          isMatched(pair.resource, resource),
        without: (during) => policies.changed(role, (document) => withoutPair(document, pair), during),
      })),
  );
}

function isAboutTargets({ action, resource }: Pair): boolean {
  if (action === 'ssm:SendCommand') return DOCUMENTS.test(resource);
  return ABOUT_TARGETS.test(action) && !resource.includes(OWN_FUNCTIONS);
}
