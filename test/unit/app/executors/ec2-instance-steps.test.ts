import { describe, expect, it } from 'vitest';
import { begin, inspect } from '../../../../functions/app/executors/ec2-instance.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { OPERATION_ID, stepCall } from './step-call.ts';

const [A, B] = ['i-0000000000000000a', 'i-0000000000000000b'] as const;
const clock = { nowMs: () => NOON, sleep: async () => undefined };
const failed = (detail: string) => ({ outcome: 'FAILED', detail });
const under = (change: string, ids: string) => ({
  reference: { executor: 'resource', id: `ec2:${change}:${NOON}:${ids}` },
});

/** Begins a step on instances in these states, and lists what it asks EC2 for. */
async function begun(
  type: string,
  states: Readonly<Record<string, string>>,
  {
    hasInstanceStore = false,
    ...given
  }: Parameters<typeof stepCall>[0] & { hasInstanceStore?: boolean } = {},
) {
  const asked: string[] = [];
  const now: Record<string, string> = { ...states };
  const instance = { type: 'm7g.large', rootDevice: 'ebs', isSpot: false, isMonitored: false };
  const instances = {
    read: async (ids: readonly string[]) =>
      ids.flatMap((id) => (now[id] === undefined ? [] : [{ id, state: now[id], ...instance }])),
    hasInstanceStore: async () => hasInstanceStore,
    reboot: async (ids: readonly string[]) => void asked.push(`reboot ${ids.join()}`),
    stop: async (id: string) => void asked.push(`stop ${id}`),
    start: async (id: string) => void asked.push(`start ${id}`),
    snapshot: async (id: string, marker: string) => {
      asked.push(`snapshot ${marker}`);
      return [`snap-1-${id}`, `snap-2-${id}`];
    },
    snapshotsOf: async (marker: string) => (marker.endsWith(A) ? ['snap-1', 'snap-2'] : []),
  };
  const { call, kept } = stepCall({ targets: [A, B], ...given });
  const answer = await begin({ instances, clock } as never, type, call).catch((error: Error) => error);
  return { answer, asked, kept };
}

const EARLIER = { before: 'null', intended: '"begun"' };
const BOTH = { [A]: 'running', [B]: 'running' };

describe('a reboot by EC2', () => {
  it('is asked for once for all', async () => {
    expect(await begun('reboot_instance', BOTH)).toStrictEqual({
      ...{ answer: under('reboot', `${A},${B}`), asked: [`reboot ${A},${B}`], kept: [EARLIER] },
    });
  });

  it('is not asked for where one cannot be rebooted, or is unknown', async () => {
    const stopped = await begun('reboot_instance', { [A]: 'stopped', [B]: 'pending' });
    expect(stopped.answer).toStrictEqual(
      failed(
        `${A}: it is stopped, and only a running instance can be rebooted; ${B}: it is pending, and only a running instance can be rebooted`,
      ),
    );
    expect(stopped.asked).toEqual([]);
    expect(await begun('reboot_instance', {})).toStrictEqual({
      answer: failed(`EC2 knows no instance ${A}, ${B}`),
      ...{ asked: [], kept: [] },
    });
  });

  it('is not asked for again where the answer was lost', async () => {
    const { answer, asked } = await begun('reboot_instance', BOTH, { changes: { earlier: EARLIER } });
    expect(answer).toBeInstanceOf(ServiceUnavailable);
    expect(answer).toMatchObject({
      message: `${A}, ${B} may have been rebooted by an earlier try whose answer was lost; EC2 cannot tell, so they are not rebooted again`,
    });
    expect(asked).toEqual([]);
  });
});

describe('snapshots of the volumes of instances', () => {
  it('are marked with the step and the instance, and named at the end', async () => {
    expect(await begun('snapshot_volume', BOTH)).toStrictEqual({
      answer: {
        outcome: 'SUCCEEDED',
        detail: `${A}: snap-1-${A}, snap-2-${A}; ${B}: snap-1-${B}, snap-2-${B}`,
      },
      asked: [A, B].map((id) => `snapshot ${OPERATION_ID}/heal-0/${id}`),
      kept: [EARLIER],
    });
  });

  it('are found by their marks when the step is repeated, and never taken twice', async () => {
    const repeated = { changes: { earlier: EARLIER } };
    expect(await begun('snapshot_volume', BOTH, { ...repeated, targets: [A] })).toStrictEqual({
      ...{ answer: { outcome: 'SUCCEEDED', detail: `${A}: snap-1, snap-2` }, asked: [], kept: [] },
    });
    const { answer } = await begun('snapshot_volume', BOTH, repeated);
    expect(answer).toBeInstanceOf(ServiceUnavailable);
    expect(answer).toMatchObject({
      message: `an earlier try may have taken snapshots of ${B}, and EC2 does not list them; it is not asked for others`,
    });
  });

  it('are not taken of an instance that EC2 does not know', async () => {
    expect(await begun('snapshot_volume', { [A]: 'running' })).toStrictEqual({
      ...{ answer: failed(`EC2 knows no instance ${B}`), asked: [], kept: [] },
    });
  });
});

