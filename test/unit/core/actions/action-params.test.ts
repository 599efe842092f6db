import { describe, expect, it } from 'vitest';
import { type ActionType, actionDefinition } from '../../../../functions/core/actions/action-table.ts';

/** What is expected instead of these `params`; none if they are accepted. */
const refusals = (type: ActionType, params: object) => {
  const parsed = actionDefinition(type).params.safeParse(params);
  return parsed.success ? [] : parsed.error.issues.map(({ message }) => message);
};

type Case = readonly [ActionType, object];

describe('the parameters of an action', () => {
  it.each<Case>([
    ['scale_resources', { to: 3 }],
    ['scale_resources', { add: 2, atMost: 5 }],
    ['scale_resources', { add: -2 }],
    ['scale_resources', { add: 2, atLeast: 5, atMost: 5 }],
    ['scale_resources', { phase: 'undo' }],
    ['increase_resources', { ladder: [{ memoryMiB: 256 }, { memoryMiB: 512 }] }],
    [
      'increase_resources',
      { ladder: [{ instanceClass: 'db.r6g.large' }, { instanceClass: 'db.r6g.xlarge' }] },
    ],
    ['increase_resources', { ladder: [{ storageGiB: 100 }, { storageGiB: 200 }] }],
    ['increase_resources', { phase: 'undo' }],
    ['adjust_timeout', { to: 5 }],
    ['adjust_timeout', { phase: 'undo' }],
    ['enable_monitoring', { tracing: true }],
    ['enable_monitoring', { logLevel: 'DEBUG' }],
    ['enable_monitoring', { phase: 'undo' }],
    ['isolate_network', { by: 'agent', managementCidrs: ['10.0.0.0/8'] }],
    ['isolate_network', { by: 'security_groups', securityGroup: 'sg-0123abcd' }],
    ['isolate_network', { by: 'agent_first', securityGroup: 'sg-0123abcd', managementCidrs: ['10.0.0.0/8'] }],
    ['isolate_network', { limitSeconds: 600, afterLimit: 'lift' }],
    ['isolate_network', { afterLimit: 'lift' }],
    ['run_document', { document: 'acme-rebuild', parameters: { mode: 'fast' } }],
    ['run_document', { document: 'laws' }],
  ])('may be, for %s, %j', (type, params) => {
    expect(refusals(type, params)).toEqual([]);
  });

  it.each<readonly [...Case, string]>([
    ['scale_resources', {}, 'one of `to` and `add`'],
    ['scale_resources', { to: 3, add: 1, atMost: 5 }, 'one of `to` and `add`'],
    [
      'scale_resources',
      { add: 1 },
      '`atMost` beside `add`: a repair that is repeated must not scale without end',
    ],
    ['scale_resources', { add: 1, atLeast: 6, atMost: 5 }, 'an `atLeast` that is not above `atMost`'],
    ['increase_resources', {}, 'a `ladder` of one size or more'],
    ['increase_resources', { ladder: [{ memoryMiB: 256 }, {}] }, 'sizes that each name at least one amount'],
    [
      'increase_resources',
      { ladder: [{ memoryMiB: undefined }] },
      'sizes that each name at least one amount',
    ],
    [
      'increase_resources',
      { ladder: [{ instanceClass: 'db.r6g.large' }, { storageGiB: 200 }] },
      'instance classes or amounts of storage, each by an action of its own: RDS cannot undo the latter',
    ],
    ['increase_resources', { ladder: [{ memoryMiB: 512 }, { memoryMiB: 512 }] }, 'sizes in ascending order'],
    [
      'increase_resources',
      { ladder: [{ memoryMiB: 256 }, { memoryMiB: 1_024 }, { memoryMiB: 512 }] },
      'sizes in ascending order',
    ],
    [
      'increase_resources',
      { ladder: [{ storageGiB: 100 }, { storageGiB: 200, instanceClass: 'db.r6g.large' }] },
      'instance classes or amounts of storage, each by an action of its own: RDS cannot undo the latter',
    ],
    ['adjust_timeout', {}, '`to`'],
    ['enable_monitoring', {}, '`tracing: true`, a `logLevel`, `containerInsights` or `detailed: true`'],
    [
      'isolate_network',
      { by: 'security_groups' },
      '`securityGroup` with `by: security_groups` or `agent_first`, and only then',
    ],
    [
      'isolate_network',
      { by: 'agent', securityGroup: 'sg-0123abcd' },
      '`securityGroup` with `by: security_groups` or `agent_first`, and only then',
    ],
    [
      'isolate_network',
      { by: 'security_groups', securityGroup: 'sg-0123abcd', managementCidrs: ['10.0.0.0/8'] },
      'no `managementCidrs` with `by: security_groups`: the rules of the group say what stays reachable',
    ],
    [
      'run_document',
      { document: 'AWS-RunShellScript' },
      'a document of your own: names that begin with `selfheal-`, `aws`, `amazon` or `amzn` are taken',
    ],
    [
      'run_document',
      {
        document: 'acme',
        parameters: Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`p${index}`, 1])),
      },
      'at most 30 parameters',
    ],
    [
      'invoke_function',
      {
        function: 'f',
        parameters: Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`p${index}`, 1])),
      },
      'at most 30 parameters',
    ],
  ])('are, for %s, not %j, but %s', (type, params, expected) => {
    expect(refusals(type, params)).toContain(expected);
  });

  it.each(['run_document', 'invoke_function'] as const)('may be thirty of its own for %s', (type) => {
    const parameters = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`p${index}`, 1]));
    expect(
      refusals(type, { [type === 'run_document' ? 'document' : 'function']: 'acme', parameters }),
    ).toEqual([]);
  });

  it('are not what Selfheal itself says to a document', () => {
    const parsed = actionDefinition('run_document').params.safeParse({
      ...{ document: 'acme', parameters: { operationId: 'mine', mode: 'fast' } },
    });
    expect(JSON.stringify(parsed.error?.issues)).toContain(
      'a parameter of your own: Selfheal fills in `operationId` wherever a document declares it',
    );
  });
});
