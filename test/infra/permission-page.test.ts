import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { sectionOf } from '../permissions/page.ts';
import { permissionsOf } from './granted-permissions.ts';
import { resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'permissions.md');

/** What the page says of roles: `<role> <action>`, once for each resource. */
const onPage = sectionOf(readFileSync(PAGE, 'utf8'), 'deployed')
  .split('\n')
  .filter((line) => line.startsWith('| `Selfheal'))
  .flatMap((line) => {
    const [role = '', actions = ''] = line
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    return actions.split(', ').map((action) => `${role} ${action}`.replaceAll('`', ''));
  })
  .sort();

/** Actions on network interfaces come with a VPC alone, which MiniStack has none of. */
const IN_A_VPC = /^ec2:/;

function grantedIn(stackName: string, template: Template): readonly string[] {
  return [...resourcesOf(template, 'AWS::IAM::Role').keys()].flatMap((roleId) =>
    permissionsOf(template, roleId)
      .filter(({ action }) => !IN_A_VPC.test(action))
      .map(({ action }) => `${stackName}-${roleId.slice(0, -'01234567'.length)} ${action}`),
  );
}

describe('the page of permissions', () => {
  it('lists every grant of every role, and no other: run `npm run permissions -- --write`', () => {
    const { engine, watchdog } = synthesizeStacks();
    const granted = [...grantedIn('SelfhealEngine', engine), ...grantedIn('SelfhealWatchdog', watchdog)];
    expect(onPage).toEqual(granted.sort());
  });
});
