import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeExecutionCommand,
  type HistoryEvent,
  paginateGetExecutionHistory,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { createOperationStore } from '../../functions/adapters/dynamodb/operation-store.ts';
import type { Operation, StepRecord } from '../../functions/core/operation/operation.ts';
import type { OperationStore } from '../../functions/ports/operation-store.ts';
import { Closers } from '../../local/cloud/closers.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../local/cloud/local-cloud.ts';
import { type HealthEndpoints, startHealthEndpoints } from './workflow-endpoints.ts';
import { invokeFunction } from './workflow-functions.ts';
import { type ScriptedHosts, scriptedHosts } from './workflow-hosts.ts';
import { type Landscape, type LandscapePlan, landscapeOf, METRIC } from './workflow-landscape.ts';
import { eventMailbox, type Mailbox, topicMailbox } from './workflow-queues.ts';
import { until } from './workflow-until.ts';

const FINAL_STATES = ['COMPLETED', 'FAILED'];

export interface StateChangeDetail {
  readonly operationId: string;
  readonly component: string;
  readonly strategyId: string;
  readonly state: string;
  readonly at: string;
}

/** An operation that is over, with all that was written down about it. */
export interface Ended {
  readonly operation: Operation;
  readonly steps: readonly StepRecord[];
  /** The states that events told of, in order of their times. */
  readonly states: readonly string[];
}

/** Selfheal, deployed, with hosts, endpoints and subscribers that tests can look into. */
export interface WorkflowBench {
  readonly cloud: LocalCloud;
  readonly landscape: Landscape;
  readonly hosts: ScriptedHosts;
  readonly health: HealthEndpoints;
  readonly store: OperationStore;
  readonly sfn: SFNClient;
  readonly stateChanges: () => readonly StateChangeDetail[];
  readonly told: (topic: 'soc' | 'architect', component: string) => readonly Record<string, unknown>[];
  /** Puts a `Selfheal Signal` on the bus. */
  readonly signal: (component: string, detail?: Readonly<Record<string, unknown>>) => Promise<void>;
  /** The nth operation of a component, once it is over. */
  readonly ended: (component: string, nth?: number, seconds?: number) => Promise<Ended>;
  /** The operation that holds the component's claim, once its step is under way on a host. */
  readonly acting: (component: string, stepId: string) => Promise<string>;
  readonly execution: (name: string) => Promise<{ readonly status: string; readonly error?: string }>;
  readonly history: (name: string) => Promise<readonly HistoryEvent[]>;
  readonly stopExecution: (name: string) => Promise<void>;
  /** One round of the reconciler; rounds don't overlap, as on AWS. */
  readonly reconcile: () => Promise<readonly string[]>;
  readonly stop: () => Promise<void>;
}

export type BenchOptions = LandscapePlan & Pick<LocalCloudOptions, 'onStatusEvent'>;

export async function startWorkflowBench(options: BenchOptions): Promise<WorkflowBench> {
  const closers = new Closers();
  try {
    const health = await startHealthEndpoints();
    closers.add(health.close);
    const landscape = landscapeOf(options, health.urlOf);
    const hosts = scriptedHosts(
      () => [...landscape.nodes],
      ({ action, component }) => {
        if (action === 'start_component') health.recover(component);
      },
    );
    const cloud = await startLocalCloud({
      configuration: landscape.configuration,
      hosts,
      waitScale: 0.1,
      evaluateAlarms: false,
      ...(options.onStatusEvent && { onStatusEvent: options.onStatusEvent }),
    });
    closers.add(cloud.stop);
    const mailbox = async (opened: Promise<Mailbox>) => {
      const box = await opened;
      closers.add(box.stop);
      return box.received;
    };
    const changes = await mailbox(
      eventMailbox(cloud.aws, 'Selfheal Operation State Change', 'test-state-changes'),
    );
    const soc = await mailbox(topicMailbox(cloud.aws, output(cloud, 'SocTopicArn'), 'test-soc'));
    const architect = await mailbox(
      topicMailbox(cloud.aws, output(cloud, 'ArchitectTopicArn'), 'test-architect'),
    );
    return benchOver(cloud, landscape, hosts, health, { changes, soc, architect }, () => closers.close());
  } catch (error) {
    await closers.close();
    throw error;
  }
}