describe('the power of instances', () => {
  it('is followed only where it was changed', async () => {
    expect((await begun('stop_instance', { [A]: 'stopped', [B]: 'running' })).answer).toStrictEqual(
      under('stop', B),
    );
    expect((await begun('start_instance', { [A]: 'stopped', [B]: 'pending' })).answer).toStrictEqual(
      under('start', A),
    );
    expect((await begun('stop_instance', { [A]: 'stopped', [B]: 'stopping' })).answer).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: `state of ${A} is stopped; state of ${B} is stopped already`,
    });
  });

  it.each([
    [
      'stop_instance',
      'shutting-down',
      `state of ${A}: it is shutting-down, and can be neither stopped nor started`,
    ],
    ['start_instance', 'terminated', `state of ${A}: it is terminated, and cannot be started`],
    ['start_instance', 'hibernating', `state of ${A}: it is hibernating, and cannot be started`],
  ])('is not changed by %s of one that is %s', async (type, state, detail) => {
    const { answer, asked } = await begun(type, { [A]: state, [B]: 'running' });
    expect(answer).toMatchObject(failed(detail));
    expect(asked).toEqual([]);
  });

  it('is not followed where it was changed of one, and the change of another has failed', async () => {
    const changes = {
      earlier: {
        before: `{"${A}":"running","${B}":"running"}`,
        intended: `{"${A}":"stopped","${B}":"stopped"}`,
      },
    };
    const { answer, asked } = await begun(
      'stop_instance',
      { [A]: 'running', [B]: 'terminated' },
      { changes },
    );
    expect(answer).toMatchObject({ outcome: 'FAILED', failsAs: 'ChangedBySomeoneElse' });
    expect(answer).not.toHaveProperty('reference');
    expect(asked).toEqual([`stop ${A}`]);
  });

  it('is not changed of an instance that EC2 does not know', async () => {
    expect((await begun('start_instance', { [A]: 'stopped' })).answer).toMatchObject(
      failed(`state of ${B}: EC2 knows no instance ${B}`),
    );
  });

  it.each([
    [undefined, 'outcome'],
    [false, 'outcome'],
    [true, 'reference'],
  ])('costs the data of instance store only where that is allowed: %s', async (loseInstanceStore, has) => {
    const params = { loseInstanceStore };
    const { answer } = await begun('stop_instance', BOTH, { hasInstanceStore: true, params });
    expect(answer).toHaveProperty(has);
  });

  it.each([
    ['stop_instance', 'stopped', 'running', 'start'],
    ['start_instance', 'running', 'stopped', 'stop'],
  ])('is as before after the undo of %s, which is followed', async (type, now, before, change) => {
    const undone = { before: `{"${A}":"${before}"}`, intended: `{"${A}":"${now}"}` };
    const given = { params: { phase: 'undo' }, changes: { undone } };
    const { answer, asked } = await begun(type, { [A]: now, [B]: now }, given);
    expect(answer).toStrictEqual(under(change, A));
    expect(asked).toEqual([`${change} ${A}`]);
  });

  it.each([
    [{ [B]: 'running' }, 'gone'],
    [{ [A]: 'hibernating' }, 'hibernating'],
  ])('is left by an undo that finds another: %o', async (states, state) => {
    const undone = { before: `{"${A}":"running"}`, intended: `{"${A}":"stopped"}` };
    const given = { params: { phase: 'undo' }, changes: { undone } };
    expect((await begun('stop_instance', states, given)).answer).toMatchObject({
      failsAs: 'ChangedBySomeoneElse',
      detail: expect.stringContaining(`state of ${A} has ${state}, neither stopped as before`),
    });
  });
});

describe('the end of a reboot or a start', () => {
  const RUNNING = { id: A, state: 'running', check: 'ok' };
  const found = async (
    change: 'reboot' | 'start' | 'stop',
    ageMs: number,
    status: object,
    ...nodes: object[]
  ) => {
    const looked: unknown[] = [];
    const resolveTargets = async (selector: unknown) => {
      looked.push(selector);
      return nodes;
    };
    const deps = { clock, instances: { statuses: async () => [status] }, runbooks: { resolveTargets } };
    const inspection = await inspect(deps as never, { change, ids: [A], sinceMs: NOON - ageMs });
    return { inspection, looked };
  };
  const ends = (outcome: string, detail: string) => ({
    ...{ outcome, targets: [{ id: A, outcome, detail, exists: true }], targetCount: 1 },
  });

  it.each([
    ['reboot', 119_999, { id: A, exists: true, detail: `${A} has just been rebooted` }],
    [
      'reboot',
      120_000,
      ends('SUCCEEDED', `${A} is running, passes EC2’s checks, and its agent is online`).targets[0],
    ],
  ] as const)('of a %s is believed after two minutes: %i ms', async (change, ageMs, target) => {
    const { inspection, looked } = await found(change, ageMs, RUNNING, node(A));
    expect(inspection.targets).toStrictEqual([target]);
    expect(inspection.detail).toBe(`reboot of ${A}: ${target?.detail}`);
    expect(looked).toEqual([{ instanceIds: [A] }]);
  });

  it.each([
    ['of another host', node(B)],
    ['that is offline', node(A, { online: false })],
    ['that reported last when it was begun', node(A, { lastPingAtMs: NOON - 600_000 })],
  ])('does not show in an agent %s', async (_, agent) => {
    const { inspection } = await found('start', 600_000, RUNNING, agent);
    expect(inspection).not.toHaveProperty('outcome');
    expect(inspection.targets[0]?.detail).toBe(
      `${A} is running, EC2’s checks are ok, and its agent is offline`,
    );
  });

  it('has failed where EC2 could not start the instance within two minutes', async () => {
    const stopped = { id: A, state: 'stopped', check: 'unknown' };
    expect((await found('start', 119_999, stopped)).inspection).not.toHaveProperty('outcome');
    expect((await found('start', 120_000, stopped)).inspection).toMatchObject({ outcome: 'FAILED' });
  });

  it('of a stop asks no agent', async () => {
    const { inspection, looked } = await found('stop', 0, { id: A, state: 'stopped', check: 'unknown' });
    expect(inspection).toStrictEqual({
      ...ends('SUCCEEDED', `${A} is stopped`),
      detail: `stop of ${A}: ${A} is stopped`,
    });
    expect(looked).toEqual([]);
  });
});
