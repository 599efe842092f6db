import type { Operation, StepRecord } from '../../../functions/core/operation/operation.ts';
import { createVirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import { createEmbeddedCloud, type EmbeddedCloud } from '../../../local/embedded/embedded-cloud.ts';
import type { DestinationRequest } from '../../../local/embedded/event-bridge/api-destination.ts';
import { createSimulatedHosts, type SimulatedHosts } from '../../../local/embedded/hosts/simulated-hosts.ts';
import { createSeededRandom } from '../../../local/embedded/random/seeded-random.ts';
import type { Failure } from '../../../local/ministack/iam.ts';
import type { PolicyEvaluator } from '../../../local/ministack/policy-evaluator.ts';
import type { ManagedNode } from '../../../local/ssm/host-runner.ts';
import type { MetricValue } from '../../conformance/places/place.ts';
import { metricsOf } from '../../conformance/places/put-metric.ts';
import { type AskedDecision, authorizing } from './authorizing.ts';
import type { RolePolicies } from './role-policies.ts';
import { automationsOf, type TargetConfiguration, USER_DOCUMENTS } from './target-configuration.ts';

const START_MS = Date.parse('2026-11-22T12:00:00Z');
const MINUTE_MS = 60_000;
const DELIVERED_AFTER_MS = 80;
const RUNBOOK_TAKES_MS = 3_000;

/** What every monitor measures, and the page that monitors read. */
const MEASURED = 900;
const PAGE = `depth ${MEASURED}\n`;

/** One operation in its end. */
export interface Ended {
  readonly operation: Operation;
  readonly steps: readonly StepRecord[];
}

/** The embedded cloud in virtual time, with the services that components run on, where IAM decides about each request. */
export interface TargetPlace {
  readonly cloud: EmbeddedCloud;
  readonly hosts: SimulatedHosts;
  readonly nowMs: () => number;
  /** The endpoints of all components, and the runbooks that check them, call them unhealthy from now on. */
  readonly sicken: () => void;
  /** The runbooks of these actions fail from now on. */
  readonly fail: (...actions: readonly string[]) => void;
  /** What the runbook of an action prints from now on; it succeeds, unless it `fails` with that. */
  readonly print: (action: string, line: string, ends?: 'succeeds' | 'fails') => void;
  /** Puts a value of a metric without dimensions into CloudWatch. */
  readonly putMetric: (metric: MetricValue) => void;
  /** The change calendar is closed from now on, or open again. */
  readonly close: (isClosedNow: boolean) => void;
  /** No event says from now on that a command or an automation has ended. */
  readonly loseStatusEvents: () => void;
  /** How long automations take that begin from now on. */
  readonly slowAutomations: (minutes: number) => void;
  /** The function that calls this method of a port dies once the call has had its effect, the first time. */
  readonly dieAfter: (method: string) => void;
  /** A signal about a component, and what it leads to. */
  readonly operation: (component: string, targets?: readonly string[]) => Promise<Ended>;
  /** What channels were sent. */
  readonly calls: () => readonly DestinationRequest[];
  /** Stops the execution of the operation that is under way. */
  readonly stopExecution: () => Promise<void>;
  /** Lets time pass. */
  readonly pass: (minutes: number) => Promise<void>;
  /** Calls this when so much time has passed. */
  readonly later: (minutes: number, callback: () => void) => void;
  /** From now on a function may not do this. */
  readonly deny: (functionName: string, action: string) => void;
  readonly decisions: () => readonly AskedDecision[];
  /** The functions that failed. */
  readonly failures: () => readonly Failure[];
  readonly end: () => void;
}

/**
 * @param adapted whether IAM decides about what adapters would send to the table, topics and buses, too
 * @throws Error if an operation does not begin, or never ends
 */
export async function openTargetPlace(
  configuration: TargetConfiguration,
  policies: RolePolicies,
  evaluator: PolicyEvaluator,
  adapted: boolean,
): Promise<TargetPlace> {
  const { compiled, nodes } = configuration;
  const clock = createVirtualClock(START_MS);
  const failing = new Set<string>();
  const printed = new Map<string, string>();
  const dying = new Set<string>();
  const failures: Failure[] = [];
  const calls: DestinationRequest[] = [];
  let isSick = false;
  let isClosed = false;
  let isSilent = false;
  let automationMinutes = 0.2;
  const hosts = createSimulatedHosts({
    clock,
    nodes,
    perform: ({ action }) => {
      const word = printed.get(action);
      return {
        takesMs: RUNBOOK_TAKES_MS,
        exitCode: failing.has(action) || (isSick && action === 'verify_health') ? 1 : 0,
        ...(word !== undefined && { word }),
      };
    },
  });
  const iam = authorizing(policies, evaluator, () => cloud, configuration, adapted);
  const cloud: EmbeddedCloud = await createEmbeddedCloud({
    configuration: compiled,
    clock,
    random: createSeededRandom(1),
    hosts,
    endpoints: { probe: async () => (isSick ? 'bad' : 'good') },
    onInstanceLaunched: (id, predecessor) => hosts.replace(predecessor, successor(nodes, id, predecessor)),
    automations: automationsOf(clock, () => automationMinutes * MINUTE_MS),
    planDelivery: ({ event }) => (isSilent && event.source === 'aws.ssm' ? [] : [DELIVERED_AFTER_MS]),
    userDocuments: USER_DOCUMENTS,
    userFunctions: { healer: () => ({ outcome: 'succeeded' }) },
    monitorFunctions: {
      figures: ({ monitors }) => ({
        values: Object.fromEntries(Object.keys(monitors).map((name) => [name, MEASURED])),
      }),
    },
    pages: { read: async () => PAGE },
    ...(Object.keys(compiled.settings.notify.channels).length > 0 && {
      outside: {
        secretOf: (arn) => `https://${arn.length}.example.com`,
        call: (request) => void calls.push(request),
      },
    }),
    calendars: { state: async () => ({ state: isClosed ? 'CLOSED' : 'OPEN' }) },
    interceptCall: async (call, proceed, crash) => {
      const answer = await iam.interceptCall(call, proceed, crash);
      return dying.delete(`${call.port}.${call.method}`) ? await crash() : answer;
    },
    guardRequest: iam.guardRequest,
    interceptInvocation: async ({ functionName }, proceed) => {
      const answer = await proceed();
      if (answer !== undefined && 'functionError' in answer && answer.functionError) {
        const { errorType, errorMessage } = answer.functionError;
        failures.push({ function: functionName, message: `${errorType}: ${errorMessage}` });
      }
      return answer;
    },
  });
  const operations = async () => await cloud.store.listOperations(100);
  return {
    cloud,
    hosts,
    nowMs: clock.nowMs,
    sicken: () => {
      isSick = true;
    },
    fail: (...actions) => {
      for (const action of actions) failing.add(action);
    },
    print: (action, line, ends = 'succeeds') => {
      printed.set(action, line);
      if (ends === 'fails') failing.add(action);
      else failing.delete(action);
    },
    putMetric: metricsOf(cloud.alarms),
    close: (isClosedNow) => {
      isClosed = isClosedNow;
    },
    loseStatusEvents: () => {
      isSilent = true;
    },
    slowAutomations: (minutes) => {
      automationMinutes = minutes;
    },
    dieAfter: (method) => void dying.add(method),
    operation: async (component, targets) => {
      const before = (await operations()).length;
      cloud.bus.putEvent({
        source: 'selfheal',
        detailType: 'Selfheal Signal',
        detail: { component, metric: 'memory', severity: 'CRITICAL', ...(targets && { targets }) },
      });
      await clock.runUntilIdle(180 * MINUTE_MS);
      // The reconciler tells people what was noted.
      await clock.advance(3 * MINUTE_MS);
      const [operation, ...earlier] = await operations();
      if (!operation || earlier.length < before) throw new Error(`nothing began for ${component}`);
      if (operation.state !== 'COMPLETED' && operation.state !== 'FAILED')
        throw new Error(`${operation.operationId} is ${operation.state}`);
      return { operation, steps: await cloud.store.listSteps(operation.operationId) };
    },
    stopExecution: async () => {
      const [running] = await operations();
      const arn = cloud.healArn.replace(':stateMachine:', ':execution:');
      cloud.stepFunctions.stopExecution(`${arn}:${running?.operationId}`);
    },
    calls: () => calls,
    later: (minutes, callback) => void clock.after(minutes * MINUTE_MS, callback),
    pass: async (minutes) => await clock.advance(minutes * MINUTE_MS),
    deny: iam.deny,
    decisions: iam.decisions,
    failures: () => failures,
    end: cloud.close,
  };
}

function successor(nodes: readonly ManagedNode[], instanceId: string, predecessor: string): ManagedNode {
  const node = nodes.find((each) => each.instanceId === predecessor) ?? nodes[0];
  if (!node) throw new Error('there are no hosts');
  return { ...node, instanceId, computerName: instanceId };
}
