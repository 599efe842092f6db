import { describe, expect, it } from 'vitest';
import { endStep, settleInspected } from '../../../../functions/app/recover/settle-step.ts';
import type { Inspection } from '../../../../functions/core/operation/inspection.ts';
import type { StepRecord } from '../../../../functions/core/operation/operation.ts';
import { NODE } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld, withStore } from '../../../factories/ports/world.ts';

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

describe('a step that may be over', () => {
  const settle = async (
    world: ReturnType<typeof createWorld>,
    found: Partial<Inspection>,
    options: Parameters<typeof settleInspected>[3] = {},
  ) =>
    (await settleInspected(world, REFERENCE, { detail: 'd', targets: [], targetCount: 2, ...found }, options))
      .settlement;

  it('is settled by its outcome on record, whatever its action does', async () => {
    const { settling, record } = await settled({}, { outcome: 'TIMED_OUT', completedAtMs: NOON });
    expect(settling.settlement).toBe('settled');
    expect(record).toMatchObject({ outcome: 'TIMED_OUT' });
  });

  it('fails with the first target, though others are not known', async () => {
    const refused = { id: NODE, outcome: 'FAILED', detail: 'refused' } as const;
    const failed = { outcome: 'FAILED', detail: 'refused', targets: [refused] } as const;
    expect((await settled(failed, { targets: [] })).record).toMatchObject({ outcome: 'FAILED' });
  });

  it('has failed for its own reason, though hosts were out of reach', async () => {
    const found = { isWhole: true, outcome: 'FAILED', detail: 'it failed' } as const;
    expect((await settled(found, { unreached: ['i-away'] })).record?.detail).toBe('it failed');
  });

  it('has no successors on record where its action has replaced nothing', async () => {
    const { record } = await settled({ outcome: 'SUCCEEDED', targets: [done(NODE), done(OTHER)] });
    expect(record).not.toHaveProperty('replaced');
  });

  it('ends for hosts that have left only where it is silent', async () => {
    const { world, operationId } = await settled({});
    await world.store.layOut(operationId, { batches: [[NODE, OTHER]], skipped: {} });
    world.runbooks.nodes = [];
    const owner = { operationId, stepId: 'heal-0', action: 'start_component' } as const;
    expect(await settle(world, { owner })).toBe('running');
    expect(await settle(world, { owner }, { isSilent: true })).toBe('settled');
  });

  it('may be one that nobody recorded, as far as its action says whose it is', async () => {
    const { world, operationId } = await settled({});
    const over = { outcome: 'FAILED', isWhole: true, detail: 'it failed' } as const;
    const stepId = 'heal-1' as const;
    expect(await settle(world, { ...over, owner: { operationId, stepId } as never })).toBe('foreign');
    const owner = { operationId, stepId, action: 'start_component' } as const;
    const planless = withStore(world, { getPlan: async () => undefined });
    expect(await settle(planless as never, { ...over, owner })).toBe('settled');
    expect(await world.store.getStep(operationId, stepId)).toMatchObject({
      ...{ action: 'start_component', component: 'web', outcome: 'FAILED', detail: 'it failed' },
    });
  });

  it('is left alone where its record is refused, and there is none', async () => {
    const { world, record } = await settled({});
    if (!record) throw new Error('no record');
    const deps = withStore(world, { recordOutcome: async () => false, getStep: async () => undefined });
    await endStep(deps, record, 'FAILED', 'it failed');
    expect(world.tokens.completed).toEqual([]);
  });
});
