import { describe, expect, it } from 'vitest';
import { createTrail } from '../../../../functions/adapters/cloudtrail/trail.ts';
import { readTrail } from '../../../../functions/app/investigation/read-trail.ts';
import { beforeAlert } from '../../../../functions/core/investigation/onset-windows.ts';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import type { Trail } from '../../../../functions/ports/trail.ts';
import { createEventHistory } from '../../../../local/embedded/cloudtrail/event-history.ts';
import { createInProcessClient } from '../../../../local/embedded/in-process-client.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const MINUTE_MS = 60_000;
const ALICE = { type: 'IAMUser', userName: 'Alice', accessKeyId: 'AKIAIOSFODNN7EXAMPLE' };

function given() {
  const world = createWorld();
  let ids = 0;
  const history = createEventHistory({ clock: world.clock, newId: () => `event-${ids++}` });
  const trail = createTrail(createInProcessClient('cloudtrail', history.operations));
  const record = (minutes: number, name: string, resources: readonly string[], more: object = {}) => {
    world.clock.now = NOON + minutes * MINUTE_MS;
    history.record({ name, service: 'lambda.amazonaws.com', resources, userIdentity: ALICE, ...more });
    world.clock.now = NOON + 20 * MINUTE_MS;
  };
  const read = (resources: readonly string[], other: Partial<Trail> = {}) =>
    readTrail({ ...world, trail: { ...trail, ...other } }, resources, beforeAlert(NOON));
  return { world, record, read };
}

describe('reading CloudTrail', () => {
  it('finds who changed a resource in the hour before the onset, and keeps no key', async () => {
    const { record, read } = given();
    record(-90, 'CreateFunction', ['orders']);
    record(-30, 'UpdateFunctionCode', ['orders', 'arn-of-orders']);
    record(-20, 'GetFunction', ['orders'], { readOnly: true });
    record(-15, 'UpdateFunctionCode', ['pay']);
    record(5, 'UpdateAlias', ['orders']);
    const findings = await read(['orders', 'arn-of-orders']);
    expect(findings).toMatchObject({ outcome: 'SUCCEEDED', isNews: true });
    expect(findings.lines.slice(1)).toEqual([
      '2026-11-22T13:00:00Z UpdateFunctionCode (lambda.amazonaws.com) on arn-of-orders by user Alice',
    ]);
    expect(findings.lines.join('\n')).not.toContain('AKIA');
  });

  it('asks no more than twice a second, whatever the number of resources and pages, beside another one', async () => {
    const { world, record, read } = given();
    const startedAtMs = world.clock.now;
    for (let count = 0; count < 120; count += 1) record(-30, 'Invoke', ['orders'], { readOnly: true });
    record(-40, 'UpdateFunctionCode', ['orders']);
    // The embedded history throttles a third look-up within a second.
    const { outcome, lines } = await read(['a', 'b', 'c', 'd', 'orders']);
    expect(outcome).toBe('SUCCEEDED');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('UpdateFunctionCode');
    // Seven look-ups: two investigations together make fewer than two a second.
    expect(world.clock.now - startedAtMs).toBeGreaterThan(7 * 1_000);
  });

  it('says so where there are more events than it reads', async () => {
    const { record, read } = given();
    for (let count = 0; count < 151; count += 1) record(-30, 'Invoke', ['orders'], { readOnly: true });
    const { lines } = await read(['orders']);
    expect(lines.at(-1)).toBe('orders: there are more events than were read: earlier changes may be missing');
  });

  it('reads the other resources where one cannot be asked about', async () => {
    const { read } = given();
    let calls = 0;
    const findings = await read(['gone', 'orders'], {
      changesOf: async () => {
        calls += 1;
        if (calls === 1) throw new ServiceUnavailable('cloudtrail:LookupEvents: Rate exceeded');
        return { events: [] };
      },
    });
    expect(findings.outcome).toBe('SUCCEEDED');
    expect(findings.lines.at(-1)).toContain('gone: not read: ServiceUnavailable');
  });

  it('notes a missing permission, and asks no further', async () => {
    const { world, read } = given();
    let calls = 0;
    const { outcome } = await read(['orders', 'pay'], {
      changesOf: async () => {
        calls += 1;
        throw new NotPermitted({ action: 'cloudtrail:LookupEvents' });
      },
    });
    expect([outcome, calls]).toEqual(['FAILED', 1]);
    expect(await world.store.listDenials()).toMatchObject([{ action: 'cloudtrail:LookupEvents' }]);
  });

  it('lets an error that is none of the service’s through', async () => {
    const { read } = given();
    const changesOf = () => Promise.reject(new TypeError('not a function'));
    await expect(read(['orders'], { changesOf })).rejects.toThrow(TypeError);
  });
});
