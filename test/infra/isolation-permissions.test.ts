import { expect, it } from 'vitest';
import { permissionsOf, roleOf } from './granted-permissions.ts';
import { resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const GROUP = 'securityGroup: sg-0123456789abcdef0';

/** What the reconciler may send where hosts are isolated in this way. */
function sentBy(isolation: string): readonly string[] {
  const { engine } = synthesizeStacks(`
components:
  web: { targets: { instanceIds: [i-0a1b2c3d4e5f60001] }, service: nginx.service, alarms: { status: { metric: status_check, threshold: 1 } } }
strategies:
  - { id: contain, trigger: { metrics: [status_check] }, actions: [${isolation}], rollback: { onFailure: maintain_isolation } }
`);
  return [...resourcesOf(engine, 'AWS::Lambda::Function').values()]
    .filter(({ Properties }) => Properties['FunctionName'] === 'selfheal-reconcile')
    .flatMap((reconcile) => permissionsOf(engine, roleOf(reconcile)))
    .filter(({ action }) => action === 'ssm:SendCommand')
    .flatMap(({ resource }) => /[a-z-]+\/(?:selfheal-[a-z-]+|\*)/.exec(JSON.stringify(resource)) ?? [])
    .toSorted();
}

it('the reconciler may send one document, which only reads, where agents may isolate hosts', () => {
  const sent = ['document/selfheal-verify-containment', 'instance/*', 'managed-instance/*'];
  expect(sentBy('{ type: isolate_network }')).toEqual(sent);
  expect(sentBy(`{ type: isolate_network, params: { by: agent_first, ${GROUP} } }`)).toEqual(sent);
});

it('the reconciler may send nothing where agents isolate no host', () => {
  expect(sentBy(`{ type: isolate_network, params: { by: security_groups, ${GROUP} } }`)).toEqual([]);
});
