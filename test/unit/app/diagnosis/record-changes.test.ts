import { describe, expect, it } from 'vitest';
import { recordChanges } from '../../../../functions/app/changes/record-changes.ts';
import { conclude } from '../../../../functions/app/heal/conclude.ts';
import type { ChangeEvent } from '../../../../functions/core/change/change-event.ts';
import { configured, withMemoryAlarm } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld, inputOf } from '../../../factories/ports/world.ts';

const MINUTE_MS = 60_000;

/** A component that is healed from the third minute to the fifth. */
async function healed() {
  const world = createWorld(configured({ components: { web: withMemoryAlarm({ changes: {} }) } }));
  world.clock.now = NOON + 3 * MINUTE_MS + 500;
  const operation = await admitted(world, { origin: 'manual' });
  const { operationId } = operation;
  return {
    operationId,
    ends: async () => {
      world.clock.now = NOON + 5 * MINUTE_MS;
      await conclude(world, { ...inputOf(operation), state: 'COMPLETED' });
    },
    /** The operation to which a deployment of this minute is attributed. */
    deployed: async (minute: number, more: Partial<ChangeEvent> = {}) => {
      const changeId = `d-${minute}`;
      const event: ChangeEvent = {
        ...{ component: 'web', source: 'ecs', kind: 'deployment', changeId, phase: 'started' },
        ...{ atMs: NOON + minute * MINUTE_MS, summary: 'a deployment', ...more },
      };
      await recordChanges(world, [event]);
      const found = await world.changes.listChanges('web', 0);
      return found.find((one) => one.changeId === changeId)?.operationId;
    },
  };
}

describe('a deployment by means that Selfheal uses as well', () => {
  it('is part of the repair if it began during it, in the very second of its start too', async () => {
    const run = await healed();
    expect(await run.deployed(3)).toBe(run.operationId);
    expect(await run.deployed(4)).toBe(run.operationId);
  });

  it('is not if it began before, though it is reported meanwhile', async () => {
    expect(await (await healed()).deployed(2)).toBeUndefined();
  });

  it('is if it began during it, though it is reported afterwards', async () => {
    const run = await healed();
    await run.ends();
    expect(await run.deployed(4)).toBe(run.operationId);
  });

  it('is not if it began afterwards', async () => {
    const run = await healed();
    await run.ends();
    expect(await run.deployed(6)).toBeUndefined();
  });

  it('keeps its first attribution when it is delivered again', async () => {
    const run = await healed();
    expect(await run.deployed(4)).toBe(run.operationId);
    await run.ends();
    expect(await run.deployed(4)).toBe(run.operationId);
  });
});

it('a deployment that a pipeline reports is nobody’s repair', async () => {
  expect(await (await healed()).deployed(4, { source: 'pipeline' })).toBeUndefined();
});
