import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  paginateGetExecutionHistory,
  SFNClient,
  StopExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { createOperationStore } from '../../../functions/adapters/dynamodb/operation-store.ts';
import { Closers } from '../../../local/cloud/closers.ts';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud/local-cloud.ts';
import { type HealthEndpoints, startHealthEndpoints } from '../../factories/workflow-endpoints.ts';
import { functionNames, invokeFunction, output, setVariables } from '../../factories/workflow-functions.ts';
import { type ScriptedHosts, scriptedHosts } from '../../factories/workflow-hosts.ts';
import {
  alarmOf,
  type Landscape,
  type LandscapePlan,
  landscapeOf,
  METRIC,
} from '../../factories/workflow-landscape.ts';
import { compiledOf } from '../../factories/workflow-operations.ts';
import { drainQueue, eventMailbox, type Mailbox, topicMailbox } from '../../factories/workflow-queues.ts';
import { type StatusEventFates, statusEventFates } from '../../factories/workflow-status-events.ts';
import { muteNow } from './mute.ts';
import { operationsOf } from './operations.ts';
import type { EventEntry, Place, StateChangeDetail } from './place.ts';
import { placeTime } from './place-time.ts';

const WAIT_SCALE = 0.1;
/** The SDK sends a request so often before the function gives up. */
const TRIES_OF_CLIENT = 4;

