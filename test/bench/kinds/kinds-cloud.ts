import { actionsOf } from '../../../functions/handlers/table/port-permissions.ts';
import type { Ports } from '../../../functions/ports/ports.ts';
import { createVirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import { createEmbeddedCloud, type EmbeddedCloud } from '../../../local/embedded/embedded-cloud.ts';
import { createSimulatedHosts } from '../../../local/embedded/hosts/simulated-hosts.ts';
import { createSeededRandom } from '../../../local/embedded/random/seeded-random.ts';
import type { Stores } from '../../../local/embedded/stores.ts';
import type { FunctionReport } from '../function-reports.ts';
import type { RecordedCall } from '../recording-proxy.ts';
import {
  createTargets,
  DEAD_INSTANCE,
  HOST,
  type KindName,
  kindsConfiguration,
  nodeOf,
  OTHER_INSTANCE,
  USER_FUNCTION,
} from './kinds-landscape.ts';

const START_MS = Date.parse('2026-11-22T12:00:00Z');
const MINUTE_MS = 60_000;
const LONGEST_MS = 60 * MINUTE_MS;
const AFTER_RECONCILER_MS = 1_000;

/** The bench's names of services, by IAM's. */
const SERVICES: Readonly<Record<string, string>> = {
  states: 'SFN',
  events: 'EventBridge',
  sns: 'SNS',
  ssm: 'SSM',
  cloudwatch: 'CloudWatch',
  lambda: 'Lambda',
  ecs: 'ECS',
  rds: 'RDS',
  autoscaling: 'AutoScaling',
};

/** The ports that the embedded cloud serves without a client of the SDK. Their methods send each of their requests once. */
const WITHOUT_CLIENT: readonly string[] = [
  'alarms',
  'executions',
  'tokens',
  'events',
  'notifier',
  'functions',
] satisfies readonly (keyof Ports)[];

/** Where Selfheal keeps its records, and what is sent there. */
export interface Table {
  readonly stores: Stores;
  /** Requests that were answered, oldest first. */
  readonly calls: readonly RecordedCall[];
  /** Requests that are not answered yet: virtual time stands still for them. */
  readonly pending: ReadonlySet<Promise<unknown>>;
}

/** The embedded cloud in virtual time, with a component of each kind of target. */
export interface KindsCloud {
  readonly cloud: EmbeddedCloud;
  /** What the functions have requested of other services than DynamoDB so far, oldest first. */
  readonly calls: readonly RecordedCall[];
  /** Their invocations so far; their time is this machine's, and the virtual time that they waited. */
  readonly reports: readonly FunctionReport[];
  readonly setAlarm: (kind: KindName, state: 'ALARM' | 'OK') => Promise<void>;
  /** Lets time pass until nothing is under way. */
  readonly settle: () => Promise<void>;
  /** Lets time pass until the reconciler has just run: a heal that begins now is counted with the runs that it waits for. */
  readonly passMinute: () => Promise<void>;
}

export async function openKindsCloud(table: Table): Promise<KindsCloud> {
  const clock = createVirtualClock(START_MS);
  const requests: RecordedCall[] = [];
  const reports: FunctionReport[] = [];
  const note = (service: string, operation: string) => {
    const answered = { atMs: clock.nowMs(), status: 200, readUnits: 0, writeUnits: 0 };
    requests.push({ service: SERVICES[service] ?? service, operation, ...answered });
  };
  const hosts = createSimulatedHosts({
    clock,
    nodes: [HOST, DEAD_INSTANCE, OTHER_INSTANCE].map(nodeOf),
    perform: () => ({ takesMs: 3_000 }),
  });
  const cloud = await createEmbeddedCloud({
    configuration: kindsConfiguration(),
    ...{ clock, hosts, random: createSeededRandom(1), stores: table.stores },
    endpoints: { probe: async () => 'good' },
    userFunctions: { [USER_FUNCTION]: () => ({ outcome: 'succeeded', detail: 'drained' }) },
    onInstanceLaunched: (instanceId, predecessor) => hosts.replace(predecessor, nodeOf(instanceId)),
    guardRequest: ({ service, operation }) => note(service, operation),
    interceptCall: async ({ port, method }, proceed) => {
      const actions = WITHOUT_CLIENT.includes(port) ? actionsOf({ [port]: [method] }) : [];
      for (const [service = '', operation = ''] of actions.map((action) => action.split(':')))
        note(service, operation);
      return await proceed();
    },
    interceptInvocation: async ({ functionName }, proceed) => {
      const now = () => performance.now() + clock.nowMs();
      const beganMs = now();
      const answer = await proceed();
      reports.push({ functionName, durationMs: now() - beganMs, memoryMb: memoryOf(functionName) });
      return answer;
    },
  });
  const memoryOf = (functionName: string) =>
    [...cloud.stacks.values()]
      .flatMap(({ functions }) => functions)
      .find(({ FunctionName }) => FunctionName === functionName)?.MemorySize ?? 0;
  createTargets(cloud);

  const settle = async () => {
    do {
      await Promise.allSettled(table.pending);
      await clock.runUntilIdle(LONGEST_MS, () => table.pending.size > 0);
    } while (table.pending.size > 0);
  };
  return {
    cloud,
    calls: requests,
    reports,
    setAlarm: async (kind, state) => {
      const alarm = `selfheal-${kind}-errors`;
      if (kind !== 'auto-scaling-group') await cloud.alarms.setAlarmState(alarm, state, 'by hand');
      else await cloud.alarms.setContributorState(alarm, { InstanceId: DEAD_INSTANCE }, state, 'by hand');
    },
    settle,
    passMinute: async () => {
      await clock.advance(MINUTE_MS + AFTER_RECONCILER_MS - (clock.nowMs() % MINUTE_MS));
      await settle();
    },
  };
}
