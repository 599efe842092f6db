import { describe, expect, it } from 'vitest';
import { createTrail } from '../../../../functions/adapters/cloudtrail/trail.ts';
import { createLogSearches } from '../../../../functions/adapters/cloudwatch-logs/log-searches.ts';
import { createFailedTraces } from '../../../../functions/adapters/xray/failed-traces.ts';
import { conclude } from '../../../../functions/app/heal/conclude.ts';
import { investigate } from '../../../../functions/app/investigation/investigate.ts';
import { operationStory } from '../../../../functions/app/queries/operation-story.ts';
import { NotPermitted, ServiceUnavailable, StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { createEventHistory } from '../../../../local/embedded/cloudtrail/event-history.ts';
import { createEmbeddedLogGroups } from '../../../../local/embedded/cloudwatch-logs/log-groups.ts';
import { createInProcessClient } from '../../../../local/embedded/in-process-client.ts';
import { createTraceSummaries } from '../../../../local/embedded/xray/trace-summaries.ts';
import { configured, NODE } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld, inputOf } from '../../../factories/ports/world.ts';

const MINUTE_MS = 60_000;
const failure = { error: 'NotRecovered', cause: 'bad after 30 s' };

interface Given {
  readonly logs?: readonly string[] | undefined;
  readonly copies?: number;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** The component `web`, whose repair has failed ten minutes after the alert, and its log groups. */
async function failed({ logs = ['/web'], settings = {}, ...given }: Given = {}) {
  let ids = 0;
  const plain = createWorld(configured({ settings, components: { web: { logs } } }));
  const groups = createEmbeddedLogGroups({ clock: plain.clock, newId: () => `search-${ids++}`, ...given });
  groups.create('/web');
  const logSearches = createLogSearches(createInProcessClient('logs', groups.operations));
  const history = createEventHistory({ clock: plain.clock, newId: () => `event-${ids++}` });
  const trail = createTrail(createInProcessClient('cloudtrail', history.operations));
  const traces = createTraceSummaries({ clock: plain.clock });
  const failedTraces = createFailedTraces(createInProcessClient('XRay', traces.operations));
  const world = { ...plain, logSearches, trail, failedTraces };
  const operation = await admitted(world);
  const write = (minutes: number, text: string, group = '/web') => {
    const { now } = world.clock;
    world.clock.now = NOON + minutes * MINUTE_MS;
    groups.write(group, text);
    world.clock.now = now;
  };
  await conclude(world, { ...inputOf(operation), state: 'FAILED', failure });
  world.clock.now = NOON + 10 * MINUTE_MS;
  const look = () => investigate(world, operation.operationId);
  const step = () => world.store.getStep(operation.operationId, 'keep-1');
  const lines = async () => (await step())?.detail?.split('\n');
  return { world, operation, groups, history, traces, write, look, step, lines };
}

describe('an investigation after a failed repair', () => {
  it('keeps the kinds of error lines that are new since the onset, and tells the architect', async () => {
    const { world, operation, write, look, step, lines } = await failed();
    write(-25, 'cache failed for jane@example.com');
    write(-9, 'pool exhausted: timeout for 10.0.0.7');
    write(-8, 'cache failed for john@example.com');
    write(5, 'pool exhausted: timeout for 10.0.0.8');
    write(6, 'request served');
    expect(await look()).toEqual(['logs']);
    expect(await step()).toMatchObject({ action: 'read_logs', outcome: 'SUCCEEDED' });
    expect(await lines()).toEqual([
      '1 kind of error lines is new since 2026-11-22T13:20:00Z (0.00 GB scanned)',
      '2 × pool exhausted: timeout for <ip> (first at 2026-11-22T13:21:00Z)',
    ]);
    expect(world.notifier.sent.at(-1)).toMatchObject({
      topic: 'architect',
      subject: 'Selfheal: web: what was found out after it was not healed',
      body: { kind: 'investigation', component: 'web', operationId: operation.operationId },
    });
    expect(world.notifier.sent.at(-1)?.body['message']).toContain('2 × pool exhausted');
    const story = await operationStory(world, operation.operationId);
    expect(story?.steps.map(({ stepId }) => stepId)).toEqual(['keep-1']);
  });

  it('happens once, however often its event is delivered', async () => {
    const { world, groups, write, look } = await failed();
    write(1, 'disk failed');
    await look();
    const { length } = world.notifier.sent;
    expect(await look()).toEqual([]);
    expect(groups.searches()).toHaveLength(2);
    expect(world.notifier.sent).toHaveLength(length);
  });

  it('keeps who changed the component’s hosts before, and tells the architect of all in one message', async () => {
    const { world, operation, history, write, look } = await failed({
      settings: { investigate: ['cloudtrail'] },
    });
    write(1, 'disk failed');
    world.clock.now = NOON - 20 * MINUTE_MS;
    history.record({
      ...{ name: 'ModifyInstanceAttribute', service: 'ec2.amazonaws.com', resources: [NODE] },
      userIdentity: { type: 'IAMUser', userName: 'Alice' },
    });
    world.clock.now = NOON + 10 * MINUTE_MS;
    const { length } = world.notifier.sent;
    expect(await look()).toEqual(['logs', 'cloudtrail']);
    expect(await world.store.getStep(operation.operationId, 'keep-2')).toMatchObject({
      ...{ action: 'read_trail', outcome: 'SUCCEEDED' },
      detail: expect.stringContaining(`ModifyInstanceAttribute (ec2.amazonaws.com) on ${NODE} by user Alice`),
    });
    expect(world.notifier.sent).toHaveLength(length + 1);
    expect(world.notifier.sent.at(-1)?.body['message']).toMatch(/disk failed[\s\S]*by user Alice/);
  });

  it('keeps why traced requests to the component failed, if it is to', async () => {
    const { world, operation, traces, look } = await failed({ settings: { investigate: ['xray'] } });
    traces.record({ entry: 'web', failed: { web: 'fault' } });
    expect(await look()).toEqual(['logs', 'xray']);
    expect(await world.store.getStep(operation.operationId, 'keep-3')).toMatchObject({
      ...{ action: 'read_traces', outcome: 'SUCCEEDED' },
      detail: expect.stringContaining('1 × fault: web (trace 1-'),
    });
    expect(world.notifier.sent.at(-1)?.body['message']).toContain('1 × fault: web');
  });

  it('notifies nobody where nothing is new', async () => {
    const { world, look, lines } = await failed();
    const { length } = world.notifier.sent;
    await look();
    expect(await lines()).toEqual([
      'No kind of error line is new since 2026-11-22T13:20:00Z (0.00 GB scanned)',
    ]);
    expect(world.notifier.sent).toHaveLength(length);
  });

  it('does nothing where the component names no log groups, or is no longer configured', async () => {
    const { world, operation, groups } = await failed();
    for (const web of [{}, undefined]) {
      const { components, ...rest } = configured({ components: { web: { logs: undefined } } });
      const configuration = { ...rest, components: web ? components : {} };
      expect(await investigate({ ...world, configuration }, operation.operationId)).toEqual([]);
    }
    expect(await investigate(world, 'no-such-operation')).toEqual([]);
    expect(groups.searches()).toEqual([]);
  });

  it('searches the other log groups where one does not exist, and names it', async () => {
    const { write, look, step, lines } = await failed({ logs: ['/gone', '/web'] });
    write(1, 'disk failed');
    await look();
    expect(await step()).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await lines()).toEqual([
      '1 kind of error lines is new since 2026-11-22T13:20:00Z (0.00 GB scanned)',
      '1 × disk failed (first at 2026-11-22T13:31:00Z, /web)',
      expect.stringContaining('/gone: not searched: NotFound: logs:StartQuery'),
    ]);
  });

  it('waits where the account runs all searches that it may, and searches when others have ended', async () => {
    const { world, groups, operation, write, look, lines } = await failed();
    write(1, 'disk failed');
    groups.slow(9_000);
    const others = new Array(30)
      .fill('/web')
      .map((logGroup: string) => ({ logGroup, fromMs: 0, toMs: 1_000 }));
    for (const other of others) await world.logSearches.start({ ...other, keep: 'oldest', limit: 1 });
    await look();
    expect(await lines()).toContain('1 × disk failed (first at 2026-11-22T13:31:00Z)');
    expect(await world.store.getStep(operation.operationId, 'keep-1')).toMatchObject({
      outcome: 'SUCCEEDED',
    });
  });

  it('waits for a minute at most where there is no room for a search, and says so', async () => {
    const { world, groups, look, step } = await failed();
    groups.slow(60 * MINUTE_MS);
    const other = { logGroup: '/web', fromMs: 0, toMs: 1_000, keep: 'oldest', limit: 1 } as const;
    for (let count = 0; count < 30; count += 1) await world.logSearches.start(other);
    await look();
    expect(world.clock.now).toBeLessThanOrEqual(NOON + 11 * MINUTE_MS);
    expect(groups.searches()).toHaveLength(30);
    expect(await step()).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining(
        '/web: not searched: ServiceUnavailable: logs:StartQuery: LimitExceeded',
      ),
    });
  });

  it('begins no second search where it is not known whether the first has begun', async () => {
    const { world, operation } = await failed();
    let starts = 0;
    const start = () => {
      starts += 1;
      return Promise.reject(new ServiceUnavailable('logs:StartQuery: TimeoutError'));
    };
    await investigate({ ...world, logSearches: { ...world.logSearches, start } }, operation.operationId);
    expect(starts).toBe(2);
  });

  it('names a missing permission, and notes it for the architect', async () => {
    const { world, operation, step } = await failed();
    const denied = () => Promise.reject(new NotPermitted({ action: 'logs:StartQuery' }));
    const logSearches = { ...world.logSearches, start: denied };
    await investigate({ ...world, logSearches }, operation.operationId);
    expect(await step()).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('logs:StartQuery'),
    });
    expect(await world.store.listDenials()).toMatchObject([{ action: 'logs:StartQuery' }]);
  });

  it('stops searches that cannot be read, and names the outage of Logs Insights once their time is over', async () => {
    const { world, operation, groups, step } = await failed();
    groups.slow(60 * MINUTE_MS);
    const read = () => Promise.reject(new ServiceUnavailable('logs:GetQueryResults: out of reach'));
    await investigate({ ...world, logSearches: { ...world.logSearches, read } }, operation.operationId);
    expect(groups.searches()).toEqual(['Cancelled', 'Cancelled']);
    expect(world.clock.now).toBeGreaterThanOrEqual(NOON + 11 * MINUTE_MS);
    expect(await step()).toMatchObject({
      outcome: 'FAILED',
      detail: '/web: not searched: ServiceUnavailable: logs:GetQueryResults: out of reach',
    });
  });

  it('stops searches at once that it may not read, even where they cannot be stopped', async () => {
    const { world, operation, step } = await failed();
    const stopped: string[] = [];
    const logSearches = {
      ...world.logSearches,
      read: () => Promise.reject(new NotPermitted({ action: 'logs:GetQueryResults' })),
      stop: (id: string) => {
        stopped.push(id);
        return Promise.reject(new NotPermitted({ action: 'logs:StopQuery' }));
      },
    };
    await investigate({ ...world, logSearches }, operation.operationId);
    expect(stopped).toHaveLength(2);
    expect(world.clock.now).toBeLessThan(NOON + 11 * MINUTE_MS);
    expect(await step()).toMatchObject({ detail: expect.stringContaining('logs:GetQueryResults') });
  });

  it('looks again where it was throttled', async () => {
    const { world, operation, write, lines } = await failed();
    write(1, 'disk failed');
    let looks = 0;
    const logSearches: typeof world.logSearches = {
      ...world.logSearches,
      read: (id, range) =>
        looks++ < 2 ? Promise.reject(new ServiceUnavailable('throttled')) : world.logSearches.read(id, range),
    };
    await investigate({ ...world, logSearches }, operation.operationId);
    expect(await lines()).toContain('1 × disk failed (first at 2026-11-22T13:31:00Z)');
  });

  it('stops a search that scans more than it may, and says that counts may be too low', async () => {
    const { write, groups, look, lines } = await failed({ copies: 1e9 });
    groups.slow(20_000);
    write(1, 'disk failed');
    await look();
    expect(groups.searches()).toEqual(['Complete', 'Cancelled']);
    expect(await lines()).toEqual([
      '1 kind of error lines is new since 2026-11-22T13:20:00Z (11.00 GB scanned)',
      '1 × disk failed (first at 2026-11-22T13:31:00Z)',
      '/web: counts may be too low: the search was stopped when it had scanned all that it may',
    ]);
  });

  it('stops searches after a minute, and says that what it calls new may be older', async () => {
    const { groups, look, lines } = await failed();
    groups.slow(60 * MINUTE_MS);
    await look();
    expect(groups.searches()).toEqual(['Cancelled', 'Cancelled']);
    expect(await lines()).toEqual([
      expect.stringContaining('No kind of error line is new'),
      '/web: counts may be too low: the search was stopped when it took 60 s',
      '/web: what is called new may be older: the search was stopped when it took 60 s',
    ]);
  });

  it('says so where there are more lines than it reads', async () => {
    const { write, look, lines } = await failed();
    for (let count = 0; count < 2_001; count += 1) write(1, `disk ${count} failed`);
    await look();
    expect(await lines()).toEqual([
      expect.stringContaining('1 kind of error lines'),
      '2000 × disk <n> failed (first at 2026-11-22T13:31:00Z)',
      '/web: counts may be too low: there are 2000 lines or more',
    ]);
  });

  it('fails where the table cannot be reached, so that its event is delivered again', async () => {
    const { world, operation } = await failed();
    const store = { ...world.store, recordOutcome: () => Promise.reject(new StoreUnavailable('throttled')) };
    await expect(investigate({ ...world, store }, operation.operationId)).rejects.toThrow(StoreUnavailable);
  });

  it('notifies the architect when its event is delivered again, where the topic was unavailable at first', async () => {
    const { world, operation, write, step } = await failed();
    write(1, 'disk failed');
    const { length } = world.notifier.sent;
    const notifier = { notify: () => Promise.reject(new ServiceUnavailable('sns:Publish: throttled')) };
    await expect(investigate({ ...world, notifier }, operation.operationId)).rejects.toThrow(
      ServiceUnavailable,
    );
    expect(await step()).toBeUndefined();
    expect(await investigate(world, operation.operationId)).toEqual(['logs']);
    expect(world.notifier.sent).toHaveLength(length + 1);
    expect(await step()).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('is about what was contained where that is how the operation ended', async () => {
    const { world, operation, write } = await failed();
    write(1, 'disk failed');
    const getOperation = async (id: string) => {
      const ended = await world.store.getOperation(id);
      return ended && { ...ended, result: 'CONTAINED' as const };
    };
    await investigate({ ...world, store: { ...world.store, getOperation } }, operation.operationId);
    expect(world.notifier.sent.at(-1)?.subject).toContain('after it was contained');
  });
});
