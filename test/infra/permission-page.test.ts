import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { type Section, sectionOf } from '../permissions/page.ts';
import { permissionsOf } from './granted-permissions.ts';
import { APPROVALS_CONFIGURATION, SAMPLE_CONFIGURATION } from './sample-configuration.ts';
import { resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'permissions.md'), 'utf8');

/** What a section of the page says of roles: `<role> <action>`, once for each resource. */
const onPage = (section: Section) =>
  sectionOf(PAGE, section)
    .split('\n')
    .filter((line) => line.startsWith('| `Selfheal'))
    .flatMap((line) => {
      const [role = '', actions = ''] = line
        .split('|')
        .slice(1)
        .map((cell) => cell.trim());
      return actions.split(', ').map((action) => `${role} ${action}`.replaceAll('`', ''));
    });

/** Actions on network interfaces come with a VPC alone, which MiniStack has none of. */
const IN_A_VPC = /^ec2:/;

/** What services do in a role's name, which the page's last section says. */
const BY_SERVICES = /^(ec2|logs:(Create|Put)|sqs|xray:Put|events:InvokeApiDestination)/;

/** As MiniStack has it: the reconciler looks at hosts that stay isolated. */
const WITH_ISOLATION = `${SAMPLE_CONFIGURATION.replace('metrics: [memory, ', 'metrics: [')}
  - id: isolate
    trigger: { metrics: [memory] }
    actions: [{ type: isolate_network }]
    rollback: { onFailure: maintain_isolation }
`;

/** Every feature that has a stack of its own. */
const WITH_FEATURES = APPROVALS_CONFIGURATION.replace(
  'settings:\n',
  'settings:\n  graph: { discover: [xray] }\n  investigate: [cloudtrail, xray]\n',
)
  .replace(
    '    alarms:\n',
    `    logs: [/web]
    changes: {}
    dependsOn: [database]
    profile: {}
    anomalies: { memory: {} }
    monitors: { orders: { events: true, direction: below }, age: { function: figures, direction: above } }
    alarms:
`,
  )
  .replace(
    'watchdog:\n',
    `  database:
    targets: { instanceIds: [i-0123456789abcdef1] }
    service: postgresql.service
    alarms: { memory: { metric: memory, threshold: 90 } }
watchdog:
`,
  );

function grantedIn(stackName: string, template: Template | undefined, besides: RegExp): readonly string[] {
  if (!template) throw new Error(`there is no stack ${stackName}`);
  return [...resourcesOf(template, 'AWS::IAM::Role').keys()].flatMap((roleId) =>
    permissionsOf(template, roleId)
      .filter(({ action }) => !besides.test(action))
      .map(({ action }) => `${stackName}-${roleId.slice(0, -'01234567'.length)} ${action}`),
  );
}

describe('the page of permissions', () => {
  it('lists every grant of every role, and no other: run `npm run permissions -- --write`', () => {
    const { engine, watchdog } = synthesizeStacks(WITH_ISOLATION);
    const granted = [
      ...grantedIn('SelfhealEngine', engine, IN_A_VPC),
      ...grantedIn('SelfhealWatchdog', watchdog, IN_A_VPC),
    ];
    const listed = onPage('deployed').filter((grant) => !grant.includes(' ec2:'));
    expect(listed.sort()).toEqual(granted.sort());
  });

  it('lists every action of functions in the stacks of features', () => {
    const { analysis, graph, investigation, channels, approvals } = synthesizeStacks(WITH_FEATURES);
    const stacks = { Analysis: analysis, Graph: graph, Investigation: investigation };
    const granted = Object.entries({ ...stacks, Channels: channels, Approvals: approvals }).flatMap(
      ([name, template]) => grantedIn(`Selfheal${name}`, template, BY_SERVICES),
    );
    const listed = new Set([...onPage('targets'), ...onPage('features')]);
    expect(granted.length).toBeGreaterThan(50);
    expect(granted.filter((each) => !listed.has(each))).toEqual([]);
  });
});
