import { createMemoryOperationStore } from '../../functions/adapters/memory/operation-store.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import type { Mode } from '../../functions/core/configuration/modes.ts';
import { operationOfExecution } from '../../functions/core/operation/operation-id.ts';
import type { Notification } from '../../functions/ports/announcers.ts';
import { NotPermitted } from '../../functions/ports/errors.ts';
import type { EndpointProber } from '../../functions/ports/observers.ts';
import type { RunbookRequest as Sending } from '../../functions/ports/runbook-runner.ts';
import { createVirtualClock } from '../../local/embedded/clock/virtual-clock.ts';
import { createEmbeddedCloud } from '../../local/embedded/embedded-cloud.ts';
import type { EmbeddedCloudOptions } from '../../local/embedded/embedded-cloud-options.ts';
import {
  createSimulatedHosts,
  type RunbookPerformance,
  type RunbookRequest,
} from '../../local/embedded/hosts/simulated-hosts.ts';
import type { DependencyCall, InterceptCall } from '../../local/embedded/lambda/sandbox.ts';
import { createSeededRandom } from '../../local/embedded/random/seeded-random.ts';
import type { Execution } from '../../local/embedded/step-functions/execution.ts';
import { memoryStores } from '../../local/embedded/stores.ts';
import type { ManagedNode } from '../../local/ssm/host-runner.ts';
import type { DefectHooks } from './defects/defect.ts';
import { type AwsHosts, createAwsHosts } from './estate/aws-hosts.ts';
import { createEstate } from './estate/estate.ts';
import { stepOfInvocation } from './estate/step-of-invocation.ts';
import { callFaults } from './faults/call-faults.ts';
import { createSkewedClock } from './faults/clock-skew.ts';
import { eventFaults } from './faults/event-faults.ts';
import { drawPerformance, unreliableAgents } from './faults/host-faults.ts';
import { createInjector } from './faults/injector.ts';
import { invocationFaults } from './faults/invocation-faults.ts';
import { createOutages } from './faults/outages.ts';
import { createRevocations } from './faults/revocations.ts';
import { createComponentHealth, isWatchedByInstance } from './fleet/component-health.ts';
import { createContainments } from './fleet/containments.ts';
import { firstHosts, launchedAs, MIDWAY, successorOf } from './fleet/hosts.ts';
import { traceCalls } from './fleet/mistraced.ts';
import { createPeople, LIFTED_BY_HAND_MS } from './fleet/people.ts';
import { noteAnswer, noteCall, noteInvocation, noteReport } from './trace/observe-calls.ts';
import { recordingStore } from './trace/recording-store.ts';
import { createTrace } from './trace/trace.ts';

const START_MS = Date.parse('2026-11-22T12:00:00Z');
const EXPRESS_SHARES = { 'express-twice': 0.03 } as const;
const PROBING = new Set(['verify_health', 'verify_config', 'verify_containment']);
const METRICS = ['metrics', 'watchdogMetrics'];
/** What a pager is sent is noted where it leaves: how EventBridge delivers it is not judged. */
const UNHEARD = { secretOf: () => 'a routing key', call: () => undefined };

export interface WorldOptions {
  readonly seed: number;
  readonly fleet: CompiledConfiguration;
  readonly intensity: number;
  /** Only these faults, by id. @default all that the seed draws */
  readonly only?: ReadonlySet<string>;
  readonly defect?: DefectHooks;
  /** Of everything that is deployed. @default each configuration's own */
  readonly mode?: Mode;
}

export type World = Awaited<ReturnType<typeof createWorld>>;

