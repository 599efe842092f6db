import { describe, expect, it } from 'vitest';
import { createMemoryOperationStore } from '../../../../functions/adapters/memory/operation-store.ts';
import { createMemoryWatchdogStore } from '../../../../functions/adapters/memory/watchdog-store.ts';
import { examine } from '../../../../functions/app/doctor/doctor.ts';
import type { DoctorDeps } from '../../../../functions/app/doctor/examination.ts';
import { OPTIONAL_STACKS } from '../../../../functions/core/configuration/optional-stacks.ts';
import type { Deployment, StackResource } from '../../../../functions/ports/deployment.ts';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const contentsOf = (name: string): readonly StackResource[] => [
  { type: 'AWS::Lambda::Function', id: `${name}-function` },
  { type: 'AWS::Events::Rule', id: `${name}-rule` },
  { type: 'AWS::SQS::Queue', id: `https://sqs/1/${name}-queue` },
  { type: 'AWS::SNS::Topic', id: `arn:aws:sns:x:1:${name}-topic` },
  { type: 'AWS::CloudWatch::Alarm', id: `${name}-alarm` },
];

/** What the CDK puts into a stack that the configuration does not use. */
const EMPTY: readonly StackResource[] = [
  { type: 'AWS::CDK::Metadata', id: 'metadata' },
  { type: 'AWS::CloudFormation::WaitConditionHandle', id: 'https://handle' },
];

/** A deployment with one of each, and nothing wrong. */
const HEALTHY: Deployment = {
  stackResources: async (name) => (name in OPTIONAL_STACKS ? EMPTY : contentsOf(name)),
  rule: async () => ({ isEnabled: true, targets: 1 }),
  functionState: async () => 'Active',
  waitingMessages: async () => 0,
  subscriptions: async () => [{ protocol: 'email', endpoint: 'ada@example.com', isConfirmed: true }],
  alarmStates: async (names) => new Map(names.map((name) => [name, 'OK'])),
  foreignAccounts: async () => new Map(),
  documentStatus: async () => 'Active',
  nodes: async () => [{ instanceId: NODE, ping: 'Online', agentVersion: '3.3.0.0', isLatestAgent: true }],
};

const WITHOUT_WATCHDOG = configured({ watchdog: { enabled: false } });

async function examined(changes: Partial<Deployment> = {}, configuration = WITHOUT_WATCHDOG) {
  const deps: DoctorDeps = {
    configuration,
    deployment: { ...HEALTHY, ...changes },
    store: createMemoryOperationStore(),
    watchdog: createMemoryWatchdogStore(),
    clock: { nowMs: () => NOON },
  };
  const checked = await examine(deps);
  const faults = checked.flatMap((each) => each.faults);
  return { checked, problems: faults.map(({ subject, problem }) => `${subject} ${problem}`) };
}

