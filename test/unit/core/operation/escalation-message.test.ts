import { describe, expect, it } from 'vitest';
import { containedMessage, failedMessage } from '../../../../functions/core/operation/escalation-message.ts';
import { NOT_VERIFIED } from '../../../../functions/core/operation/failure.ts';
import type { StepRecord } from '../../../../functions/core/operation/operation.ts';
import {
  alertOf,
  configurationOf,
  FENCE,
  grantFor,
  stepOf,
} from '../../../factories/operations/admissions.ts';
import { limitsWith } from '../../../factories/operations/limits.ts';

const { operation } = grantFor(alertOf('web'), configurationOf({ components: ['web'] }), limitsWith());
const record = (facts: Partial<StepRecord>) => stepOf(operation, facts);
const FAILED = { error: 'NotRecovered', cause: 'bad after 30 s' };
const undone = record({ stepId: 'rollback-0', action: 'start_component', outcome: 'SUCCEEDED' });
const message = (
  steps: readonly StepRecord[],
  failure = FAILED,
  onFailure: 'escalate' | 'enter_safe_mode' | 'maintain_isolation' = 'escalate',
) => failedMessage(failure, operation, onFailure, steps, undefined);

describe('the message about a containment', () => {
  const isolated = record({ action: 'isolate_network', targets: ['i-a', 'i-b'], outcome: 'SUCCEEDED' });

  it('names the hosts, and the command that lifts it under a newer fence', () => {
    const text = containedMessage(operation, 'isolation', [isolated, record({ targets: ['i-c'] })]);
    expect(text).toContain('i-a, i-b are cut off from the network');
    expect(text).toContain('--document-name selfheal-restore-network --instance-ids i-a i-b');
    expect(text).toContain(`fence=${FENCE + 1}`);
    expect(text).not.toContain('i-c');
  });

  it('says all that a person has to know', () => {
    const { operationId } = operation;
    const command = (document: string, hosts: string, more = '') =>
      `\`aws ssm send-command --document-name ${document} --instance-ids ${hosts} --parameters operationId=${operationId},stepId=manual-0,fence=${FENCE + 1},component=web,executionTimeout=60${more}\``;
    const person = 'until a person lifts the containment';
    const isolation = (params: object) =>
      ({ type: 'isolate_network', params, timeoutSeconds: 60, onError: 'abort' }) as never;
    const contained = (until: string) =>
      `web is contained, not repaired: i-a, i-b are cut off from the network, except for the SSM channel, ${until}. Find out what happened; then lift it with ${command('selfheal-restore-network', 'i-a i-b')}.`;
    expect(containedMessage(operation, 'isolation', [isolated])).toBe(contained(person));
    expect(
      containedMessage(
        operation,
        'isolation',
        [isolated],
        [isolation({ limitSeconds: 7_200, afterLimit: 'lift' })],
      ),
    ).toBe(contained(`for 2h, or ${person} before`));
    expect(
      containedMessage(
        operation,
        'isolation',
        [isolated],
        [isolation({ limitSeconds: 7_200, afterLimit: 'remind' })],
      ),
    ).toBe(contained(`${person}, with a reminder in 2h, then every 1d`));
    const daily = isolation({ limitSeconds: 86_400, afterLimit: 'remind' });
    expect(containedMessage(operation, 'isolation', [isolated], [daily])).toBe(
      contained(`${person}, with a reminder every 1d`),
    );
    expect(containedMessage(operation, 'isolation', [isolated], [isolation({ afterLimit: 'remind' })])).toBe(
      contained(person),
    );
    const safe = record({ action: 'enter_safe_mode', targets: ['i-a'], outcome: 'SUCCEEDED' });
    const limited = [isolation({ limitSeconds: 7_200, afterLimit: 'lift' })];
    expect(containedMessage(operation, 'safe-mode', [safe], limited)).toBe(
      `web is contained, not repaired: i-a is in safe mode, ${person}. Find out what happened; then lift it with ${command('selfheal-leave-safe-mode', 'i-a', ',service=<its unit>')}.`,
    );
  });

  it('says how long it lasts, and what puts security groups back', () => {
    const params = { by: 'security_groups', limitSeconds: 7_200, afterLimit: 'lift' };
    const isolate = { type: 'isolate_network', params, timeoutSeconds: 60, onError: 'abort' } as const;
    const byGroups = { ...isolated, change: { before: '{}', intended: '{}' } };
    expect(containedMessage(operation, 'isolation', [isolated], [isolate])).toContain(
      'for 2h, or until a person',
    );
    const reminded = { ...isolate, params: { ...params, afterLimit: 'remind' } };
    const text = containedMessage(operation, 'isolation', [byGroups], [reminded]);
    expect(text).toContain('with a reminder in 2h, then every 1d');
    expect(text).toContain(`the security groups that \`npx selfheal show ${operation.operationId}\` lists`);
  });

  it('asks for the unit where safe mode is entered: that command needs it', () => {
    const safe = record({ action: 'enter_safe_mode', targets: ['i-a'], outcome: 'SUCCEEDED' });
    const text = containedMessage(operation, 'safe-mode', [safe]);
    expect(text).toContain('i-a is in safe mode');
    expect(text).toContain('selfheal-leave-safe-mode');
    expect(text).toContain('service=<its unit>');
  });
});

