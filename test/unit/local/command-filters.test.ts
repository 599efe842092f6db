import { describe, expect, it } from 'vitest';
import { commandMatches, invocationMatches } from '../../../local/ssm/command-filters.ts';
import type { CommandDetail, InvocationDetail } from '../../../local/ssm/command-status.ts';
import type { Command } from '../../../local/ssm/commands.ts';
import type { CommandFilter } from '../../../local/ssm/requests.ts';

function command(detail: CommandDetail, invocation: InvocationDetail = 'Success'): Command {
  const part = { instanceId: 'i-1', computerName: 'one', plugins: [], cancel: new AbortController() };
  return {
    commandId: '01234567-89ab-4cde-8f01-23456789abcd',
    documentName: 'selfheal-graceful-stop',
    documentVersion: '$DEFAULT',
    content: { schemaVersion: '2.2', parameters: {}, mainSteps: [] },
    parameters: {},
    comment: '',
    requestedAt: new Date('2026-01-01T12:00:00Z'),
    expiresAfter: new Date('2026-01-01T13:00:00Z'),
    deliveryTimeoutSeconds: 30,
    instanceIds: ['i-1'],
    targets: [],
    maxConcurrency: '1',
    maxErrors: '0',
    detail,
    invocations: [{ ...part, detail: invocation }],
  };
}

const passes = (filters: readonly CommandFilter[], one = command('Success')) => commandMatches(filters)(one);

describe('a filter of ListCommands', () => {
  it.each([
    ['InvokedAfter', '2026-01-01T12:00:00Z', true],
    ['InvokedAfter', '2026-01-01T12:00:01Z', false],
    ['InvokedBefore', '2026-01-01T12:00:00Z', false],
    ['InvokedBefore', '2026-01-01T12:00:01Z', true],
    ['DocumentName', 'selfheal-graceful-stop', true],
    ['DocumentName', 'selfheal-graceful', false],
    ['ExecutionStage', 'Complete', true],
    ['ExecutionStage', 'Executing', false],
    ['Status', 'Success', true],
    ['Status', 'Failed', false],
  ] as const)('%s=%s passes a command: %s', (key, value, expected) => {
    expect(passes([{ key, value }])).toBe(expected);
  });

  it('a filter on the status TimedOut includes both kinds of time-out', () => {
    const timedOut = [{ key: 'Status', value: 'TimedOut' }] as const;
    expect(passes(timedOut, command('DeliveryTimedOut'))).toBe(true);
    expect(passes(timedOut, command('ExecutionTimedOut'))).toBe(true);
    expect(passes([{ key: 'Status', value: 'DeliveryTimedOut' }], command('ExecutionTimedOut'))).toBe(false);
  });

  it('passes only what all filters pass', () => {
    const name = { key: 'DocumentName', value: 'selfheal-graceful-stop' } as const;
    expect(passes([name, { key: 'Status', value: 'Failed' }])).toBe(false);
    expect(passes([])).toBe(true);
  });

  it.each([
    ['Status', 'Delayed'],
    ['Status', 'Done'],
    ['ExecutionStage', 'Over'],
    ['InvokedAfter', '2026-01-01'],
    ['InvokedAfter', '2026-01-01T12:00:00.000Z'],
    ['InvokedBefore', '2026-13-01T12:00:00Z'],
  ] as const)('is refused with %s=%s', (key, value) => {
    expect(() => passes([{ key, value }])).toThrow(expect.objectContaining({ code: 'ValidationException' }));
  });
});

describe('a filter of ListCommandInvocations', () => {
  const passesPart = (filter: CommandFilter, detail: InvocationDetail) => {
    const whole = command('InProgress', detail);
    const [part] = whole.invocations;
    return part !== undefined && invocationMatches([filter])(whole, part);
  };

  it('looks at the invocation’s own status', () => {
    expect(passesPart({ key: 'Status', value: 'Failed' }, 'Failed')).toBe(true);
    expect(passesPart({ key: 'Status', value: 'InProgress' }, 'Failed')).toBe(false);
    expect(passesPart({ key: 'Status', value: 'Terminated' }, 'Terminated')).toBe(true);
  });

  it('may not ask for the stage of a command', () => {
    const stage = { key: 'ExecutionStage', value: 'Complete' } as const;
    expect(() => passesPart(stage, 'Success')).toThrow(expect.objectContaining({ code: 'InvalidFilterKey' }));
  });
});