export function output(cloud: LocalCloud, name: string): string {
  const value = cloud.outputs[name];
  if (value === undefined) throw new Error(`the stacks have no output ${name}`);
  return value;
}

type Mail = Readonly<Record<'changes' | 'soc' | 'architect', readonly unknown[]>>;

function benchOver(
  cloud: LocalCloud,
  landscape: Landscape,
  hosts: ScriptedHosts,
  health: HealthEndpoints,
  mail: Mail,
  stop: () => Promise<void>,
): WorkflowBench {
  const store = createOperationStore({
    client: new DynamoDBClient(cloud.aws),
    tableName: output(cloud, 'TableName'),
    historyRetentionDays: 30,
  });
  const sfn = new SFNClient(cloud.aws);
  const healArn = output(cloud, 'HealStateMachineArn');
  const executionArn = (name: string) => `${healArn.replace(':stateMachine:', ':execution:')}:${name}`;
  const stateChanges = () => mail.changes.map((event) => (event as { detail: StateChangeDetail }).detail);
  let rounds: Promise<unknown> = Promise.resolve();

  return {
    cloud,
    landscape,
    hosts,
    health,
    store,
    sfn,
    stateChanges,
    told: (topic, component) =>
      (mail[topic] as readonly Record<string, unknown>[]).filter((body) => body['component'] === component),
    signal: (component, detail = {}) =>
      cloud.bus.put({
        Source: 'test',
        DetailType: 'Selfheal Signal',
        Detail: JSON.stringify({ component, metric: METRIC, ...detail }),
      }),
    ended: async (component, nth = 1, seconds = 60) => {
      const last = await until(`end of operation ${nth} of ${component}`, seconds, () => {
        const own = stateChanges().filter((change) => change.component === component);
        return own.filter(({ state }) => FINAL_STATES.includes(state))[nth - 1];
      });
      const operation = await store.getOperation(last.operationId);
      if (!operation) throw new Error(`operation ${last.operationId} is not on record`);
      const states = stateChanges()
        .filter(({ operationId }) => operationId === last.operationId)
        .sort((a, b) => a.at.localeCompare(b.at))
        .map(({ state }) => state);
      return { operation, steps: await store.listSteps(last.operationId), states };
    },
    acting: (component, stepId) =>
      until(`${stepId} of ${component} on its host`, 40, () => {
        const found = hosts.effects.findLast((run) => run.component === component && run.stepId === stepId);
        return found?.operationId;
      }),
    execution: async (name) => {
      const described = await until(`end of execution ${name}`, 20, async () => {
        const answer = await sfn.send(new DescribeExecutionCommand({ executionArn: executionArn(name) }));
        return answer.status === 'RUNNING' ? undefined : answer;
      });
      const { status = 'unknown', error } = described;
      return { status, ...(error !== undefined && { error }) };
    },
    history: async (name) => {
      const events: HistoryEvent[] = [];
      const pages = paginateGetExecutionHistory({ client: sfn }, { executionArn: executionArn(name) });
      for await (const page of pages) events.push(...(page.events ?? []));
      return events;
    },
    stopExecution: async (name) => {
      await sfn.send(new StopExecutionCommand({ executionArn: executionArn(name) }));
    },
    reconcile: () => {
      const round = rounds.then(async () => {
        const report = await invokeFunction(cloud.aws, 'selfheal-reconcile', {});
        return (report as { done: readonly string[] }).done;
      });
      rounds = round.catch(() => undefined);
      return round;
    },
    stop,
  };
}