describe('the message about a failed repair', () => {
  it('says that it was rolled back if every undo step succeeded', () => {
    expect(message([undone])).toContain('The repair was rolled back.');
  });

  it('says that nothing was undone, or that rollback is off', () => {
    expect(message([])).toContain('No undo step was taken.');
    expect(message([{ ...undone, outcome: 'SKIPPED' }])).toContain('Rollback is switched off.');
  });

  it('names the targets that were repaired and skipped, if there were any', () => {
    const report = {
      repaired: ['i-a'],
      undone: [],
      left: [],
      untouched: [],
      skipped: { 'i-b': 'offline' },
    } as const;
    const text = (given: object) =>
      failedMessage(FAILED, operation, 'escalate', [undone], { ...report, ...given });
    expect(text({})).toBe(
      'Healing failed. The repair was rolled back. Repaired: i-a. Skipped: i-b (offline). A person is needed.',
    );
    expect(text({ repaired: [], skipped: {} })).toBe(
      'Healing failed. The repair was rolled back. A person is needed.',
    );
  });

  it('names the undo steps that failed, and those that were not taken', () => {
    const action = { type: 'restore_network', params: {}, timeoutSeconds: 60, onError: 'continue' } as const;
    const laidOut = { ...operation, undoSteps: [{ stepId: 'rollback-1', action } as const] };
    const text = failedMessage(FAILED, laidOut, 'escalate', [{ ...undone, outcome: 'FAILED' }], undefined);
    expect(text).toContain('Undo steps did not succeed: rollback-0 start_component.');
    expect(text).toContain('Undo steps were not taken: rollback-1 restore_network.');
    expect(text).not.toContain('The repair was rolled back.');
  });

  it('explains undo steps of which nothing is on record', () => {
    const text = (failedUndos: Parameters<typeof failedMessage>[5]) =>
      failedMessage(FAILED, operation, 'escalate', [undone], undefined, failedUndos);
    const failedUndo = { stepId: 'rollback-1', error: 'Throttled', cause: 'too many calls' } as const;
    expect(text([failedUndo])).toBe(
      'Healing failed. The repair was rolled back. rollback-1 ended with Throttled: too many calls. A person is needed.',
    );
    expect(text([{ ...failedUndo, stepId: 'rollback-0' }])).toBe(
      'Healing failed. The repair was rolled back. A person is needed.',
    );
  });

  it('names a command that may still act', () => {
    const lost = record({
      outcome: 'UNKNOWN',
      reference: { executor: 'run_command', id: 'c-1' },
      targets: ['i-a'],
    });
    expect(message([lost, undone])).toContain(
      'heal-0 graceful_stop may still act on i-a: look at command c-1.',
    );
    expect(message([{ ...lost, targets: [] }, undone])).toContain('graceful_stop may still act: look at');
  });

  it.each([
    ['whose outcome is known', { outcome: 'FAILED', commandId: 'c-1', targets: ['i-a'] }],
    ['that never sent its command', { outcome: 'UNKNOWN', targets: ['i-a'] }],
    ['of the undo', { stepId: 'rollback-1', outcome: 'UNKNOWN', commandId: 'c-1', targets: ['i-a'] }],
  ] as const)('does not warn of a step %s', (_, facts) => {
    expect(message([record(facts), undone])).not.toContain('may still act');
  });

  it('says that a host is in safe mode or isolated only if it is', () => {
    const safe = record({ stepId: 'rollback-1', action: 'enter_safe_mode', outcome: 'SUCCEEDED' });
    expect(message([undone, safe], FAILED, 'enter_safe_mode')).toContain('The component is in safe mode.');
    expect(message([undone, { ...safe, outcome: 'FAILED' }], FAILED, 'enter_safe_mode')).not.toContain(
      'safe mode.',
    );
    const isolated = record({ action: 'isolate_network', outcome: 'SUCCEEDED' });
    expect(message([isolated, undone], FAILED, 'maintain_isolation')).toContain('stays isolated');
    expect(message([undone], FAILED, 'maintain_isolation')).not.toContain('stays isolated');
  });

  it('names the hosts of an isolation whose outcome is not known, and what lets them back in', () => {
    const lost = record({ action: 'isolate_network', outcome: 'UNKNOWN', targets: ['i-a', 'i-b'] });
    const text = message([lost, undone]);
    expect(text).toContain('i-a, i-b may be cut off from the network');
    expect(text).toContain('--document-name selfheal-restore-network --instance-ids i-a i-b');
    const byGroups = { ...lost, change: { before: '{}', intended: '{}' } };
    expect(message([byGroups, undone])).toContain('the security groups that');
    const restored = record({
      ...{ stepId: 'rollback-0', action: 'restore_network', outcome: 'SUCCEEDED' },
      ...{ targets: ['i-a', 'i-b'], startedAtMs: lost.startedAtMs + 1 },
    });
    expect(message([lost, restored])).not.toContain('cut off');
  });

  it('names the permission that is missing', () => {
    const denied = {
      error: NOT_VERIFIED,
      cause: 'missing permission: cloudwatch:DescribeAlarms for role verify',
    };
    const text = message([], denied);
    expect(text).toBe(
      'The repair was carried out and stays as it is. A missing permission kept Selfheal from checking whether it held: check whether the component is healthy. Grant the missing permission: cloudwatch:DescribeAlarms for role verify.',
    );
    expect(message([], { ...denied, cause: 'bad' })).not.toContain('Grant');
  });
});
