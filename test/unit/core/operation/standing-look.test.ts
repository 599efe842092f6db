import { describe, expect, it } from 'vitest';
import type { Isolation } from '../../../../functions/core/operation/isolations.ts';
import {
  disturbedMessage,
  findingsOf,
  isolatedByAgents,
  openMessage,
  type Standing,
  standingOf,
} from '../../../../functions/core/operation/standing-look.ts';
import type { TimeLimit } from '../../../../functions/core/operation/time-limit.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const [A, B, C] = ['i-a', 'i-b', 'i-c'] as const;
const FIRST_LOOK = 'the chain input of the isolation is not loaded, 15 s after the first look';
const notContained = (history: string) => ({
  status: 'Failed',
  output: `selfheal: NOT_CONTAINED: ${FIRST_LOOK}; ${history}; see what has lifted it\n| more\n`,
});
const contained = (more: object) => ({
  status: 'Success',
  output: `a warning\n${JSON.stringify({ contained: 'isolation', stableSeconds: 0, ...more })}\n`,
});

describe('what a host says of its isolation', () => {
  it('is that it stands, how often it was put back, and what has happened', () => {
    expect(standingOf(contained({ putBack: 2, history: 'isolated since noon' }))).toEqual({
      ...{ state: 'isolated', putBack: 2, history: 'isolated since noon' },
    });
    expect(standingOf(contained({ putBack: 0, history: 'isolated since noon' }))).toMatchObject({
      putBack: 0,
    });
  });

  it.each([
    'not isolated, as far as the host knows',
    'isolated since noon; found open: a reboot has lifted the isolation',
    'isolated since noon; found open: something else has lifted the isolation',
  ])('is that it is open: %s', (history) => {
    expect(standingOf(notContained(history))).toEqual({ state: 'open', history });
  });

  it.each([
    'isolated since noon; found with other rules: something else has changed the isolation',
    'isolated since noon',
    'once not isolated, as far as the host knows',
    'not isolated, as far as the host knows about it',
  ])('is that it has other rules: %s', (history) => {
    expect(standingOf(notContained(history))).toEqual({ state: 'changed', history });
  });

  it('is shortened for people', () => {
    expect(standingOf(contained({ putBack: 0, history: 'x'.repeat(5_000) }))?.history).toMatch(/^x+…$/);
    expect(standingOf(notContained('x\u0007y'))?.history).toBe('x y');
  });

  it.each([
    { status: 'InProgress', output: '' },
    { status: 'Undeliverable', output: '' },
    { status: 'Success', output: '{}' },
    { status: 'Success', output: 'not JSON' },
    contained({ putBack: -1, history: '' }),
    contained({ putBack: 1.5, history: '' }),
    contained({ putBack: 0 }),
    { status: 'Success', output: '{"contained":"safe-mode","putBack":0,"history":""}' },
    { status: 'Failed', output: 'selfheal: STALE_FENCE: fence 1 is older than 2' },
    { status: 'Failed', output: 'selfheal: NOT_CONTAINED: the service is not in safe mode' },
    { status: 'Failed', output: `selfheal: OTHER: ${FIRST_LOOK}; x; see what has lifted it` },
    { status: 'Failed', output: `| selfheal: NOT_CONTAINED: ${FIRST_LOOK}; x; see what has lifted it` },
  ])('is nothing to conclude from in %o', (invocation) => {
    expect(standingOf(invocation)).toBeUndefined();
  });
});

describe('the hosts that agents have isolated', () => {
  const isolation = (byGroups: boolean, targets: readonly string[], change?: object) =>
    ({ byGroups, record: { targets, ...(change && { change }) } }) as unknown as Isolation;

  it('are those of a limit whose isolation went through their agents, without those that EC2 has cut off', () => {
    const made = [isolation(false, [A, B]), isolation(true, [B], { before: '{}', intended: '{}' })];
    expect(isolatedByAgents([A, B, C], made)).toEqual([A]);
    expect(isolatedByAgents([B], made)).toEqual([]);
  });

  it('include those whose security groups were right already', () => {
    expect(isolatedByAgents([A], [isolation(false, [A]), isolation(true, [A])])).toEqual([A]);
  });

  it('are none where the records are gone', () => {
    expect(isolatedByAgents([A], [])).toEqual([]);
  });

  it('do not include those that EC2 had nothing to change on', () => {
    expect(isolatedByAgents([A], [isolation(true, [A])])).toEqual([]);
  });
});