/** MiniStack, deployed to by the ordinary CDK, with the SSM and CloudWatch endpoints that are its neighbours. */
export async function openMiniStack(plan: LandscapePlan): Promise<Place> {
  const closers = new Closers();
  try {
    const health = await startHealthEndpoints();
    closers.add(health.close);
    const landscape = landscapeOf(plan, health.urlOf);
    const hosts = scriptedHosts(
      () => [...landscape.nodes],
      ({ action, component }) => {
        if (action === 'start_component') health.recover(component);
      },
    );
    const fates = statusEventFates();
    const calls = watchSystemsManager(closers);
    const cloud = await startLocalCloud({
      configuration: landscape.configuration,
      hosts,
      waitScale: WAIT_SCALE,
      evaluateAlarms: false,
      onStatusEvent: fates.onStatusEvent,
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
    const mail = { changes, soc, architect };
    return placeOver({ cloud, landscape, hosts, health, fates, mail, calls, stop: () => closers.close() });
  } catch (error) {
    await closers.close();
    throw error;
  }
}

/** Calls to the SSM endpoint, which is in this process. */
function watchSystemsManager(closers: Closers): readonly string[] {
  const calls: string[] = [];
  const count = (message: unknown) => {
    const { request } = message as { readonly request: IncomingMessage };
    const target = String(request.headers['x-amz-target'] ?? '');
    if (target.startsWith('AmazonSSM.')) calls.push(target.slice('AmazonSSM.'.length));
  };
  subscribe('http.server.request.start', count);
  closers.add(async () => void unsubscribe('http.server.request.start', count));
  return calls;
}

interface Parts {
  readonly cloud: LocalCloud;
  readonly landscape: Landscape;
  readonly hosts: ScriptedHosts;
  readonly health: HealthEndpoints;
  readonly fates: StatusEventFates;
  readonly mail: Readonly<Record<'changes' | 'soc' | 'architect', readonly unknown[]>>;
  readonly calls: readonly string[];
  readonly stop: () => Promise<void>;
}

function placeOver({ cloud, landscape, hosts, health, fates, mail, calls, stop }: Parts): Place {
  const time = placeTime({ nowMs: () => Date.now(), sleep, waitScale: WAIT_SCALE, patience: 1 });
  const store = createOperationStore({
    client: new DynamoDBClient(cloud.aws),
    tableName: output(cloud, 'TableName'),
    historyRetentionDays: 30,
  });
  const sfn = new SFNClient(cloud.aws);
  const healArn = output(cloud, 'HealStateMachineArn');
  const executionArn = (name: string) => `${healArn.replace(':stateMachine:', ':execution:')}:${name}`;
  const stateChanges = () => mail.changes.map((event) => (event as { detail: StateChangeDetail }).detail);
  const putEvent = ({ source, detailType, detail }: EventEntry) =>
    cloud.bus.put({ Source: source, DetailType: detailType, Detail: JSON.stringify(detail) });
  let rounds: Promise<unknown> = Promise.resolve();

  return {
    ...time,
    landscape,
    hosts,
    health,
    store,
    healStateMachineArn: healArn,
    putEvent,
    signal: (component, detail = {}) =>
      putEvent({
        source: 'test',
        detailType: 'Selfheal Signal',
        detail: { component, metric: METRIC, ...detail },
      }),
    setAlarm: (component, state, reason) => cloud.alarms.setAlarmState(alarmOf(component), state, reason),
    muteAlarm: (component) => muteNow(cloud.alarms, component, Date.now()),
    setStatusEvents: fates.set,
    stateChanges,
    told: (topic, component) =>
      (mail[topic] as readonly Record<string, unknown>[]).filter((body) => body['component'] === component),
    ...operationsOf({ stateChanges, store, until: time.until, hosts }),
    execution: async (name) => {
      const { status = 'unknown', error } = await time.until(`end of execution ${name}`, 20, async () => {
        const answer = await sfn.send(new DescribeExecutionCommand({ executionArn: executionArn(name) }));
        return answer.status === 'RUNNING' ? undefined : answer;
      });
      return { status, ...(error !== undefined && { error }) };
    },
    entered: async (name) => {
      const names: string[] = [];
      const pages = paginateGetExecutionHistory({ client: sfn }, { executionArn: executionArn(name) });
      for await (const { events = [] } of pages)
        names.push(...events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []));
      return names;
    },
    stopExecution: async (name) => {
      await sfn.send(new StopExecutionCommand({ executionArn: executionArn(name) }));
    },
    invoke: (functionName, event) => invokeFunction(cloud.aws, functionName, event),
    reconcile: () => {
      // Rounds don't overlap, as on AWS, where there is one at a time.
      const round = rounds.then(async () => {
        const report = await invokeFunction(cloud.aws, 'selfheal-reconcile', {});
        return (report as { done: readonly string[] }).done;
      });
      rounds = round.catch(() => undefined);
      return round;
    },
    deadLetters: () => drainQueue(cloud.aws, output(cloud, 'SignalDeadLetterQueueUrl'), 1),
    whileBroken: async (functionName, during) => {
      await setVariables(cloud.aws, functionName, { TABLE_NAME: 'nowhere' });
      await during().finally(() =>
        setVariables(cloud.aws, functionName, { TABLE_NAME: output(cloud, 'TableName') }),
      );
    },
    whileUnstartable: async (during) => {
      const stateMachineArn = output(cloud, 'TriageStateMachineArn');
      const { definition = '' } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
      const define = (text: string) =>
        sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition: text }));
      await define(definition.replaceAll('stateMachine:selfheal-heal', 'stateMachine:nowhere'));
      await during().finally(() => define(definition));
    },
    withSettings: async (settings, during) => {
      const compiled = compiledOf(landscape);
      const directory = await mkdtemp(join(tmpdir(), 'selfheal-configuration-'));
      const path = join(directory, 'configuration.json');
      const names = await functionNames(cloud.aws, 'CONFIGURATION_FILE');
      const read = (file: string) =>
        Promise.all(names.map((name) => setVariables(cloud.aws, name, { CONFIGURATION_FILE: file })));
      try {
        await writeFile(
          path,
          JSON.stringify({ ...compiled, settings: { ...compiled.settings, ...settings } }),
        );
        await read(path);
        await during();
      } finally {
        await read('./configuration.json');
        await rm(directory, { recursive: true });
      }
    },
    loseSendAnswer: () => cloud.applySsmFaults({ loseSendCommandAnswers: TRIES_OF_CLIENT }),
    triesOfClient: TRIES_OF_CLIENT,
    systemsManagerCalls: () => calls,
    stop,
  };
}
