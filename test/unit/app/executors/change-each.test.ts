import { expect, it, vi } from 'vitest';
import type { ChangeRecords } from '../../../../functions/app/executors/action-call.ts';
import { changeEach, undoEach } from '../../../../functions/app/executors/change-each.ts';
import type { Setting } from '../../../../functions/app/executors/change-setting.ts';
import type { RecordedChange } from '../../../../functions/core/operation/recorded-change.ts';
import { RequestRefused, ServiceUnavailable } from '../../../../functions/ports/errors.ts';

const CHANGE = { before: '{"a":"running","b":"running"}', intended: '{"a":"stopped","b":"stopped"}' };

/** The power of targets by their ids, and what is written, in order. */
function fleet(
  states: Readonly<Record<string, string>>,
  refusals: Readonly<Record<string, Error>> = {},
  more: Partial<ChangeRecords> = {},
) {
  const now: Record<string, string> = { ...states };
  const written: string[] = [];
  const settings = new Map(
    Object.keys(states).map((id): [string, Setting<string>] => [
      id,
      {
        name: `state of ${id}`,
        describe: String,
        read: async () => ({ value: now[id] ?? 'gone' }),
        write: async (state) => {
          written.push(`${id} ${state}`);
          const refusal = refusals[id];
          if (refusal) throw refusal;
          now[id] = state;
        },
      },
    ]),
  );
  const keep = vi.fn(async (change: RecordedChange) => change);
  return { settings, written, changes: { sinceMs: 0, ...more, keep } };
}

const stopped = async () => 'stopped';

it('settings of several targets are all on record before the first is written', async () => {
  const { settings, written, changes } = fleet({ a: 'running', b: 'running' });
  changes.keep.mockImplementation(async (change) => {
    expect(written).toEqual([]);
    return change;
  });
  expect(await changeEach(changes, settings, stopped)).toStrictEqual({
    outcome: 'SUCCEEDED',
    detail: 'state of a was changed from running to stopped; state of b was changed from running to stopped',
    changed: ['a', 'b'],
  });
  expect(changes.keep.mock.calls).toEqual([[CHANGE]]);
  expect(written).toEqual(['a stopped', 'b stopped']);
});

it('targets that have the value already are passed over, and do not count as changed', async () => {
  const { settings, written, changes } = fleet({ a: 'stopped', b: 'running' });
  expect(await changeEach(changes, settings, stopped)).toStrictEqual({
    outcome: 'SUCCEEDED',
    detail: 'state of b was changed from running to stopped',
    changed: ['b'],
  });
  expect(written).toEqual(['b stopped']);
});

it('nothing is recorded where all have the value already', async () => {
  const { settings, changes } = fleet({ a: 'stopped', b: 'stopped' });
  expect(await changeEach(changes, settings, stopped)).toStrictEqual({
    outcome: 'SUCCEEDED',
    detail: 'state of a is stopped; state of b is stopped already',
    changed: [],
  });
  expect(changes.keep).not.toHaveBeenCalled();
});

it('nothing is changed anywhere where the action wants no value on one target', async () => {
  const { settings, written, changes } = fleet({ a: 'running', b: 'running' });
  const intend = async (id: string) => (id === 'b' ? { problem: 'it is a Spot instance' } : 'stopped');
  expect(await changeEach(changes, settings, intend)).toStrictEqual({
    outcome: 'FAILED',
    detail: 'state of b: it is a Spot instance',
    changed: [],
  });
  expect(changes.keep).not.toHaveBeenCalled();
  expect(written).toEqual([]);
});

it('a repetition asks for no other value, and leaves a target alone that is not on record', async () => {
  const { settings, written, changes } = fleet(
    { a: 'running', b: 'running', c: 'running' },
    {},
    { earlier: CHANGE },
  );
  const intend = vi.fn(stopped);
  expect(await changeEach(changes, settings, intend)).toMatchObject({ changed: ['a', 'b'] });
  expect(intend).not.toHaveBeenCalled();
  expect(changes.keep).not.toHaveBeenCalled();
  expect(written).toEqual(['a stopped', 'b stopped']);
});

it('a change goes no further than to the first target that someone else has changed', async () => {
  const { settings, written, changes } = fleet({ a: 'pending', b: 'running' }, {}, { earlier: CHANGE });
  expect(await changeEach(changes, settings, stopped)).toStrictEqual({
    outcome: 'FAILED',
    failsAs: 'ChangedBySomeoneElse',
    isFinal: true,
    detail:
      'state of a has pending, neither running as before nor stopped as intended: someone else has changed it, and it is left as it is',
    changed: [],
  });
  expect(written).toEqual([]);
});

it.each([new RequestRefused('no'), new ServiceUnavailable('throttled')])(
  'a change ends with the first write that fails: $name',
  async (error) => {
    const { settings, written, changes } = fleet({ a: 'running', b: 'running' }, { a: error });
    await expect(changeEach(changes, settings, stopped)).rejects.toBe(error);
    expect(written).toEqual(['a stopped']);
  },
);

it('an undo goes on after a target that cannot be undone, and has failed then', async () => {
  const { settings, written, changes } = fleet(
    { a: 'stopped', b: 'stopped' },
    { a: new RequestRefused('IncorrectInstanceState') },
    { undone: CHANGE },
  );
  expect(await undoEach(changes, settings)).toStrictEqual({
    outcome: 'FAILED',
    detail: 'state of a: IncorrectInstanceState; state of b is back from stopped to running',
    changed: ['b'],
  });
  expect(written).toEqual(['a running', 'b running']);
});

it('an undo is tried again where a service is unavailable', async () => {
  const error = new ServiceUnavailable('throttled');
  const { settings, written, changes } = fleet(
    { a: 'stopped', b: 'stopped' },
    { a: error },
    { undone: CHANGE },
  );
  await expect(undoEach(changes, settings)).rejects.toBe(error);
  expect(written).toEqual(['a running']);
});

it('an undo of what was never changed reads and writes nothing', async () => {
  const { settings, written, changes } = fleet({ a: 'stopped' });
  expect(await undoEach(changes, settings)).toStrictEqual({
    outcome: 'SUCCEEDED',
    detail: 'nothing was changed',
    changed: [],
  });
  expect(written).toEqual([]);
});
