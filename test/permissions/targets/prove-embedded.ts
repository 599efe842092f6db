import { type CheckResource, readServiceReference } from '../../../local/cfn-lint/service-reference.ts';
import { synthesizeTemplates } from '../../../local/embedded/cloudformation/synthesize.ts';
import type { Failure } from '../../../local/ministack/iam.ts';
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

/** Grants that scenarios on the embedded cloud prove. */
export interface EmbeddedProof {
  readonly scenarios: readonly TargetScenario[];
  /** Whether this is one of the grants. @param role as its stack and construct are called */
  readonly isAbout: (role: string, pair: Pair) => boolean;
  /** Whether IAM decides about what adapters would send to the table, topics and buses, too. */
  readonly adapted: boolean;
  /**
   * What counts as missed: only that the architect is notified by action, resource and role; or also that a scenario fails,
   * or a function with the action's name, which rings an alarm.
   */
  readonly missedBy: 'notification' | 'any failure';
}

/** What is deployed for scenarios with the same configuration. */
interface Deployed {
  readonly configuration: TargetConfiguration;
  readonly policies: RolePolicies;
  readonly evaluator: PolicyEvaluator;
  readonly proof: EmbeddedProof;
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
 * Proves what functions may do with the embedded cloud in virtual time. A grant that several configurations
 * have counts as proven if one of their scenarios misses it.
 */
export async function proveEmbedded(
  proof: EmbeddedProof,
  options: ProofOptions,
): Promise<readonly Finding[]> {
  const checkResource = await readServiceReference();
  const evaluator = await startPolicyEvaluator();
  const findings: Finding[] = [];
  try {
    const chosen = proof.scenarios.filter(({ name }) => options.scenarios.test(name));
    const candidates: Candidate[] = [];
    for (const alike of Map.groupBy(chosen, ({ plan }) => JSON.stringify(plan)).values())
      candidates.push(...(await candidatesOf(alike, proof, { evaluator, checkResource }, options)));
    for (const [name, same] of Map.groupBy(candidates, ({ grant }) => describe(grant.name))) {
      if (!name.includes(options.only)) continue;
      const before = options.known.find((one) => describe(one.name) === name);
      const finding = before ?? (await findingOf(same, options));
      if (!before) await options.report(finding);
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
  proof: EmbeddedProof,
  { evaluator, checkResource }: Judges,
  { fails }: ProofOptions,
): Promise<readonly Candidate[]> {
  const [first] = scenarios;
  if (!first) return [];
  const configuration = configurationOf(first.plan);
  const templates = synthesizeTemplates(configuration.compiled);
  const policies = rolePoliciesOf({
    ...{ SelfhealEngine: templates.engine, SelfhealAnalysis: templates.analysis },
    ...{ SelfhealGraph: templates.graph, SelfhealInvestigation: templates.investigation },
    ...{ SelfhealChannels: templates.channels, SelfhealApprovals: templates.approvals },
  });
  const deployed = { configuration, policies, evaluator, proof };
  const uses = new Map<Grant, TargetScenario[]>(grantsOf(policies, proof).map((grant) => [grant, []]));
  for (const scenario of scenarios) {
    const { problem, decisions, failures } = await played(scenario, deployed);
    const wrong =
      problem ??
      failures.find((failure) => !isMeant(failure, scenario))?.message ??
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
  const { problem, decisions, failures, told } = await grant.without(() => played(scenario, deployed));
  const denied = decisions.filter((decision) => !decision.allowed && grant.covers(decision));
  const isTold = denied.some(({ action, resource, role }) =>
    told.some((text) => [action, resource, role].every((part) => text.includes(part))),
  );
  const failure = failures.find(
    (each) => !isMeant(each, scenario) && each.message.includes(grant.name.action),
  );
  const isEnough = deployed.proof.missedBy === 'any failure' && denied.length > 0;
  if (!isTold && !isEnough) return undefined;
  if (problem !== undefined) return { by: 'scenario', what: problem };
  if (isTold) return { by: 'named', what: 'noted, for the architect' };
  return failure && { by: 'function', what: `${failure.function}: ${failure.message.split('\n')[0]}` };
}

/** A scenario in a cloud of its own. */
async function played(scenario: TargetScenario, { configuration, policies, evaluator, proof }: Deployed) {
  const place = await openTargetPlace(configuration, policies, evaluator, proof.adapted);
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

/** A function that a scenario has die or fail. */
function isMeant(failure: Failure, { breaks = [] }: TargetScenario): boolean {
  return failure.message.startsWith('Runtime.ExitError') || breaks.includes(failure.function);
}

function grantsOf(policies: RolePolicies, { isAbout }: EmbeddedProof): readonly Grant[] {
  return policies.roles.flatMap((role) =>
    policies
      .documents(role)
      .flatMap(allowedPairs)
      .filter((pair) => isAbout(role, pair))
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
