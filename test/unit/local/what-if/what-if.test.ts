import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../../../cli/run-command.ts';
import { whatIfReading } from '../../../../local/what-if/what-if.ts';
import { recordedContext } from '../../cli/output.ts';
import { CONFIGURATION, episode, historyText, stateUpdate } from './history-file.ts';

let directory: string;
const file = (name: string, text: string | Uint8Array) => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

const run = (...argv: string[]) => runWith('', ...argv);
const runWith = (input: string, ...argv: string[]) => runIn('selfheal.yaml', input, ...argv);

async function runIn(configuration: string, input: string, ...argv: string[]) {
  const context = recordedContext(undefined, configuration);
  const code = await runCommand(['what-if', ...argv], {
    ...context,
    whatIf: whatIfReading(async () => Buffer.from(input)),
  });
  return { code, out: context.lines.join('\n'), err: context.errors.join('\n') };
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

describe('selfheal what-if', () => {
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

  it('judges the configuration that other commands judge by, unless --config names another', async () => {
    const [, configuration = '', ...history] = files();
    const named = await runIn(configuration, '', ...history);
    expect(named).toEqual(await run(...files()));
    const missing = join(directory, 'missing.yaml');
    expect(await runIn(missing, '', ...history)).toMatchObject({
      code: 2,
      err: expect.stringContaining(`${missing}: there is no such file`),
    });
    expect(await runIn(missing, '', ...files())).toEqual(named);
  });

  it.each(['observe', 'propose'])('answers as for auto, whatever the mode: %s', async (mode) => {
    const configuration = file(
      'held-back.yaml',
      CONFIGURATION.replace('settings: {', `settings: { mode: ${mode},`),
    );
    const { code, out } = await run(...files(), '--config', configuration);
    expect(code).toBe(0);
    expect(out).toContain('2 healed, 0 failed and escalated, 0 refused.');
  });

  it('gives the same as JSON', async () => {
    const { code, out } = await run(...files(), '--json', '--assume', 'failed');
    expect(code).toBe(0);
    const answer = JSON.parse(out);
    expect(answer).toMatchObject({ assume: 'failed', totals: { failed: 2 }, atOnce: { limit: 2 } });
    expect(answer.incidents[0]).toMatchObject({ at: '2026-11-02T12:00:00.123Z', outcome: 'failed' });
    expect(answer.operations[0]).toMatchObject({ state: 'FAILED', failure: { error: 'NotRecovered' } });
  });

  it('says first that a host would be isolated until a person restores it', async () => {
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

  it('reads a history from standard input', async () => {
    const input = historyText(episode('web-a memory', '12:00', '12:50'));
    const { code, out } = await runWith(input, ...files().slice(0, 2), '--history', '-');
    expect(code).toBe(0);
    expect(out).toContain('1 alarm went off, 1 time in all: 1 healed');
  });

  it.each([
    ['UTF-16, little end first', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16, big end first', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ['UTF-16 without a mark', (text: string) => Buffer.from(text, 'utf16le')],
    ['UTF-8 with a mark', (text: string) => Buffer.from(`\uFEFF${text}`)],
  ])('reads a history in %s', async (_encoding, encode) => {
    const history = file('encoded.json', encode(historyText(episode('web-a memory', '12:00', '12:50'))));
    const { out } = await run(...files().slice(0, 2), '--history', history);
    expect(out).toContain('1 alarm went off');
  });

  it('names an alarm that was in ALARM already when the history begins', async () => {
    const history = file('already.json', historyText(episode('web-a memory', '12:00', '12:50').slice(1)));
    const { out } = await run(...files().slice(0, 2), '--history', history);
    expect(out).toContain('0 alarms went off, 0 times in all, and 1 was already in ALARM: 1 healed');
    expect(out).toContain('web-a memory was already in ALARM');
  });

  it('prints the warnings of the configuration, and answers all the same', async () => {
    const unheard = CONFIGURATION.replace(
      'metrics: [memory, trouble]',
      'metrics: [memory, trouble, nothing]',
    );
    const { code, out, err } = await run('--config', file('w.yaml', unheard), ...files().slice(2));
    expect(code).toBe(0);
    expect(err).toContain('warning metric-never-alerts');
    expect(out).not.toContain('metric-never-alerts');
  });

  it('asks whether region and dates are right when there are no items, and names the file', async () => {
    const history = file('none.json', historyText([]));
    const { code, err } = await run(...files().slice(0, 2), '--history', history);
    expect(code).toBe(1);
    expect(err).toContain(`${history}: no items; are the region, the profile and the dates`);
  });

  it('says that a history goes on which is cut, and how to get all of it', async () => {
    const items = episode('web-a memory', '12:00', '12:50');
    const cut = file(
      'cut.json',
      JSON.stringify({ AlarmHistoryItems: items.toReversed(), NextToken: 'more' }),
    );
    const config = files().slice(0, 2);
    const { code, out, err } = await run(...config, '--history', cut);
    expect(code).toBe(0);
    expect(err).toContain(`warning: ${cut}: the history is incomplete`);
    expect(err).toContain('without --max-items');
    expect(out).toContain('INCOMPLETE');
    const { out: json } = await run(...config, '--history', cut, '--json');
    expect(JSON.parse(json).history.missing).toEqual([expect.stringContaining('NextToken')]);

    const rest = file('rest.json', historyText(episode('web-a memory', '10:00', '10:50')));
    const whole = await run(...config, '--history', cut, '--history', rest);
    expect(whole.err).not.toContain('the history is incomplete');
    expect(whole.out).not.toContain('INCOMPLETE');
  });

  it('says so too if nothing in the part that is there can be replayed', async () => {
    const text = JSON.stringify({ AlarmHistoryItems: episode('other', '12:00', '12:50'), NextToken: 'more' });
    const { code, err } = await run(...files().slice(0, 2), '--history', file('other.json', text));
    expect(code).toBe(1);
    expect(err).toContain('the history is incomplete');
  });

  it('says that changes are missing between those that are there', async () => {
    const items = [...episode('web-a memory', '12:00'), ...episode('web-a memory', '13:00', '13:50')];
    const { err } = await run(...files().slice(0, 2), '--history', file('gap.json', historyText(items)));
    expect(err).toContain('web-a memory changes from OK at 2026-11-02 13:00:00Z');
  });

  it('lists an alarm that flaps once, with how often it went off and the outcome', async () => {
    const flaps = Array.from({ length: 40 }, (_, index) => {
      const start = Date.parse('2026-11-02T12:00:00Z') + index * 5 * 60_000;
      const iso = (ms: number) => new Date(ms).toISOString();
      return [
        stateUpdate('web-a memory', iso(start), 'OK', 'ALARM'),
        stateUpdate('web-a memory', iso(start + 60_000), 'ALARM', 'OK'),
      ];
    }).flat();
    const history = file('flaps.json', historyText([...flaps, ...episode('db errors', '12:00', '12:10')]));
    const { out } = await run(...files().slice(0, 2), '--history', history);
    const entries = out.split('\n').filter((line) => /^2026-11-02 \d\d:\d\d:\d\dZ {2}\w/.test(line));
    expect(entries).toHaveLength(2);
    expect(entries.filter((line) => line.includes('flapping'))).toHaveLength(1);
    expect(out).toMatch(/web-a memory went off 40 times until\s+2026-11-02 15:15:00Z/);
    expect(out).toMatch(/refused \d+ times: COOLDOWN/);

    const { out: json } = await run(...files().slice(0, 2), '--history', history, '--json');
    const { incidents, totals } = JSON.parse(json);
    const flapping = incidents.find(({ outcome }: { outcome: string }) => outcome === 'flapping');
    expect(incidents).toHaveLength(2);
    expect(flapping).toMatchObject({ times: 40, alarmName: 'web-a memory' });
    expect(flapping.episodes).toHaveLength(40);
    expect(totals.healed + totals.refused).toBe(41);
  });

  it('gives the same answer whatever the order of the items', async () => {
    const items = [
      ...episode('web-a memory', '12:00'),
      stateUpdate('web-a memory', '2026-11-02T12:20:00Z', 'ALARM', 'OK'),
      stateUpdate('web-a memory', '2026-11-02T12:20:00Z', 'OK', 'ALARM'),
      ...episode('web-b memory', '12:00', '12:20'),
    ];
    const answers = [items, items.toReversed()].map((order, index) =>
      run(...files().slice(0, 2), '--history', file(`order-${index}.json`, historyText(order))),
    );
    const [one, other] = await Promise.all(answers);
    expect(other?.out).toBe(one?.out);
  });

  it('calls a restored configuration an assumption', async () => {
    const restoring = CONFIGURATION.replace(
      'actions: [{ type: graceful_stop, onError: rollback }, { type: start_component, onError: rollback }]',
      'actions: [{ type: rollback_config }]',
    ).replaceAll(/(service: [\w-]+\.service)/g, '$1\n    configPaths: [/etc/app/app.conf]');
    const { out } = await run('--config', file('restoring.yaml', restoring), ...files().slice(2));
    expect(out).toMatch(/restart on web-a would have restored the configuration 1 time\. That assumes/);
    expect((await run(...files())).out).not.toContain('would have restored');
  });

  it('keeps apart what the history shows and what is assumed', async () => {
    const { out } = await run(...files());
    expect(out).toContain('That repairs heal is assumed');
    expect(out).toContain('healed (assumed)');
    expect(out.indexOf('Shown by the history:')).toBeLessThan(
      out.indexOf('Assumed, and not shown by the history:'),
    );
    expect((await run(...files(), '--assume', 'failed')).out).not.toContain('That repairs heal');
  });

  it('refuses times that lie years apart', async () => {
    const items = [
      ...episode('web-a memory', '12:00', '12:01'),
      ...episode('web-a memory', '12:00', '12:01', '2020-01-01'),
    ];
    const { code, err } = await run(
      ...files().slice(0, 2),
      '--history',
      file('years.json', historyText(items)),
    );
    expect(code).toBe(1);
    expect(err).toContain('changes from 2020-01-01 12:00:00Z to 2026-11-02 12:01:00Z, more than 366 days');
  });

  it.each([
    [['--assume', 'hoped'], 2, "argument 'hoped' is invalid. Allowed choices are healed, failed."],
    [['--hitsory', 'x'], 2, '--hitsory'],
    [['--history', '-', '--history', '-'], 2, '--history - is given twice'],
    [['--history', tmpdir()], 2, "can't be read (EISDIR)"],
    [['--history', '/nowhere/alarms.json'], 2, "--history /nowhere/alarms.json can't be read (ENOENT)"],
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

  it('refuses bytes that are not text', async () => {
    const history = file('binary.json', new Uint8Array([0x7b, 0xff, 0xfe, 0xfd]));
    const { code, err } = await run(...files().slice(0, 2), '--history', history);
    expect(code).toBe(1);
    expect(err).toContain('its bytes are not text in UTF-8; save it as UTF-8');
  });

  it('says that a compressed file is to be unpacked', async () => {
    const history = file('alarms.json.gz', gzipSync('{}'));
    const { code, err } = await run(...files().slice(0, 2), '--history', history);
    expect(code).toBe(1);
    expect(err).toContain('it is compressed by gzip; unpack it (`gunzip`)');
  });

  it('asks for a history', async () => {
    const { code, err } = await run();
    expect(code).toBe(2);
    expect(err).toContain("required option '--history <file>' not specified");
  });
});