describe('an examination', () => {
  it('finds no fault where there is none, and looks at everything', async () => {
    const { checked, problems } = await examined();
    expect(problems).toEqual([]);
    expect(checked.map(({ check }) => check)).toEqual([
      ...['stacks', 'functions', 'rules', 'queues', 'topics', 'ownAlarms'],
      ...['alarms', 'documents', 'nodes', 'permissions', 'watchdog'],
    ]);
    expect(checked.filter(({ looked }) => looked === 0).map(({ check }) => check)).toEqual([
      'permissions',
      'watchdog',
    ]);
    expect(checked.some(({ unable }) => unable)).toBe(false);
  });

  it.each<readonly [string, Partial<Deployment>, RegExp]>([
    [
      'a stack is missing',
      { stackResources: async (name) => (name === 'SelfhealState' ? [] : undefined) },
      /^stack SelfhealEngine is not deployed/,
    ],
    [
      'a stack that the configuration no longer uses is at work',
      { stackResources: async (name) => [...EMPTY, ...contentsOf(name)] },
      /^stack SelfhealApprovals is still at work/,
    ],
    [
      'a function is not ready',
      { functionState: async () => 'Inactive' },
      /-function is Inactive, not Active$/,
    ],
    ['a rule is gone', { rule: async () => undefined }, /-rule was deleted/],
    ['a queue is gone', { waitingMessages: async () => undefined }, /-queue was deleted$/],
    ['several letters are dead', { waitingMessages: async () => 3 }, /holds 3 dead letters/],
    ['a topic is gone', { subscriptions: async () => undefined }, /-topic was deleted$/],
    [
      'a subscription waits for its confirmation',
      { subscriptions: async () => [{ protocol: 'email', endpoint: 'ada@example.com', isConfirmed: false }] },
      /the email subscription of ada@example.com is not confirmed$/,
    ],
    ['nobody subscribes', { subscriptions: async () => [] }, /has no confirmed subscription/],
    [
      'an alarm of its own is gone',
      { alarmStates: async () => new Map() },
      /^alarm SelfhealEngine-alarm was deleted$/,
    ],
    [
      'an alarm of a component is gone',
      { alarmStates: async () => new Map() },
      /^alarm selfheal-web-memory does not exist/,
    ],
    [
      'a runbook is gone',
      { documentStatus: async () => undefined },
      /^document selfheal-start-component does not exist: the actions that send it fail$/,
    ],
    ['a runbook is not ready', { documentStatus: async () => 'Updating' }, /start-component is Updating/],
    ['no node is known', { nodes: async () => [] }, /is not a managed node/],
    [
      'a node is not tagged',
      { nodes: async (selector) => ('tags' in selector ? [] : await HEALTHY.nodes(selector)) },
      /lacks the tag selfheal:managed=true/,
    ],
    [
      'an agent is old',
      {
        nodes: async () => [
          { instanceId: NODE, ping: 'Online', agentVersion: '3.0.0.0', isLatestAgent: false },
        ],
      },
      /runs the SSM agent 3.0.0.0, which is not the latest$/,
    ],
  ])('finds that %s', async (_, changes, fault) => {
    expect((await examined(changes)).problems).toContainEqual(expect.stringMatching(fault));
  });

  it('looks for the documents of undo steps and of the user as well', async () => {
    const actions = [
      { type: 'isolate_network' },
      { type: 'run_document', params: { document: 'Own-Repair', effect: 'none' } },
    ];
    const asked: string[] = [];
    await examined(
      { documentStatus: async (name) => `${asked.push(name)}` },
      configured({ watchdog: { enabled: false }, strategies: [{ actions }] }),
    );
    expect(asked).toEqual(['Own-Repair', 'selfheal-isolate-network', 'selfheal-restore-network']);
  });

  it('looks for the document of an action that works on hosts, and on services of AWS', async () => {
    const asked: string[] = [];
    await examined(
      { documentStatus: async (name) => `${asked.push(name)}` },
      configured({ watchdog: { enabled: false }, strategies: [{ actions: [{ type: 'restart_service' }] }] }),
    );
    expect(asked).toEqual(['selfheal-start-component']);
  });

  it('looks for the documents that a rollback sends', async () => {
    const rollback = {
      actions: [{ type: 'run_document', params: { document: 'Own-Undo', effect: 'none' } }],
    };
    const { problems } = await examined(
      { documentStatus: async (name) => (name === 'Own-Undo' ? undefined : 'Active') },
      configured({ watchdog: { enabled: false }, strategies: [{ rollback }] }),
    );
    expect(problems).toEqual(['document Own-Undo does not exist: the actions that send it fail']);
  });

  it.each([
    { soc: [], faults: ['topic selfheal-architect'] },
    { soc: ['soc@example.com'], faults: ['topic selfheal-architect', 'topic selfheal-soc'] },
  ])(
    'misses no subscriber of the SOC that the configuration does not name: $soc',
    async ({ soc, faults }) => {
      const topics = ['soc', 'architect'].map((name) => ({
        type: 'AWS::SNS::Topic',
        id: `arn:aws:sns:x:1:selfheal-${name}`,
      }));
      const { checked } = await examined(
        {
          stackResources: async (name) => (name === 'SelfhealEngine' ? topics : []),
          subscriptions: async () => [],
        },
        configured({ watchdog: { enabled: false }, settings: { notify: { soc } } }),
      );
      const found = checked.flatMap((each) => each.faults).map(({ subject }) => subject);
      expect(found.filter((subject) => subject.startsWith('topic '))).toEqual(faults);
    },
  );

  it('leaves an optional stack alone that the configuration uses', async () => {
    const { problems, checked } = await examined(
      {
        stackResources: async (name) =>
          name === 'SelfhealInvestigation' ? contentsOf(name) : HEALTHY.stackResources(name),
      },
      configured({ watchdog: { enabled: false }, settings: { investigate: ['xray'] } }),
    );
    expect(problems.filter((problem) => problem.startsWith('stack '))).toEqual([]);
    expect(checked.find(({ check }) => check === 'stacks')).toMatchObject({ looked: 9 });
  });

  it('names what is missing in the order of the names', async () => {
    const components = { web: withMemoryAlarm(), api: withMemoryAlarm({ targets: { instanceIds: [NODE] } }) };
    const { problems } = await examined(
      { alarmStates: async () => new Map() },
      configured({ watchdog: { enabled: false }, components }),
    );
    const ofComponents = problems.filter((problem) => problem.startsWith('alarm selfheal-'));
    expect(ofComponents.map((problem) => problem.split(' ')[1])).toEqual([
      'selfheal-api-memory',
      'selfheal-web-memory',
    ]);
  });

  it('looks at the nodes of the components that are on hosts, by id or by tag', async () => {
    const components = {
      web: { targets: { tags: { role: 'web' } } },
      orders: { targets: { lambdaAlias: 'orders:live' }, service: undefined },
    };
    const { checked, problems } = await examined(
      {},
      configured({ watchdog: { enabled: false }, components, strategies: [{ components: ['web'] }] }),
    );
    expect(problems).toEqual([]);
    expect(checked.find(({ check }) => check === 'nodes')).toMatchObject({ looked: 1 });
  });

  it('finds a selector that chooses no node', async () => {
    const targets = { tags: { role: 'web' } };
    const configuration = configured({ watchdog: { enabled: false }, components: { web: { targets } } });
    const { problems } = await examined({ nodes: async () => [] }, configuration);
    expect(problems).toEqual(['component web has no managed node: its selector chooses none']);
  });

  it('says what it may not look at, and goes on with the rest', async () => {
    const denied = () => Promise.reject(new NotPermitted({ action: 'sqs:GetQueueAttributes' }));
    const { checked, problems } = await examined({ waitingMessages: denied });
    expect(problems).toEqual([]);
    expect(checked.filter(({ unable }) => unable)).toMatchObject([
      { check: 'queues', unable: { permission: 'sqs:GetQueueAttributes' } },
    ]);
  });

  it('says that it knows nothing of stacks that it cannot read', async () => {
    const unavailable = () => Promise.reject(new ServiceUnavailable('throttled'));
    const { checked } = await examined({ stackResources: unavailable });
    expect(checked.filter(({ unable }) => unable).map(({ check }) => check)).toEqual([
      ...['stacks', 'functions', 'rules', 'queues', 'topics', 'ownAlarms'],
    ]);
    const [, ...ofStacks] = checked.filter(({ unable }) => unable);
    for (const { looked, faults, unable } of ofStacks)
      expect({ looked, faults, unable }).toEqual({
        ...{ looked: 0, faults: [], unable: { problem: 'the stacks could not be read' } },
      });
  });
});
