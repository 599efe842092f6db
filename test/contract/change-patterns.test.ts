import { beforeAll, describe, expect, it } from 'vitest';
import { resolveIntrinsics } from '../../local/alarms/intrinsics.ts';
import { compilePattern } from '../../local/embedded/event-bridge/event-pattern.ts';
import { askEventRuler, type PatternAnswer } from '../../local/event-ruler/event-ruler.ts';
import {
  appConfigEvent,
  automationEvent,
  changeReport,
  codeDeployEvent,
  databaseEvent,
  ecsDeploymentEvent,
  ecsServiceAction,
  instanceRefreshEvent,
  lambdaCall,
  stackEvent,
} from '../factories/events/change-events.ts';
import { requirement } from '../factories/requirements.ts';
import { commandEvent, HOME } from '../infra/sample-events.ts';
import { resourcesOf, synthesizeStacks } from '../infra/synthesized-stacks.ts';

const START_MS = 300_000;

const YAML = `
components:
  web:
    targets: { instanceIds: [i-0a1b2c3d4e5f60001] }
    service: nginx.service
    signals: [cpu]
    changes:
      codeDeploy: [shop/production]
      stacks: [shop-production]
      appConfig: [shop/production]
      databases: [orders-db]
      documents: [deploy-web]
  orders: { targets: { ecsService: production/orders }, changes: {} }
  resize: { targets: { lambdaAlias: resize:live }, changes: {} }
  workers: { targets: { autoScalingGroup: web-group }, service: worker.service, changes: {} }
  unwatched: { targets: { ecsService: production/unwatched } }
strategies:
  - { id: restart, components: [web], trigger: { metrics: [cpu] }, actions: [{ type: start_component }] }
`;

const functionArn = `arn:aws:lambda:${HOME.region}:${HOME.account}:function:resize`;
const moved = (functionName: string) => lambdaCall('UpdateAlias20150331', { functionName, name: 'live' });

/** Events as AWS documents them, and the rule that each must reach. */
const EVENTS: readonly (readonly [what: string, event: object, rules: readonly string[]])[] = [
  ['a deployment of CodeDeploy', codeDeployEvent('START'), ['CodeDeployChanges0']],
  ['a deployment of another application', codeDeployEvent('START', 'blog'), []],
  ['a deployment of ECS', ecsDeploymentEvent('SERVICE_DEPLOYMENT_IN_PROGRESS'), ['EcsServiceChanges0']],
  ['a failed deployment of ECS', ecsDeploymentEvent('SERVICE_DEPLOYMENT_FAILED'), ['EcsServiceChanges0']],
  [
    'a deployment of a service that is not watched',
    ecsDeploymentEvent('SERVICE_DEPLOYMENT_IN_PROGRESS', 'production/unwatched'),
    [],
  ],
  ['a changed number of tasks', ecsServiceAction('SERVICE_DESIRED_COUNT_UPDATED'), ['EcsServiceChanges0']],
  ['a steady state', ecsServiceAction('SERVICE_STEADY_STATE'), []],
  ['an alias that is moved by name', moved('resize'), ['LambdaChanges0']],
  ['an alias that is moved by ARN', moved(functionArn), ['LambdaChanges0']],
  ['an alias of another function', moved('resize-2'), []],
  ['a call that changes nothing of an alias', lambdaCall('Invoke', { functionName: 'resize' }), []],
  ['an update of a stack', stackEvent('UPDATE_IN_PROGRESS'), ['StackChanges0']],
  ['an update of another stack', stackEvent('UPDATE_IN_PROGRESS', 'shop-production-2'), []],
  ['a deployment of AppConfig', appConfigEvent('On Deployment Start'), ['AppConfigChanges']],
  ['a step of a deployment of AppConfig', appConfigEvent('On Deployment Step'), []],
  ['an instance refresh', instanceRefreshEvent('Started'), ['AutoScalingChanges0']],
  ['an instance refresh of another group', instanceRefreshEvent('Started', 'web-group-2'), []],
  [
    'a modification of a database',
    databaseEvent('RDS-EVENT-0012', 'Applying modification'),
    ['DatabaseChanges0'],
  ],
  ['a backup of a database', databaseEvent('RDS-EVENT-0001', 'Backing up DB instance'), []],
  ['an automation', automationEvent('deploy-web', 'InProgress'), ['AutomationChanges0']],
  ['a command', commandEvent('deploy-web', 'InProgress'), ['CommandChanges0']],
  ['a command of another document', commandEvent('AWS-RunShellScript', 'InProgress'), []],
  ['a change that a pipeline reports', changeReport({ component: 'web' }), ['Changes']],
  ['a change from a source that may not report any', changeReport({ component: 'web' }, 'my.ci'), []],
  [
    'a deployment in another account',
    { ...ecsDeploymentEvent('SERVICE_DEPLOYMENT_IN_PROGRESS'), account: '999999999999' },
    [],
  ],
];

