import { describe, expect, it } from 'vitest';
import { readLogs } from '../../../../functions/app/investigation/read-logs.ts';
import type { TimeRange } from '../../../../functions/core/investigation/onset-windows.ts';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import type { LogSearch, LogSearchProgress } from '../../../../functions/ports/log-searches.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const MINUTE_MS = 60_000;
const GIGABYTE = 1e9;
const EMPTY: LogSearchProgress = { status: 'complete', lines: [], bytesScanned: 0 };
const lines = (count: number) => Array.from({ length: count }, () => ({ atMs: NOON, text: 'pool failed' }));

/** Searches log groups 20 minutes after an alert. @param answer to each look at a search */
function searching(
  answer: (search: LogSearch, elapsedMs: number) => LogSearchProgress,
  logGroups: readonly string[] = ['/web'],
) {
  const world = createWorld();
  world.clock.now = NOON + 20 * MINUTE_MS;
  const beganMs = world.clock.now;
  const started: LogSearch[] = [];
  const stopped: string[] = [];
  const logSearches = {
    start: async (search: LogSearch) => {
      started.push(search);
      return `${search.keep} ${search.logGroup}`;
    },
    read: async (_: string, range: TimeRange) => answer(range as LogSearch, world.clock.now - beganMs),
    stop: async (id: string) => void stopped.push(id),
  };
  const read = () => readLogs({ ...world, logSearches }, logGroups, NOON);
  return { world, read, started, stopped };
}

describe('reading logs', () => {
  it('searches the time since the onset, and as long a time before', async () => {
    const { read, started } = searching(() => EMPTY);
    expect(await read()).toEqual({
      outcome: 'SUCCEEDED',
      isNews: false,
      lines: ['No kind of error line is new since 2026-11-22T13:20:00Z (0.00 GB scanned)'],
    });
    const [onsetMs, limit] = [NOON - 10 * MINUTE_MS, 2_000];
    expect(started).toEqual([
      { logGroup: '/web', fromMs: onsetMs - 30 * MINUTE_MS, toMs: onsetMs, keep: 'newest', limit },
      { logGroup: '/web', fromMs: onsetMs, toMs: onsetMs + 30 * MINUTE_MS, keep: 'oldest', limit },
    ]);
  });

  it('says so where a search has failed', async () => {
    const { read, stopped } = searching(() => ({ ...EMPTY, status: 'failed' }));
    expect(await read()).toEqual({
      outcome: 'FAILED',
      isNews: false,
      lines: [
        '/web: not searched: RequestRefused: logs:GetQueryResults: the search has failed, or was cancelled',
      ],
    });
    expect(stopped.sort()).toEqual(['newest /web', 'oldest /web']);
  });

  it('counts what both searches of a group have scanned, even where one has failed', async () => {
    const { read } = searching(
      (search) => ({
        ...EMPTY,
        bytesScanned: search.keep === 'newest' ? GIGABYTE : 2 * GIGABYTE,
        status: search.logGroup === '/api' && search.keep === 'newest' ? 'failed' : 'complete',
      }),
      ['/web', '/api'],
    );
    expect((await read()).lines[0]).toBe(
      'No kind of error line is new since 2026-11-22T13:20:00Z (5.00 GB scanned)',
    );
  });

  it('says so where there are 2,000 lines or more', async () => {
    const since = (count: number) =>
      searching(({ keep }) => ({ ...EMPTY, lines: lines(keep === 'oldest' ? count : 0) })).read();
    expect((await since(2_000)).lines.at(-1)).toBe(
      '/web: counts may be too low: there are 2000 lines or more',
    );
    expect((await since(1_999)).lines).toHaveLength(2);
    const before = searching(({ keep }) => ({ ...EMPTY, lines: lines(keep === 'newest' ? 2_000 : 0) }));
    expect((await before.read()).lines.at(-1)).toBe(
      '/web: what is called new may be older: there are 2000 lines or more',
    );
  });

  it('lets searches of all groups together scan ten gigabytes', async () => {
    const scanning = (bytesScanned: number) =>
      searching(
        (_, elapsedMs) => ({ ...EMPTY, bytesScanned, status: elapsedMs > 20_000 ? 'complete' : 'running' }),
        ['/web', '/api'],
      );
    const within = scanning(2.5 * GIGABYTE);
    expect((await within.read()).lines).toHaveLength(1);
    expect(within.stopped).toEqual([]);
    const beyond = scanning(2.5 * GIGABYTE + 1);
    expect((await beyond.read()).lines).toContain(
      '/api: counts may be too low: the search was stopped when it had scanned all that it may',
    );
    expect(beyond.stopped).toHaveLength(4);
  });

  it('stops a search after a minute', async () => {
    const { world, read, stopped } = searching(({ keep }) =>
      keep === 'newest' ? EMPTY : { ...EMPTY, status: 'running' },
    );
    expect((await read()).lines.at(-1)).toBe(
      '/web: counts may be too low: the search was stopped when it took 60 s',
    );
    expect(stopped).toEqual(['oldest /web']);
    expect(world.clock.now - NOON - 20 * MINUTE_MS).toBeLessThanOrEqual(64_000);
  });

  it('looks again where Logs Insights does not answer, until its time is over', async () => {
    const { read } = searching((_, elapsedMs) => {
      if (elapsedMs < 20_000) throw new ServiceUnavailable('throttled');
      return EMPTY;
    });
    expect((await read()).outcome).toBe('SUCCEEDED');
    const never = searching(() => {
      throw new ServiceUnavailable('throttled');
    });
    expect((await never.read()).lines).toEqual(['/web: not searched: ServiceUnavailable: throttled']);
  });

  it('notes a missing permission, and lets an error that is none of the service’s through', async () => {
    const denied = searching(() => {
      throw new NotPermitted({ action: 'logs:GetQueryResults' });
    });
    expect((await denied.read()).outcome).toBe('FAILED');
    expect(await denied.world.store.listDenials()).toMatchObject([{ action: 'logs:GetQueryResults' }]);
    const broken = searching(() => {
      throw new TypeError('not a function');
    });
    await expect(broken.read()).rejects.toThrow(TypeError);
  });
});
