import { describe, expect, it } from 'vitest';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { configured } from '../../../factories/configuration.ts';
import { controlEvent, signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, withStore } from '../../../factories/ports/world.ts';
import { alert, approve, configurationOf, PROPOSAL, proposed } from './proposed-world.ts';

const signal = (detail: object) => signalEvent({ component: 'web', metric: 'memory', ...detail });

describe('what triage says of a signal', () => {
  it('is which component has recovered, and on which metric', async () => {
    expect(await triage(createWorld(), signal({ kind: 'recovery' }))).toEqual({
      ...{ decision: 'observe', detail: 'web recovered on memory' },
    });
  });

  it('is that nothing of that name is configured', async () => {
    expect(await triage(createWorld(), signal({ component: 'db' }))).toEqual({
      ...{ decision: 'refuse', reason: 'UNKNOWN_COMPONENT' },
      detail: 'db is neither a component nor an alarm of one in selfheal.yaml',
    });
  });

  it('is which strategy waits for an approval', async () => {
    const world = createWorld(configured({ settings: { mode: 'propose' } }));
    expect(await triage(world, alert)).toEqual({
      ...{ decision: 'observe', detail: `restart waits for an approval: proposal ${PROPOSAL}` },
    });
  });
});

describe('what triage says of an approval', () => {
  it('is that something else would be carried out than people saw', async () => {
    const world = await proposed();
    const strategies = [{ actions: [{ type: 'graceful_stop' }] }];
    expect(await approve({ ...world, configuration: configurationOf({ strategies }) })).toEqual({
      ...{ decision: 'refuse', reason: 'PLAN_CHANGED' },
      detail: 'strategy restart, or the component, has changed since the proposal',
    });
  });
});

describe('what triage says of a control', () => {
  it('is that its end has passed, and how to send it again', async () => {
    const world = createWorld();
    const untilMs = world.clock.now;
    const detail =
      'the pause was to end at 2026-11-22T13:30:00.000Z, which has passed. Healing is as before. Send it again with a later for (a duration such as 2h) or untilMs (milliseconds since 1970), or without one';
    expect(await triage(world, controlEvent({ command: 'pause', untilMs }))).toStrictEqual({
      ...{ decision: 'refuse', reason: 'EXPIRED', detail },
    });
    expect(world.notifier.sent).toStrictEqual([
      {
        ...{ topic: 'architect', subject: 'Selfheal: a pause had no effect' },
        body: {
          ...{ kind: 'control-without-effect', command: 'pause', source: 'selfheal.operator' },
          ...{ time: '2026-11-22T13:30:00Z', reason: 'EXPIRED', detail },
        },
      },
    ]);
  });

  it.each([
    [NOON + 1, '2026-11-22T13:30:00.001Z'],
    [9e15, '9000000000000000 ms'],
  ])('is until when it holds, however far that is: %d', async (untilMs, text) => {
    expect(await triage(createWorld(), controlEvent({ command: 'pause', untilMs }))).toStrictEqual({
      ...{ decision: 'observe', detail: `pause until ${text}: no reason given` },
    });
  });

  it.each([
    ['open_window', 'an opening of a window', { window: 'days' }],
    ['close_window', 'a closing of a window', { window: 'days' }],
    ['include', 'an inclusion', { component: 'wbe' }],
  ])('names what had no effect: %s', async (command, what, named) => {
    const world = createWorld(configured({ windows: { nights: {} } }));
    await triage(world, controlEvent({ command, ...named }));
    expect(world.notifier.sent.map(({ subject }) => subject)).toEqual([`Selfheal: ${what} had no effect`]);
  });

  it('is that it could not be recorded so far, and is tried again', async () => {
    const plain = createWorld();
    const world = withStore(plain, { setPause: () => Promise.reject(new StoreUnavailable('throttled')) });
    await expect(triage(world, controlEvent({ command: 'pause' }))).rejects.toThrow(StoreUnavailable);
    expect(plain.notifier.sent).toMatchObject([
      {
        body: {
          reason: 'LIMITS_UNKNOWN',
          detail:
            'it could not be recorded so far (StoreUnavailable: throttled). It is tried again a few times; if the dead-letter alarm follows, send it again',
        },
      },
    ]);
  });
});
