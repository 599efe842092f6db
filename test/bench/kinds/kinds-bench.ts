import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDynamoDbLocal } from '../../../local/dynamodb-local/server.ts';
import { dynamoDbStores, memoryStores } from '../../../local/embedded/stores.ts';
import { createStoreTable } from '../../contract/store-table.ts';
import { type Bill, billOf, totalOf } from '../costs.ts';
import { type Counts, countsOf } from '../figures.ts';
import { type RecordedCall, startRecordingProxy } from '../recording-proxy.ts';
import { atMost, type Target } from '../target.ts';
import { section, textTable } from '../text-table.ts';
import { type KindsCloud, openKindsCloud, type Table } from './kinds-cloud.ts';
import { KIND_NAMES, type KindName } from './kinds-landscape.ts';

const MAXIMUM_TRANSITIONS = 14;

/** One heal on one kind of target. */
export interface KindHeal {
  readonly kind: KindName;
  /** How the operation ended. */
  readonly state: string;
  readonly actions: readonly string[];
  /** Of the repair and of the triage that admitted it. */
  readonly transitions: number;
  readonly counts: Counts;
  readonly bill: Bill;
}

/** One heal on each kind of target, with the table in DynamoDB Local. */
export async function measureKinds(progress: (line: string) => void): Promise<readonly KindHeal[]> {
  const { endpoint, stop } = await startDynamoDbLocal();
  const calls: RecordedCall[] = [];
  const record = (call: RecordedCall) => void calls.push(call);
  const proxy = await startRecordingProxy({ service: 'DynamoDB', upstream: endpoint, record });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ region: 'us-east-1', credentials, endpoint: proxy.url });
  try {
    const { tableName } = await createStoreTable(client);
    const pending = pendingOf(client);
    const stores = dynamoDbStores({ client, tableName, historyRetentionDays: 30 });
    const heals = await healKinds({ stores, calls, pending });
    progress(`kinds: ${heals.map(({ kind, state }) => `${kind} ${state}`).join(', ')}`);
    return heals;
  } finally {
    client.destroy();
    await proxy.close();
    await stop();
  }
}

/** The client's requests that are not answered yet. */
function pendingOf(client: DynamoDBClient): ReadonlySet<Promise<unknown>> {
  const pending = new Set<Promise<unknown>>();
  client.middlewareStack.add(
    (next) => async (request) => {
      const answer = next(request);
      pending.add(answer);
      return await answer.finally(() => pending.delete(answer));
    },
    { step: 'initialize' },
  );
  return pending;
}

const inMemory = (): Table => ({ stores: memoryStores(), calls: [], pending: new Set() });

/**
 * Lets the alarm of one component after another go off in the embedded cloud, and counts what follows until the
 * component is healed.
 *
 * @param table Default: in memory, where neither requests nor units are counted
 */
export async function healKinds(table = inMemory()): Promise<readonly KindHeal[]> {
  const kinds = await openKindsCloud(table);
  try {
    const heals: KindHeal[] = [];
    for (const kind of KIND_NAMES) heals.push(await healOne(kinds, table, kind));
    const defects = kinds.cloud.defects();
    if (defects.length > 0) throw new AggregateError(defects, 'the embedded cloud went wrong');
    return heals;
  } finally {
    kinds.cloud.close();
  }
}

async function healOne(
  { cloud, calls, reports, setAlarm, settle, passMinute }: KindsCloud,
  table: Table,
  kind: KindName,
): Promise<KindHeal> {
  await passMinute();
  const { stepFunctions, store, healArn } = cloud;
  const all = [calls, table.calls, reports, stepFunctions.expressTransitions] as const;
  const [first, firstOfTable, firstReport, firstTriage] = all.map(({ length }) => length);
  await setAlarm(kind, 'ALARM');
  await settle();

  const triages = stepFunctions.expressTransitions.slice(firstTriage);
  const requests = [...calls.slice(first), ...table.calls.slice(firstOfTable)];
  const [operation] = await store.listOperations(1);
  if (operation?.component !== kind) throw new Error(`no heal of ${kind} was admitted`);
  const { operationId, state } = operation;
  const [execution] = stepFunctions.listExecutions(healArn).filter(({ name }) => name === operationId);
  if (execution === undefined) throw new Error(`the heal of ${kind} was not started`);
  const { transitions: standardTransitions } = execution;
  const counts = countsOf(
    { standardTransitions, expressTransitions: triages.reduce((sum, each) => sum + each, 0) },
    requests,
    reports.slice(firstReport),
  );
  const steps = await store.listSteps(operationId);
  const { express = 0, ...bill } = billOf(counts);
  await setAlarm(kind, 'OK');
  await settle();
  return {
    ...{ kind, state, counts },
    actions: steps.flatMap(({ stepId, action }) => (stepId.startsWith('heal-') ? [action] : [])),
    // The triage that admits enters more states than one that only observes.
    transitions: standardTransitions + Math.max(...triages),
    bill: { ...bill, express: express * triages.length },
  };
}

export function kindsTargets(heals: readonly KindHeal[]): readonly Target[] {
  return heals.map(({ kind, transitions }) =>
    atMost(`state transitions of a heal, ${kind}`, transitions, MAXIMUM_TRANSITIONS),
  );
}

/** A column for each kind. */
export function kindsReport(heals: readonly KindHeal[]): string {
  const row = (label: string, of: (heal: KindHeal) => number | string) => [
    label,
    ...heals.map((heal) => String(of(heal))),
  ];
  const sum = (counts: Readonly<Record<string, number>>) =>
    Object.values(counts).reduce((total, count) => total + count, 0);
  const names = [...new Set(heals.flatMap(({ counts }) => Object.keys(counts.calls)))].toSorted();
  return section(
    'A heal on each kind of target, counted',
    textTable([
      row('', ({ kind }) => kind),
      row('ended as', ({ state }) => state),
      row('actions', ({ actions }) => actions.length),
      row('transitions, Standard', ({ counts }) => counts.standardTransitions),
      row('transitions, Express', ({ counts }) => counts.expressTransitions),
      row('Lambda invocations', ({ counts }) => sum(counts.invocations)),
      row('  of the reconciler', ({ counts }) => counts.invocations['selfheal-reconcile'] ?? 0),
      row('write units', ({ counts }) => counts.writeUnits),
      row('read units', ({ counts }) => counts.readUnits),
      row('API calls', ({ counts }) => sum(counts.calls)),
      ...names.map((name) => row(`  ${name}`, ({ counts }) => counts.calls[name] ?? 0)),
      row('price of a million, $', ({ bill }) => (totalOf(bill) * 1_000_000).toFixed(2)),
    ]),
    '',
    ...heals.map(({ kind, actions }) => `${kind}: ${actions.join(', ')}`),
    '',
    'On the embedded cloud, with the table in DynamoDB Local. Function time is this machine’s, with what functions waited.',
    'An alarm on each instance of a group sends two events. Both are triaged; the target counts the one that leads to the heal.',
  );
}