const LOOK = { atMs: NOON, commandIds: ['command-1'] };
const LIMIT: TimeLimit = {
  ...{ component: 'web', targets: [A, B, C], dueAtMs: NOON, limitSeconds: 3_600, afterLimit: 'lift' },
  look: LOOK,
};
const isolated = (putBack: number): Standing => ({ state: 'isolated', putBack, history: `${putBack} times` });
const changed: Standing = { state: 'changed', history: 'other rules' };
const open: Standing = { state: 'open', history: 'found open' };
/** What follows, and the limit that is left, without what does not change. */
const found = (standings: Readonly<Record<string, Standing>>, look: Partial<TimeLimit['look']> = {}) => {
  const { left, ...findings } = findingsOf(LIMIT, { ...LOOK, ...look }, new Map(Object.entries(standings)));
  return { ...findings, targets: left.targets, look: left.look };
};

describe('a look at isolated hosts', () => {
  it('finds nothing where they are as they were, and waits for no answer any longer', () => {
    expect(findingsOf(LIMIT, LOOK, new Map([[A, isolated(0)]]))).toEqual({
      open: [],
      disturbed: [],
      left: { ...LIMIT, look: { atMs: NOON } },
    });
  });

  it('ends the limit of hosts that are open, and only theirs', () => {
    expect(found({ [A]: open, [B]: isolated(0) }, { putBack: { [A]: 1 }, changed: [A] })).toEqual({
      open: [{ id: A, history: 'found open' }],
      disturbed: [],
      targets: [B, C],
      look: { atMs: NOON },
    });
  });

  it('reports each new time that a host was put back, once', () => {
    const first = found({ [A]: isolated(1), [B]: isolated(2) });
    expect(first.disturbed).toEqual([
      { id: A, history: '1 times' },
      { id: B, history: '2 times' },
    ]);
    expect(first.look).toEqual({ atMs: NOON, putBack: { [A]: 1, [B]: 2 } });
    const next = found({ [A]: isolated(1), [B]: isolated(3) }, first.look);
    expect(next.disturbed).toEqual([{ id: B, history: '3 times' }]);
  });

  it('starts from what a host counts that was isolated again', () => {
    const { disturbed, look } = found({ [A]: isolated(1) }, { putBack: { [A]: 5 } });
    expect(disturbed).toEqual([]);
    expect(look).toEqual({ atMs: NOON, putBack: { [A]: 1 } });
  });

  it('reports other rules once, until the host is as it was again', () => {
    const first = found({ [A]: changed });
    expect(first.disturbed).toEqual([{ id: A, history: 'other rules' }]);
    expect(first.look).toEqual({ atMs: NOON, changed: [A] });
    expect(found({ [A]: changed }, first.look).disturbed).toEqual([]);
    expect(found({ [A]: isolated(0) }, first.look)).toMatchObject({ disturbed: [], look: { atMs: NOON } });
    expect(found({ [A]: isolated(0) }, first.look).look).not.toHaveProperty('changed');
  });

  it('keeps what people know of hosts that have not answered, and forgets hosts that have left', () => {
    const known = { putBack: { [A]: 2, gone: 1 }, changed: [B, 'gone'] };
    expect(found({}, known)).toEqual({
      ...{ open: [], disturbed: [], targets: [A, B, C] },
      look: { atMs: NOON, putBack: { [A]: 2 }, changed: [B] },
    });
    expect(found({ [A]: changed }, known)).toMatchObject({ look: { putBack: { [A]: 2 }, changed: [A, B] } });
  });

  it('has no answer of a host that the limit no longer has', () => {
    expect(found({ other: open })).toMatchObject({ open: [], targets: [A, B, C] });
  });
});

describe('what people are notified of', () => {
  const hosts = [
    { id: A, history: 'found open' },
    { id: B, history: 'a reboot' },
  ];

  it('is which hosts are open, why, and what isolates them again', () => {
    expect(openMessage('op-1', LIMIT, hosts, 'contain')).toBe(
      'i-a, i-b, isolated by operation op-1: open to the network, though no operation has lifted the isolation. i-a: found open. i-b: a reboot. The time limit ends. `selfheal heal web --strategy contain --target i-a i-b --reason …` isolates what has to stay cut off.',
    );
  });

  it('is which isolations something else lifts or changes', () => {
    expect(disturbedMessage('op-1/op-2', { ...LIMIT, isolatedBy: 'op-1' }, hosts)).toBe(
      'Something else lifts or changes the isolation that operation op-1 has made: find out what it is. i-a: found open. i-b: a reboot.',
    );
  });
});
