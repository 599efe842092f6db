import { expect, it } from 'vitest';
import { permissionsOf, roleOf } from './granted-permissions.ts';
import { resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const text = (isOn: boolean) => `
settings: { kernelLookOnFailure: ${isOn} }
components:
  web: { targets: { instanceIds: [i-0a1b2c3d4e5f60001] }, service: nginx.service, alarms: { status: { metric: status_check, threshold: 1 } } }
strategies:
  - { id: restart, trigger: { metrics: [status_check] }, actions: [{ type: start_component }] }
`;

/** Which functions may send the document, and which may publish to a topic. */
function allowed(isOn: boolean) {
  const { engine } = synthesizeStacks(text(isOn));
  const may = (isMeant: (permission: { readonly action: string; readonly resource: unknown }) => boolean) =>
    [...resourcesOf(engine, 'AWS::Lambda::Function').values()]
      .filter((each) => {
        const name = String(each.Properties['FunctionName']);
        return /^selfheal-(conclude|command-status|escalate)$/.test(name);
      })
      .filter((each) => permissionsOf(engine, roleOf(each)).some(isMeant))
      .map(({ Properties }) => Properties['FunctionName'])
      .toSorted();
  return {
    look: may(({ resource }) => JSON.stringify(resource).includes('selfheal-look-at-kernel')),
    publish: may(({ action }) => action === 'sns:Publish'),
  };
}

it('the stacks grant the look after a failed repair, and its message, only where it is switched on', () => {
  expect(allowed(false)).toEqual({ look: [], publish: ['selfheal-conclude', 'selfheal-escalate'] });
  expect(allowed(true)).toEqual({
    look: ['selfheal-conclude'],
    publish: ['selfheal-command-status', 'selfheal-conclude', 'selfheal-escalate'],
  });
});

it('the stacks have the end of the look reported to the function that keeps it', () => {
  const reportingWhen = (isOn: boolean) =>
    [...resourcesOf(synthesizeStacks(text(isOn)).engine, 'AWS::Events::Rule').values()].filter(
      ({ Properties }) =>
        JSON.stringify(Properties['EventPattern'] ?? {}).includes('selfheal-look-at-kernel'),
    );
  expect(reportingWhen(false)).toEqual([]);
  const reporting = reportingWhen(true);
  expect(reporting).toHaveLength(1);
  expect(JSON.stringify(reporting[0]?.Properties['Targets'])).toContain('CommandStatus');
});
