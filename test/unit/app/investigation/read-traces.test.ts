import { describe, expect, it } from 'vitest';
import { createFailedTraces } from '../../../../functions/adapters/xray/failed-traces.ts';
import { readTraces } from '../../../../functions/app/investigation/read-traces.ts';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import type { FailedTraces } from '../../../../functions/ports/failed-traces.ts';
import { createInProcessClient } from '../../../../local/embedded/in-process-client.ts';
import { createTraceSummaries, type TracedRequest } from '../../../../local/embedded/xray/trace-summaries.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const MINUTE_MS = 60_000;
const TRACE = { id: '1-6381c3b8-0', causes: [{ failure: 'fault', path: ['web'] }] } as const;

function given(pageSize?: number) {
  const world = createWorld();
  const summaries = createTraceSummaries({ clock: world.clock, ...(pageSize !== undefined && { pageSize }) });
  const failedTraces = createFailedTraces(createInProcessClient('XRay', summaries.operations));
  const record = (minutes: number, request: TracedRequest) => {
    world.clock.now = NOON + minutes * MINUTE_MS;
    const id = summaries.record(request);
    world.clock.now = NOON + 20 * MINUTE_MS;
    return id;
  };
  const read = (names: readonly string[] = ['web'], find: FailedTraces['find'] = failedTraces.find) =>
    readTraces({ ...world, failedTraces: { find } }, names, NOON);
  return { world, record, read };
}

const failedBy = (cause: string): TracedRequest => ({
  ...{ entry: 'web', failed: { web: 'fault' } },
  faultCauses: [{ Services: [{ Name: 'web', EntityPath: [{ Name: cause }] }] }],
});

describe('reading X-Ray’s traces', () => {
  it('finds why requests to a component failed since the onset, and no others', async () => {
    const { record, read } = given();
    record(-15, failedBy('before the onset'));
    record(-9, failedBy('database'));
    record(1, { entry: 'web' });
    record(2, { entry: 'pay', failed: { pay: 'fault' } });
    const last = record(5, failedBy('database'));
    expect(await read()).toEqual({
      ...{ outcome: 'SUCCEEDED', isNews: true },
      lines: [
        '2 traced requests failed for 1 reason since 2026-11-22T13:20:00Z (4 traces scanned): web',
        `2 × fault: web → database (trace ${last})`,
      ],
    });
  });

  it('is no news where no request failed', async () => {
    expect(await given().read(['web', 'web-proxy'])).toEqual({
      ...{ outcome: 'SUCCEEDED', isNews: false },
      lines: ['No traced request failed since 2026-11-22T13:20:00Z (0 traces scanned): web, web-proxy'],
    });
  });

  it('shows the five most frequent reasons, and how many more there are', async () => {
    const { record, read } = given();
    for (const cause of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) record(1, failedBy(cause));
    const { lines } = await read();
    expect(lines).toHaveLength(7);
    expect(lines.at(-1)).toBe('and 2 more, which are rarer');
  });

  it('reads no more than ten pages, and says that counts are too low', async () => {
    const { record, read } = given(2);
    for (let count = 0; count < 21; count += 1) record(1, failedBy('database'));
    const { lines } = await read();
    expect(lines[1]).toContain('20 × fault: web → database');
    expect(lines.at(-1)).toBe('X-Ray: there are more traces than were read: counts are too low');
  });

  it.each([
    ['100,000 traces were scanned', 50_000, 0],
    ['30 seconds have passed', 0, 15_000],
  ])('asks for no further page when %s', async (_, scanned, tookMs) => {
    const { world, read } = given();
    let pages = 0;
    const { outcome, lines } = await read(['web'], async () => {
      pages += 1;
      world.clock.now += tookMs;
      return { traces: [TRACE], scanned, next: 'more' };
    });
    expect([outcome, pages]).toEqual(['SUCCEEDED', 2]);
    expect(lines.at(-1)).toContain('more traces than were read');
  });

  it('keeps what it has read where a later page cannot be read, and names that', async () => {
    let pages = 0;
    const { outcome, lines } = await given().read(['web'], async () => {
      pages += 1;
      if (pages > 1) throw new ServiceUnavailable('xray:GetTraceSummaries: Rate exceeded');
      return { traces: [TRACE], scanned: 1, next: 'more' };
    });
    expect(outcome).toBe('SUCCEEDED');
    expect(lines.slice(1)).toEqual([
      '1 × fault: web (trace 1-6381c3b8-0)',
      'X-Ray: not read to the end: ServiceUnavailable: xray:GetTraceSummaries: Rate exceeded',
    ]);
  });

  it('names an outage, and calls it no news', async () => {
    const findings = await given().read(['web'], async () => {
      throw new ServiceUnavailable('xray:GetTraceSummaries: out of reach');
    });
    expect(findings).toEqual({
      ...{ outcome: 'FAILED', isNews: false },
      lines: ['X-Ray: not read: ServiceUnavailable: xray:GetTraceSummaries: out of reach'],
    });
  });

  it('notes a missing permission for the architect', async () => {
    const { world, read } = given();
    const { outcome } = await read(['web'], async () => {
      throw new NotPermitted({ action: 'xray:GetTraceSummaries' });
    });
    expect(outcome).toBe('FAILED');
    expect(await world.store.listDenials()).toMatchObject([{ action: 'xray:GetTraceSummaries' }]);
  });

  it('names what it cannot ask about, and asks about the other names', async () => {
    const { record, read } = given();
    record(1, failedBy('database'));
    const { lines } = await read(['a"b', 'web']);
    expect(lines[1]).toContain('1 × fault: web → database');
    expect(lines.at(-1)).toBe(
      'X-Ray: not asked about a"b: a filter takes no name with quotes or backslashes',
    );
    expect(await read(['a"b'])).toMatchObject({ outcome: 'FAILED', lines: [lines.at(-1)] });
  });

  it('lets an error that is none of the service’s through', async () => {
    const read = given().read(['web'], async () => {
      throw new TypeError('a mistake');
    });
    await expect(read).rejects.toThrow(TypeError);
  });
});