/** An embedded cloud in virtual time, everything that can go wrong around it, and a trace of what really happened. */
export async function createWorld({ seed, fleet, intensity, only, defect = {}, mode }: WorldOptions) {
  const clock = createVirtualClock(START_MS);
  const skewed = createSkewedClock(clock, seed);
  const trace = createTrace(clock.nowMs);
  for (const { component, node } of firstHosts(fleet))
    trace.note({ kind: 'host', component, instanceId: node.instanceId });
  const injector = createInjector({ seed, intensity, trace, ...(only && { only }) });
  const stepOfCommand = new Map<string, string>();
  const health = createComponentHealth({ fleet, clock, trace, injector, alarms: () => cloud.alarms });
  const { services } = health;

  const containments = createContainments({
    fleet,
    later: (lift) => clock.after(LIFTED_BY_HAND_MS, lift),
    isCutOff: (instanceId) => awsHosts.isCutOff(instanceId),
  });
  const isSuffering = (url: string) =>
    Object.entries(fleet.components).some(
      ([name, component]) => component.health?.url === url && !health.isWell(name),
    );
  const endpoints: EndpointProber = {
    probe: async (url, timeoutSeconds) =>
      containments.isClosed(url) || isSuffering(url)
        ? 'bad'
        : await services.endpoints.probe(url, timeoutSeconds),
  };
  const perform = (request: RunbookRequest): RunbookPerformance => {
    if (request.action === 'verify_containment') return containments.look(request);
    if (PROBING.has(request.action)) return health.probe(request);
    const { parameters: _parameters, ...effect } = request;
    trace.note({ kind: 'effect', effect: { ...effect, startMs: clock.nowMs() } });
    const { component, instanceId } = request;
    const replace = () => replaceHost(component, instanceId, MIDWAY);
    const isOfGroup = isWatchedByInstance(fleet, component);
    return drawPerformance({ injector, clock, hosts, ...(isOfGroup && { replace }) }, request);
  };
  const hosts = createSimulatedHosts({
    clock,
    nodes: firstHosts(fleet).map(({ node }) => node),
    perform,
    onDone: (request, performance) => {
      const { instanceId, operationId, stepId } = request;
      const { exitCode = 0 } = performance;
      trace.note({ kind: 'performed', instanceId, operationId, stepId, exitCode });
      if (exitCode === 0) containments.note(request);
      services.onDone(request, performance);
    },
  });

  const nodeOf = (instanceId: string) => hosts.nodes().find((each) => each.instanceId === instanceId);
  const succeed = (component: string, instanceId: string, successor: ManagedNode) => {
    hosts.replace(instanceId, successor);
    trace.note({ kind: 'host-gone', component, instanceId });
    trace.note({ kind: 'host', component, instanceId: successor.instanceId });
    services.lose(instanceId);
  };
  /** A host is terminated, and another takes its place. @param nth tells the successors of one host apart */
  const replaceHost = (component: string, instanceId: string, nth: number) => {
    const node = nodeOf(instanceId);
    if (node === undefined || awsHosts.replace(instanceId)) return;
    succeed(component, instanceId, successorOf(nth, node, fleet));
  };
  const onInstanceLaunched = (instanceId: string, predecessor: string) => {
    const node = nodeOf(predecessor);
    const component = trace.of('host').find((each) => each.instanceId === predecessor)?.component ?? '';
    if (node) succeed(component, predecessor, launchedAs(instanceId, node, fleet));
    awsHosts.noteLaunched(component, instanceId, predecessor);
  };
  /** A person lets hosts back in. */
  const letIn = (instanceIds: readonly string[]) => {
    trace.note({ kind: 'let-in-by-hand', instanceIds });
    for (const instanceId of instanceIds) {
      containments.letIn(instanceId);
      awsHosts.letIn(instanceId);
    }
  };
  const people = createPeople({ clock, trace, injector, letIn, send: (entry) => cloud.bus.putEvent(entry) });

  const runningExecutions = () =>
    cloud.stepFunctions.listExecutions(cloud.healArn).filter(({ status }) => status === 'RUNNING');
  /** As an operator does in the console. */
  const stopExecution = ({ arn, name }: Execution) => {
    trace.note({ kind: 'stopped', execution: name });
    cloud.stepFunctions.stopExecution(arn, 'Operator', 'stopped in the console');
  };
  const stopperOf = (operationId: string) => {
    if (operationId === '') return undefined;
    const execution = runningExecutions().find(
      ({ name }) => operationOfExecution(name).operationId === operationId,
    );
    return execution && (() => stopExecution(execution));
  };
  const outages = createOutages();
  const revocations = createRevocations();
  /** By name; a vantage point is listed once for each overlapping cut. */
  const cutOffVantagePoints: string[] = [];
  const isCutOff = (functionName: string) =>
    cutOffVantagePoints.some((name) => functionName === `selfheal-watch-${name}`);
  const changerOf = (operationId: string) => {
    if (operationId === '') return undefined;
    const begun = trace.of('admitted').findLast((each) => each.operation.operationId === operationId);
    const { component = '' } = begun?.operation ?? {};
    if (estate.has(component)) return (draw: number) => estate.interfere(component, draw);
    return awsHosts.has(component) ? (draw: number) => awsHosts.interfere(component, draw) : undefined;
  };
  const faulty = callFaults({
    ...{ injector, clock, outages, revocations, isCutOff, stopperOf, changerOf },
    operationOfInvocation: () => skewed.purpose().operationId,
  });
  const observed: InterceptCall = async (call, proceed, crash) => {
    const invoked = { invocation: skewed.invocation(), operationId: skewed.purpose().operationId };
    try {
      const answer = await faulty(call, () => skewed.outside(() => settled(call, proceed)), crash);
      noteCall(trace, fleet, call, answer, invoked);
      return answer;
    } catch (error) {
      const { functionName, method } = call;
      if (error instanceof NotPermitted)
        trace.note({ kind: 'denied', functionName, method, denial: error.denial, ...invoked });
      throw error;
    }
  };
  const settled = async (call: DependencyCall, proceed: () => Promise<unknown>) => {
    const { port, method, args } = call;
    const beganAt = trace.all.length;
    const answer = await proceed();
    const { step } = skewed.purpose();
    if (step) {
      estate.noteCall(call, step, skewed.invocation(), beganAt);
      awsHosts.noteCall(call, step, skewed.invocation(), beganAt);
    }
    // Which step a command belongs to, even if the answer is lost.
    if (port === 'runbooks' && method === 'send')
      stepOfCommand.set(String(answer), (args[0] as Sending).comment);
    noteAnswer(trace, call, answer, skewed.invocation());
    if (port === 'notifier') people.hear(args[0] as Notification);
    return answer;
  };
  const invoked = invocationFaults(injector, clock);
  const store = recordingStore(createMemoryOperationStore(), trace);
  const cloud = await createEmbeddedCloud({
    clock: skewed.clock,
    random: createSeededRandom(seed),
    configuration: fleet,
    hosts: unreliableAgents(defect.hosts?.(hosts) ?? hosts, injector, clock),
    endpoints,
    onInstanceLaunched,
    watchdog: fleet.watchdog.enabled,
    outside: UNHEARD,
    probers: probersOf(endpoints),
    stores: memoryStores(defect.store?.(store) ?? store),
    planDelivery: eventFaults(injector, stepOfCommand),
    expressRuns: () => (injector.strike('triage', EXPRESS_SHARES) === undefined ? 1 : 2),
    interceptInvocation: (invocation, proceed) => {
      const run = () => {
        noteInvocation(trace, invocation);
        const { operationId = '' } = invocation.payload as { readonly operationId?: string };
        const purpose = { operationId, step: stepOfInvocation(trace, invocation) };
        return noteReport(trace, invocation, skewed.inFunction(purpose, proceed));
      };
      const inDefect = () => defect.invocation?.(invocation, run) ?? run();
      return invoked(invocation, inDefect);
    },
    interceptCall: (call, proceed, crash) => {
      if (METRICS.includes(call.port)) return proceed();
      const { call: inDefect } = defect;
      return inDefect === undefined
        ? observed(call, proceed, crash)
        : inDefect(call, () => observed(call, proceed, crash), crash);
    },
  });
  const estate = createEstate({ fleet, clock, trace, services }, cloud);
  const awsHosts: AwsHosts = createAwsHosts({ fleet, clock, trace, hosts, services }, cloud);
  traceCalls(fleet, clock, cloud.serviceGraph);
  const deploy = (deployed: CompiledConfiguration) => {
    const configuration = mode ? { ...deployed, settings: { ...deployed.settings, mode } } : deployed;
    trace.note({ kind: 'deployed', configuration });
    cloud.redeploy(defect.configuration?.(configuration) ?? configuration);
  };
  return {
    clock,
    trace,
    injector,
    cloud,
    store,
    hosts,
    replaceHost,
    ...health,
    deploy,
    runningExecutions,
    stopExecution,
    outages,
    revocations,
    cutOffVantagePoints,
    fleet,
    /** Whether the trouble of a component shows at others. */
    spreads: Object.values(fleet.components).some(({ dependsOn }) => dependsOn.length > 0),
    seed,
  };
}

/** What the watchdog probes with: a peer answers as its component's health endpoint does. */
function probersOf(endpoints: EndpointProber): NonNullable<EmbeddedCloudOptions['probers']> {
  return {
    http: {
      probe: async (url, timeoutMs) =>
        (await endpoints.probe(url, timeoutMs)) === 'good'
          ? { outcome: 'answered', responseMs: 5 }
          : { outcome: 'missed', problem: 'answered 503' },
    },
    tcp: { probe: async () => ({ outcome: 'unchecked', problem: 'nothing here is probed by TCP' }) },
  };
}
