import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../../../cli/run-command.ts';
import type { Change } from '../../../../functions/core/change/change.ts';
import { loadConfiguration } from '../../../../functions/core/configuration/load.ts';
import { InvalidChanges, readChangeHistory } from '../../../../local/what-if/change-history.ts';
import { recordedContext } from '../../cli/output.ts';
import { CONFIGURATION, episode, historyText } from './history-file.ts';

const WATCHED = CONFIGURATION.replace('service: web-a.service', 'service: web-a.service\n    changes: {}');
const at = (time: string) => Date.parse(`2026-11-02T${time}:00.000Z`);

function change(started: string, ended?: string, more: Partial<Change> = {}): Change {
  return {
    ...{ component: 'web-a', source: 'pipeline', kind: 'deployment', changeId: 'run-1', summary: 'run 1' },
    ...{ startedAtMs: at(started), status: ended === undefined ? 'IN_PROGRESS' : 'SUCCEEDED' },
    ...(ended !== undefined && { endedAtMs: at(ended) }),
    ...more,
  };
}

const pipelineEvent = (status: string, time: string, component = 'web-a') => ({
  ...{
    version: '0',
    id: `${status}-${time}`,
    account: '111122223333',
    region: 'eu-central-1',
    resources: [],
  },
  ...{ source: 'selfheal.pipeline', 'detail-type': 'Selfheal Change', time: `2026-11-02T${time}:00Z` },
  detail: { component, id: 'run-1', status, summary: 'run 1' },
});

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'selfheal-what-if-changes-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const file = (name: string, text: string) => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

/** The answer for an alarm on `web-a` from 12:00 to 13:00. */
async function run(changes: string | undefined, ...argv: readonly string[]) {
  const context = recordedContext();
  const history = historyText(episode('web-a memory', '12:00', '13:00'));
  const code = await runCommand(
    [
      'what-if',
      ...['--config', file('selfheal.yaml', WATCHED), '--history', file('alarms.json', history)],
      ...(changes === undefined ? [] : ['--changes', file('changes.json', changes)]),
      ...argv,
    ],
    context,
  );
  return { code, out: context.lines.join('\n'), err: context.errors.join('\n') };
}

const json = async (changes?: string) => JSON.parse((await run(changes, '--json')).out);

describe('recorded changes', () => {
  it('hold repairs back until they end, as they would have', async () => {
    const { incidents, changes } = await json(JSON.stringify([change('11:55', '12:20')]));
    expect(incidents).toMatchObject([{ component: 'web-a', outcome: 'healed' }]);
    expect(Date.parse(incidents[0].overAt)).toBeGreaterThan(at('12:20'));
    expect(changes).toMatchObject({
      replayed: 1,
      heldBack: [
        {
          change: 'run 1 of web-a has been in progress since 2026-11-02T11:55:00.000Z',
          alarms: [{ alarmName: 'web-a memory', at: '2026-11-02T12:00:00.123Z' }],
        },
      ],
    });
    expect(changes.heldBack[0].waitedSeconds).toBeGreaterThan(19 * 60);
  });

  it('become suspects of a repair if they ended before', async () => {
    const { incidents, changes } = await json(JSON.stringify([change('11:30', '11:40')]));
    expect(Date.parse(incidents[0].overAt)).toBeLessThan(at('12:02'));
    expect(changes).toMatchObject({ heldBack: [], suspected: [{ component: 'web-a', change: 'run 1' }] });
  });

  it('are not suspected if they came after the trouble', async () => {
    const { changes } = await json(JSON.stringify([change('12:30')]));
    expect(changes).toMatchObject({ replayed: 1, heldBack: [], suspected: [] });
  });

  it('may be given as events, one a line, and answer the same', async () => {
    const lines = [pipelineEvent('finished', '12:20'), pipelineEvent('started', '11:55')];
    const byEvents = await json(lines.map((event) => JSON.stringify(event)).join('\n'));
    const byRecords = await json(JSON.stringify([change('11:55', '12:20')]));
    expect(byEvents.changes).toEqual(byRecords.changes);
  });

  it('appear for people with what they held back and what is assumed of them', async () => {
    const { code, out } = await run(JSON.stringify([change('11:55', '12:20')]));
    expect(code).toBe(0);
    expect(out).toContain('Changes: 1 replayed.');
    expect(out.replaceAll(/\s+/g, ' ')).toContain('held back 1 alarm, for 20 m');
    expect(out).toContain('CHANGE_IN_PROGRESS');
    expect(out).toContain('Changes begin and end as recorded');
    expect(out.split('\n').filter((line) => line.length > 110)).toEqual([]);
  });

  it('do not appear in the answer if none are given', async () => {
    const { out } = await run(undefined);
    expect(out).not.toContain('Changes:');
    expect(out).toContain('--changes adds them');
  });

  it('end the program if they can’t be read, with what to give instead', async () => {
    const { code, err } = await run('{"no": "change"}');
    expect(code).toBe(1);
    expect(err).toContain('selfheal changes --days 30 --json');
  });
});

describe('a file of changes', () => {
  const loaded = loadConfiguration(WATCHED, 'selfheal.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const read = (items: unknown) => readChangeHistory(JSON.stringify(items), 'changes.json', loaded.compiled);

  it('leaves out what belongs to nobody, and says why', () => {
    const items = [
      change('12:00', '12:01', { component: 'web-b' }),
      change('12:00', '12:01', { operationId: '20261102T120000Z-aaaa' }),
      pipelineEvent('started', '12:00', 'nobody'),
      { ...pipelineEvent('started', '12:00'), 'detail-type': 'Scheduled Event', source: 'aws.events' },
    ];
    const { events, ignored } = read(items);
    expect(events).toEqual([]);
    expect(ignored).toEqual({
      'of web-b, whose changes are not watched': 1,
      'part of a repair': 1,
      'of nobody, which is not a component': 1,
      'source aws.events, detail-type Scheduled Event: not a known signal': 1,
    });
  });

  it('gives a change that took effect at once no beginning', () => {
    expect(read([change('12:00', '12:00')]).events).toMatchObject([{ phase: 'finished', atMs: at('12:00') }]);
  });

  it('gives one whose end was not reported no end', () => {
    const replaced = change('12:00', undefined, { status: 'REPLACED', endedAtMs: at('12:10') });
    expect(read([replaced]).events).toMatchObject([{ phase: 'started' }]);
  });

  it.each([
    ['', 'is empty'],
    ['[', 'is not JSON'],
    ['{}\n[', 'line 2 is not JSON'],
    [JSON.stringify([{ ...change('12:00'), source: 'rumour' }]), 'changes.json: [0].source'],
    [JSON.stringify([{ ...pipelineEvent('started', '12:00'), time: 'noon' }]), 'changes.json: [0].time'],
  ])('is refused with the item and the remedy: %s', (text, problem) => {
    const parse = () => readChangeHistory(text, 'changes.json', loaded.compiled);
    expect(parse).toThrow(InvalidChanges);
    expect(parse).toThrow(problem);
    expect(parse).toThrow('selfheal changes --days 30 --json');
  });
});
