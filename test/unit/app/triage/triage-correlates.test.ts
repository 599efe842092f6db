import { describe, expect, it } from 'vitest';
import { conclude } from '../../../../functions/app/heal/conclude.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { configured, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { controlEvent, signalEvent } from '../../../factories/events/selfheal-event.ts';
import { admitted, createWorld, inputOf, type World } from '../../../factories/ports/world.ts';

/** Two components, one of which depends on the other. */
const worldOf = (strategy: Readonly<Record<string, unknown>> = {}) =>
  createWorld(
    configured({
      components: { web: withMemoryAlarm({ dependsOn: ['database'] }), database: withMemoryAlarm() },
      strategies: [strategy],
    }),
  );
const triaged = (world: World, fields: Readonly<Record<string, unknown>> = {}, id = 'signal') =>
  triage(world, signalEvent({ component: 'web', metric: 'memory', ...fields }, id));

const incidentsIn = async (world: World) =>
  (await world.correlation.readBoards(['database'])).flatMap(({ incidents }) => incidents);

describe('the incident of an alert', () => {
  it('names the operation that it led to', async () => {
    const world = worldOf();
    const { operationId } = await admitted(world);
    expect(await incidentsIn(world)).toMatchObject([
      { components: { web: {} }, operationIds: [operationId] },
    ]);
  });

  it('is on record for a refused repair, too, and names no operation', async () => {
    const world = worldOf();
    await triage(world, controlEvent({ command: 'pause' }));
    expect(await triaged(world)).toMatchObject({ reason: 'PAUSED' });
    expect(await incidentsIn(world)).toMatchObject([{ components: { web: {} }, operationIds: [] }]);
  });

  it.each([
    ['SEVERITY_TOO_LOW', {}, { severity: 'INFO' }],
    ['TRIGGER_PENDING', { trigger: { metrics: ['memory'], consecutiveFailures: 2 } }, {}],
    ['UNKNOWN_TARGET', {}, { targets: ['i-0123456789abcdef9'] }],
  ])('does not exist for what is refused as %s: it is no alert yet', async (reason, strategy, fields) => {
    const world = worldOf(strategy);
    expect(await triaged(world, fields)).toMatchObject({ decision: 'refuse', reason });
    expect(await incidentsIn(world)).toEqual([]);
  });

  it('does not begin again for a signal whose operation is over', async () => {
    const world = worldOf();
    const signal = signalEvent({ component: 'web', metric: 'memory' }, 'signal');
    await triage(world, signal);
    const [operation] = await world.store.listOperations(1);
    if (!operation) throw new Error('not admitted');
    await conclude(world, { ...inputOf(operation), state: 'COMPLETED' });
    const [board] = await world.correlation.readBoards(['database']);
    if (!board) throw new Error('no board');
    await world.correlation.saveBoard({ ...board, revision: board.revision + 1, incidents: [] });
    expect(await triage(world, signal)).toMatchObject({
      decision: 'observe',
      detail: `the signal already led to operation ${operation.operationId}`,
    });
    expect(await incidentsIn(world)).toEqual([]);
  });

  it('does not exist for an isolation that is to be lifted', async () => {
    const world = worldOf({
      id: 'lift-isolation',
      trigger: { metrics: ['isolation_limit'] },
      actions: [{ type: 'restore_network' }],
    });
    const lift = { metric: 'isolation_limit', strategy: 'lift-isolation', lifts: 'op', targets: [NODE] };
    expect(await triaged(world, lift)).toMatchObject({ decision: 'heal' });
    expect(await incidentsIn(world)).toEqual([]);
  });

  it('costs the only component no look at what was discovered', async () => {
    const world = createWorld(configured({ settings: { graph: { discover: ['xray'] } } }));
    const never = () => Promise.reject(new Error('asked'));
    expect(await triaged({ ...world, discovered: { ...world.discovered, readGraph: never } })).toMatchObject({
      decision: 'heal',
    });
  });
});
