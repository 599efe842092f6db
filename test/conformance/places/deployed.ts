import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  paginateGetExecutionHistory,
  SFNClient,
  StopExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { createChangeStore } from '../../../functions/adapters/dynamodb/change-store.ts';
import { createCorrelationStore } from '../../../functions/adapters/dynamodb/correlation-store.ts';
import { createOperationStore } from '../../../functions/adapters/dynamodb/operation-store.ts';
import type { Closers } from '../../../local/cloud/closers.ts';
import { invokeFunction, output, setVariables } from '../../factories/deployed-engine/functions.ts';
import { type Landscape, METRIC } from '../../factories/deployed-engine/landscape.ts';
import {
  type AwsConfig,
  drainQueue,
  eventMailbox,
  type Mailbox,
  topicMailbox,
} from '../../factories/deployed-engine/queues.ts';
import { MONITOR } from '../../factories/events/selfheal-event.ts';
import { operationsOf } from './operations.ts';
import type { EventEntry, Place, StateChangeDetail } from './place.ts';
import { placeTime } from './place-time.ts';

/** What the place itself must bring along: nothing of it is in the public API, or not the same everywhere. */
type Own = Pick<
  Place,
  | 'hosts'
  | 'health'
  | 'userFunction'
  | 'aliases'
  | 'setAlarm'
  | 'muteAlarm'
  | 'setStatusEvents'
  | 'withSettings'
  | 'loseSendAnswer'
  | 'triesOfClient'
  | 'systemsManagerCalls'
>;

export interface Deployed {
  readonly aws: AwsConfig;
  /** The stacks' outputs, by name. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly landscape: Landscape;
  readonly waitScale: number;
  /** Factor on how long scenarios wait for something. */
  readonly patience: number;
  readonly own: Own;
  /** Closed by the place when it stops. */
  readonly closers: Closers;
}

/** A place over AWS's public API, on AWS or an emulator. */
export async function deployedPlace(deployed: Deployed): Promise<Place> {
  const { aws, landscape, own, closers, waitScale, patience } = deployed;
  const mailbox = async (opened: Promise<Mailbox>) => {
    const box = await opened;
    closers.add(box.stop);
    return box.received;
  };
  const mail = {
    changes: await mailbox(
      eventMailbox(aws, 'Selfheal Operation State Change', 'selfheal-conformance-changes'),
    ),
    soc: await mailbox(topicMailbox(aws, output(deployed, 'SocTopicArn'), 'selfheal-conformance-soc')),
    architect: await mailbox(
      topicMailbox(aws, output(deployed, 'ArchitectTopicArn'), 'selfheal-conformance-architect'),
    ),
  };
  const time = placeTime({ nowMs: () => Date.now(), sleep, waitScale, patience });
  const table = {
    client: new DynamoDBClient(aws),
    tableName: output(deployed, 'TableName'),
    historyRetentionDays: 30,
  };
  const store = createOperationStore(table);
  const sfn = new SFNClient(aws);
  const events = new EventBridgeClient(aws);
  const healArn = output(deployed, 'HealStateMachineArn');
  const executionArn = (name: string) => `${healArn.replace(':stateMachine:', ':execution:')}:${name}`;
  const stateChanges = () => mail.changes.map((event) => (event as { detail: StateChangeDetail }).detail);
  const putEvent = async ({ source, detailType, detail }: EventEntry): Promise<void> => {
    const entry = { Source: source, DetailType: detailType, Detail: JSON.stringify(detail) };
    const { FailedEntryCount, Entries } = await events.send(new PutEventsCommand({ Entries: [entry] }));
    if (FailedEntryCount) throw new Error(`event not accepted: ${JSON.stringify(Entries)}`);
  };
  let rounds: Promise<unknown> = Promise.resolve();

  return {
    ...time,
    ...own,
    landscape,
    store,
    correlation: createCorrelationStore(table),
    // Only reads: how long changes are kept makes no difference.
    changes: createChangeStore({ ...table, historyRetentionDays: 1 }),
    healStateMachineArn: healArn,
    home: { account: healArn.split(':')[4] ?? '', region: healArn.split(':')[3] ?? '' },
    putEvent,
    signal: (component, detail = {}) =>
      putEvent({
        source: MONITOR,
        detailType: 'Selfheal Signal',
        detail: { component, metric: METRIC, ...detail },
      }),
    stateChanges,
    notifications: (topic, component) =>
      (mail[topic] as readonly Record<string, unknown>[]).filter(
        (body) => component === undefined || body['component'] === component,
      ),
    ...operationsOf({ stateChanges, store, until: time.until, hosts: own.hosts }),
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
      for await (const page of pages)
        names.push(...(page.events ?? []).flatMap((event) => event.stateEnteredEventDetails?.name ?? []));
      return names;
    },
    stopExecution: async (name) => {
      await sfn.send(new StopExecutionCommand({ executionArn: executionArn(name) }));
    },
    invoke: (functionName, event) => invokeFunction(aws, functionName, event),
    reconcile: () => {
      // Rounds don't overlap: the function has a concurrency of one.
      const round = rounds.then(async () => {
        const report = await invokeFunction(aws, 'selfheal-reconcile', {});
        return (report as { done: readonly string[] }).done;
      });
      rounds = round.catch(() => undefined);
      return round;
    },
    deadLetters: () => drainQueue(aws, output(deployed, 'SignalDeadLetterQueueUrl'), 1),
    whileBroken: async (functionName, during) => {
      await setVariables(aws, functionName, { TABLE_NAME: 'nowhere' });
      await during().finally(() =>
        setVariables(aws, functionName, { TABLE_NAME: output(deployed, 'TableName') }),
      );
    },
    whileUnstartable: async (during) => {
      const stateMachineArn = output(deployed, 'TriageStateMachineArn');
      const { definition = '' } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
      const define = (text: string) =>
        sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition: text }));
      await define(definition.replaceAll('stateMachine:selfheal-heal', 'stateMachine:nowhere'));
      await during().finally(() => define(definition));
    },
    stop: () => closers.close(),
  };
}