/** The patterns of the rules for changes, by the end of their logical ids. */
const patterns: ReadonlyMap<string, unknown> = (() => {
  const { engine } = synthesizeStacks(YAML);
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': HOME.account,
    'AWS::Region': HOME.region,
    'AWS::Partition': 'aws',
  };
  const values = { ref: (name: string) => pseudo[name], getAtt: () => undefined };
  return new Map(
    [...resourcesOf(engine, 'AWS::Events::Rule')].flatMap(([logicalId, { Properties }]) => {
      const id = logicalId.slice(0, -8).replace(/^SignalRules/, '');
      const { EventPattern: pattern } = Properties;
      return pattern && /Changes\d*$/.test(id) ? [[id, resolveIntrinsics(pattern, values)] as const] : [];
    }),
  );
})();

it('a configuration that watches no changes has no rule for them', () => {
  const { engine } = synthesizeStacks(
    YAML.replaceAll(/,? ?changes: \{\}/g, '').replace(/ {4}changes:\n( {6}.*\n)+/, ''),
  );
  expect([...resourcesOf(engine, 'AWS::Events::Rule').keys()].filter((id) => id.includes('Change'))).toEqual(
    [],
  );
});

it('many names are spread over rules whose patterns EventBridge accepts', () => {
  const services = Array.from(
    { length: 40 },
    (_, index) =>
      `  s${index}: { targets: { ecsService: production/service-with-a-long-name-${index} }, changes: {} }\n`,
  );
  const { engine } = synthesizeStacks(YAML.replace('  unwatched:', `${services.join('')}  unwatched:`));
  const sizes = [...resourcesOf(engine, 'AWS::Events::Rule')].flatMap(([id, { Properties }]) =>
    id.includes('EcsServiceChanges') ? [JSON.stringify(Properties['EventPattern']).length] : [],
  );
  expect(sizes.length).toBeGreaterThan(1);
});

describe.skipIf(!requirement('java'))('by the matcher that EventBridge runs on', () => {
  const questions = EVENTS.flatMap(([, event]) =>
    [...patterns.values()].map((pattern) => ({ pattern, event })),
  );
  let answers: readonly PatternAnswer[];

  beforeAll(async () => {
    answers = await askEventRuler(questions);
  }, START_MS);

  it.each(EVENTS.map(([what, , rules], index) => [what, rules, index] as const))(
    '%s reaches %j',
    (_, rules, index) => {
      const ofEvent = answers.slice(index * patterns.size, (index + 1) * patterns.size);
      expect(ofEvent).not.toContain('invalid');
      expect([...patterns.keys()].filter((_, rule) => ofEvent[rule] === 'match')).toEqual(rules);
    },
  );

  it('the embedded bus gives the same answers', () => {
    const embedded = questions.map(({ pattern, event }) =>
      compilePattern(pattern)(event) ? 'match' : 'no match',
    );
    expect(embedded).toEqual(answers);
  });
});
