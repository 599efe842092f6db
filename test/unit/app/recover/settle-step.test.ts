import { describe, expect, it } from 'vitest';
import { settleInspected } from '../../../../functions/app/recover/settle-step.ts';
import type { Inspection } from '../../../../functions/core/operation/inspection.ts';
import type { StepRecord } from '../../../../functions/core/operation/operation.ts';
import { NODE } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld } from '../../../factories/ports/world.ts';

const OTHER = 'i-0123456789abcdef1';
const REFERENCE = { executor: 'run_command', id: 'command-1' } as const;

/** A step on two hosts that is on record, and what is found of its action. */
async function settled(found: Partial<Inspection>, more: Partial<StepRecord> = {}) {
  const world = createWorld();
  const { operationId } = await admitted(world);
  await world.store.recordStep({
    ...({ operationId, component: 'web', stepId: 'heal-0', action: 'start_component' } as const),
    ...{ onError: 'abort', startedAtMs: NOON, targets: [NODE, OTHER], ...more },
  });
  const inspection: Inspection = {
    ...{ detail: 'it runs', targets: [], targetCount: 2 },
    owner: { operationId, stepId: 'heal-0', action: 'start_component' },
    ...found,
  };
  const settling = await settleInspected(world, REFERENCE, inspection);
  return { settling, record: await world.store.getStep(operationId, 'heal-0'), world, operationId };
}

const done = (id: string, more: object = {}) =>
  ({ id, outcome: 'SUCCEEDED', detail: `${id} is up`, ...more }) as const;
const open = (id: string, detail = `${id} is starting`) => ({ id, detail });

describe('an action that is looked at', () => {
  it('ends its step once it has succeeded on every target', async () => {
    const { settling, record } = await settled({ outcome: 'SUCCEEDED', targets: [done(NODE), done(OTHER)] });
    expect(settling).toEqual({ settlement: 'settled', isOver: true, pending: '' });
    expect(record).toMatchObject({
      ...{ outcome: 'SUCCEEDED', completedAtMs: NOON, reference: REFERENCE },
      detail: `${NODE} is up; ${OTHER} is up`,
    });
  });

  it('says of which targets it still waits, each thing once', async () => {
    const busy = await settled({ targets: [done(NODE), open(OTHER)] });
    expect(busy.settling).toEqual({ settlement: 'running', isOver: false, pending: `${OTHER} is starting` });
    const same = await settled({ targets: [open(NODE, 'queued'), open(OTHER, 'queued')] });
    expect(same.settling.pending).toBe('queued');
    const each = await settled({ targets: [open(NODE), open(OTHER)] });
    expect(each.settling.pending).toBe(`${NODE} is starting; ${OTHER} is starting`);
  });

  it('says how far it has come as a whole, where its service knows no targets', async () => {
    const running = await settled({ isWhole: true });
    expect(running.settling).toEqual({ settlement: 'running', isOver: false, pending: 'it runs' });
    const over = await settled({ isWhole: true, outcome: 'FAILED', detail: 'it failed' });
    expect(over.settling).toEqual({ settlement: 'settled', isOver: true, pending: '' });
    expect(over.record).toMatchObject({ outcome: 'FAILED', detail: 'it failed' });
  });

  it('may be over although its step is not, because results come late', async () => {
    const { settling, record } = await settled({ outcome: 'SUCCEEDED', targets: [done(NODE)] });
    expect(settling).toMatchObject({ settlement: 'running', isOver: true });
    expect(record?.outcome).toBeUndefined();
  });

  it('is nobody’s without an owner, or of an operation that does not exist', async () => {
    const { world, operationId } = await settled({});
    const inspection = { outcome: 'SUCCEEDED', detail: 'd', targets: [], targetCount: 0 } as const;
    expect(await settleInspected(world, REFERENCE, inspection)).toMatchObject({
      ...{ settlement: 'foreign', isOver: true },
    });
    const owner = { operationId: 'gone', stepId: 'heal-0', action: 'start_component' } as const;
    expect((await settleInspected(world, REFERENCE, { ...inspection, owner })).settlement).toBe('foreign');
    const elsewhere = { operationId, stepId: 'heal-1', action: 'start_component', component: 'api' } as const;
    expect((await settleInspected(world, REFERENCE, { ...inspection, owner: elsewhere })).settlement).toBe(
      'foreign',
    );
  });

  it('is not known yet', async () => {
    expect(await settleInspected(createWorld(), REFERENCE, undefined)).toEqual({
      ...{ settlement: 'running', isOver: false },
    });
  });
});

describe('targets that an action has replaced', () => {
  const replacing = {
    outcome: 'SUCCEEDED',
    targets: [done(NODE, { replacedBy: 'i-new' }), done(OTHER, { replacedBy: null })],
  } as const;

  it('have their successors on record, or that they are gone', async () => {
    const { record } = await settled(replacing, { skipped: { 'i-before': 'offline' } });
    expect(record).toMatchObject({
      ...{ replaced: { [NODE]: 'i-new' }, skipped: { [OTHER]: 'gone', 'i-before': 'offline' } },
    });
  });

  it('are none where the action has failed', async () => {
    const failed = { id: OTHER, outcome: 'FAILED', detail: 'it is protected' } as const;
    const { record } = await settled({
      ...{ outcome: 'FAILED', targets: [done(NODE, { replacedBy: 'i-new' }), failed] },
    });
    expect(record).toMatchObject({ outcome: 'FAILED', detail: 'it is protected' });
    expect(record).not.toHaveProperty('replaced');
    expect(record).not.toHaveProperty('skipped');
  });

  it('leave the step failed where other hosts were out of reach', async () => {
    const { record } = await settled(
      { outcome: 'SUCCEEDED', targets: [done(NODE), done(OTHER)] },
      { unreached: ['i-away'] },
    );
    expect(record).toMatchObject({
      outcome: 'FAILED',
      detail: `could not be done on i-away; ${NODE} is up; ${OTHER} is up`,
      targets: [NODE, OTHER],
    });
  });
});

describe('what an action wants to have back', () => {
  it('is kept with its outcome', async () => {
    const outcome = { outcome: 'SUCCEEDED', targets: [done(NODE), done(OTHER)] } as const;
    expect((await settled({ ...outcome, undo: '{"size":1}' })).record?.undo).toBe('{"size":1}');
    expect((await settled(outcome)).record).not.toHaveProperty('undo');
  });
});
