import { expect, it, vi } from 'vitest';
import type { ChangeRecords } from '../../../../functions/app/executors/action-call.ts';
import {
  changeSetting,
  type Setting,
  undoSetting,
} from '../../../../functions/app/executors/change-setting.ts';
import type { RecordedChange } from '../../../../functions/core/operation/recorded-change.ts';
import { OverwriteRefused, RequestRefused, ServiceUnavailable } from '../../../../functions/ports/errors.ts';

const CHANGE = { before: '60', intended: '120' };

/** The idle time-out of something, which is read with the number of the read as its token. */
function idleTimeout(value: number, more: Partial<Setting<number>> = {}) {
  let reads = 0;
  const write = vi.fn(async (next: number): Promise<void> => {
    state.value = next;
  });
  const state = { value, write };
  const setting: Setting<number> = {
    name: 'idle time-out of web',
    describe: (seconds) => `${seconds} s`,
    read: async () => {
      reads += 1;
      return { value: state.value, token: `read ${reads}` };
    },
    write,
    ...more,
  };
  return { setting, state, write };
}

/** What is on record, to which a change is added as it is. */
function records(more: Partial<ChangeRecords> = {}) {
  const keep = vi.fn(async (change: RecordedChange) => change);
  return { sinceMs: 0, ...more, keep };
}

const to120 = async () => 120;

it('a changed setting is on record before it is written, with the token of the read that decided', async () => {
  const { setting, write } = idleTimeout(60);
  const changes = records();
  expect(await changeSetting(changes, setting, to120)).toStrictEqual({
    outcome: 'SUCCEEDED',
    detail: 'idle time-out of web was changed from 60 s to 120 s',
  });
  expect(changes.keep.mock.calls).toEqual([[CHANGE]]);
  expect(write.mock.calls).toEqual([[120, 'read 2']]);
  expect(changes.keep.mock.invocationCallOrder[0]).toBeLessThan(write.mock.invocationCallOrder[0] ?? 0);
});

it('a setting that is as intended already is neither recorded nor written', async () => {
  const { setting, write } = idleTimeout(120);
  const changes = records();
  expect(await changeSetting(changes, setting, to120)).toStrictEqual({
    outcome: 'SUCCEEDED',
    detail: 'idle time-out of web has 120 s already',
  });
  expect(changes.keep).not.toHaveBeenCalled();
  expect(write).not.toHaveBeenCalled();
});

it('a setting for which the action wants no value is named with the reason, and left', async () => {
  const { setting, write } = idleTimeout(60);
  const changes = records();
  expect(
    await changeSetting(changes, setting, async () => ({ problem: 'it is at its limit' })),
  ).toStrictEqual({
    outcome: 'FAILED',
    detail: 'idle time-out of web: it is at its limit',
  });
  expect(changes.keep).not.toHaveBeenCalled();
  expect(write).not.toHaveBeenCalled();
});

it('a repetition asks for no other value, and writes what is on record', async () => {
  const { setting, write } = idleTimeout(60);
  const changes = records({ earlier: CHANGE });
  const intend = vi.fn(to120);
  await changeSetting(changes, setting, intend);
  expect(intend).not.toHaveBeenCalled();
  expect(changes.keep).not.toHaveBeenCalled();
  expect(write.mock.calls).toEqual([[120, 'read 1']]);
});

it('another try that was first decides which value is written', async () => {
  const { setting, write } = idleTimeout(60);
  const changes = { ...records(), keep: async () => ({ before: '60', intended: '90' }) };
  expect((await changeSetting(changes, setting, to120)).detail).toBe(
    'idle time-out of web was changed from 60 s to 90 s',
  );
  expect(write.mock.calls).toEqual([[90, 'read 2']]);
});

it('a value that may be absent can be intended as well', async () => {
  const write = vi.fn(async () => undefined);
  const reserved: Setting<number | null> = {
    name: 'reserved concurrency',
    describe: (count) => (count === null ? 'none' : String(count)),
    read: async () => ({ value: 5 }),
    write,
  };
  expect((await changeSetting(records(), reserved, async () => null)).detail).toBe(
    'reserved concurrency was changed from 5 to none',
  );
  expect(write.mock.calls).toEqual([[null, undefined]]);
});

it('a setting that others keep changing elsewhere in its resource is tried four times in one try', async () => {
  const refusal = new OverwriteRefused('another revision');
  const write = vi.fn(() => Promise.reject(refusal));
  const { setting } = idleTimeout(60, { write });
  const changing = changeSetting(records({ earlier: CHANGE }), setting, to120);
  await expect(changing).rejects.toMatchObject({
    name: 'ServiceUnavailable',
    message: 'idle time-out of web was changed between 4 reads and writes in a row',
    cause: refusal,
  });
  expect(write.mock.calls).toEqual([1, 2, 3, 4].map((read) => [120, `read ${read}`]));
});

it.each([new RequestRefused('no'), new ServiceUnavailable('throttled')])(
  'a write that fails otherwise is not tried again at once: $name',
  async (error) => {
    const write = vi.fn(() => Promise.reject(error));
    const { setting } = idleTimeout(60, { write });
    await expect(changeSetting(records(), setting, to120)).rejects.toBe(error);
    expect(write).toHaveBeenCalledTimes(1);
  },
);

it('a value of someone else’s is left, and ends the operation', async () => {
  const { setting, write } = idleTimeout(300);
  expect(await changeSetting(records({ earlier: CHANGE }), setting, to120)).toStrictEqual({
    outcome: 'FAILED',
    failsAs: 'ChangedBySomeoneElse',
    isFinal: true,
    detail:
      'idle time-out of web has 300 s, neither 60 s as before nor 120 s as intended: someone else has changed it, and it is left as it is',
  });
  expect(write).not.toHaveBeenCalled();
});

it.each([
  [false, []],
  [true, [[60, 'read 1']]],
])(
  'an undo whose old value is back writes it again only if reads are late: %s',
  async (isReadLate, writes) => {
    const { setting, write } = idleTimeout(60, { isReadLate });
    expect(await undoSetting(records({ undone: CHANGE }), setting)).toStrictEqual({
      outcome: 'SUCCEEDED',
      detail: 'idle time-out of web is back from 120 s to 60 s',
    });
    expect(write.mock.calls).toEqual(writes);
  },
);

it('a change that a late read shows already is not made again', async () => {
  const { setting, write } = idleTimeout(120, { isReadLate: true });
  expect((await changeSetting(records({ earlier: CHANGE }), setting, to120)).outcome).toBe('SUCCEEDED');
  expect(write).not.toHaveBeenCalled();
});

it('an undo of what was never changed reads and writes nothing', async () => {
  const read = vi.fn();
  const { setting, write } = idleTimeout(60, { read });
  expect(await undoSetting(records(), setting)).toStrictEqual({
    outcome: 'SUCCEEDED',
    detail: 'idle time-out of web was never changed',
  });
  expect(read).not.toHaveBeenCalled();
  expect(write).not.toHaveBeenCalled();
});
