import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whatIf } from '../../../../local/what-if/what-if.ts';
import { CONFIGURATION, episode, historyText } from './history-file.ts';

let directory: string;
const file = (name: string, text: string) => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

async function run(...argv: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await whatIf(argv, { out: (text) => out.push(text), err: (text) => err.push(text) });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'selfheal-what-if-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const files = () => [
  '--config',
  file('selfheal.yaml', CONFIGURATION),
  '--history',
  file(
    'alarms.json',
    historyText([...episode('web-a memory', '12:00', '12:50'), ...episode('web-b memory', '12:00', '12:50')]),
  ),
];

describe('npm run sim -- --history', () => {
  it('reports what would have been healed and refused, how many at once, and what it assumes', async () => {
    const { code, out } = await run(...files());
    expect(code).toBe(0);
    expect(out).toContain('2 alarms went off, 2 times in all: 2 healed, 0 failed and escalated, 0 refused.');
    expect(out).toContain('group web, at most 1 at once of 1 allowed');
    expect(out).toMatch(/waited \d+ s: GROUP_BUSY/);
    expect(out).toMatch(/\(50 m 00 s\s+as\s+recorded\)/);
    expect(out.split('\n').filter((line) => line.length > 110)).toEqual([]);
    expect(out).toContain('Repairs succeed (--assume healed)');
  });

  it('gives the same as JSON', async () => {
    const { code, out } = await run(...files(), '--json', '--assume', 'failed');
    expect(code).toBe(0);
    const answer = JSON.parse(out);
    expect(answer).toMatchObject({ assume: 'failed', totals: { failed: 2 }, atOnce: { limit: 2 } });
    expect(answer.incidents[0]).toMatchObject({ at: '2026-11-02T12:00:00.123Z', outcome: 'failed' });
    expect(answer.operations[0]).toMatchObject({ state: 'FAILED', failure: { error: 'NotRecovered' } });
  });

  it('tells first that a host would be isolated until a person restores it', async () => {
    const isolating = CONFIGURATION.replace('metrics: [memory, trouble]', 'metrics: [trouble]');
    const config = file('isolating.yaml', isolating);
    const history = file('isolated.json', historyText(episode('web-c memory', '12:00', '12:50')));
    const { out } = await run('--config', config, '--history', history);
    expect(out).toContain('1 left isolated');
    expect(out).toMatch(/web-c would be isolated from 2026-11-02 12:00:0\dZ until a person restores it/);
    const { out: json } = await run('--config', config, '--history', history, '--json');
    expect(JSON.parse(json)).toMatchObject({
      totals: { isolated: 1 },
      isolations: [{ component: 'web-c', instanceId: 'i-0a1b2c3d4e5f60002' }],
      incidents: [{ outcome: 'isolated', isolation: { component: 'web-c' } }],
    });
  });

  it('joins several histories', async () => {
    const more = file('more.json', historyText(episode('db errors', '20:00', '20:10')));
    expect((await run(...files(), '--history', more)).out).toContain('3 alarms went off, 3 times in all');
  });

  it.each([
    [['--assume', 'hoped'], 2, '--assume is "hoped"; it must be healed or failed'],
    [['--hitsory', 'x'], 2, '--hitsory'],
    [['--history', '/nowhere/alarms.json'], 1, "--history /nowhere/alarms.json can't be read (ENOENT)"],
  ])('refuses %j', async (extra, code, message) => {
    const result = await run(...files(), ...extra);
    expect(result.code).toBe(code);
    expect(result.err).toContain(message);
  });

  it('refuses a configuration that does not load, with its place', async () => {
    const broken = file('broken.yaml', 'components: {}\nstrategies: []\n');
    const { code, err } = await run('--config', broken, '--history', file('alarms.json', historyText([])));
    expect(code).toBe(1);
    expect(err).toContain('broken.yaml:1');
  });

  it('asks for a history', async () => {
    const { code, err } = await run();
    expect(code).toBe(2);
    expect(err).toContain('--history is missing');
  });
});
