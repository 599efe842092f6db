import { describe, expect, it } from 'vitest';
import { terminalOutput } from '../../../cli/output.ts';
import { controlText } from '../../../cli/presenters/control.ts';
import { historyLines } from '../../../cli/presenters/history.ts';
import { operationLines } from '../../../cli/presenters/operations.ts';
import { storyLines } from '../../../cli/presenters/story.ts';
import { columns } from '../../../cli/presenters/table.ts';
import { entryLines } from '../../../cli/presenters/timeline.ts';
import { whyLines } from '../../../cli/presenters/why.ts';
import { moment, span, until } from '../../../cli/presenters/words.ts';
import { operationStory } from '../../../functions/app/queries/operation-story.ts';
import { periodRecords } from '../../../functions/app/queries/period-records.ts';
import { recentOperations } from '../../../functions/app/queries/recent-operations.ts';
import { whyNotHealed } from '../../../functions/app/queries/why-not-healed.ts';
import { faultsOf } from '../../../functions/core/report/faults.ts';
import { reportOf } from '../../../functions/core/report/report.ts';
import { configured } from '../../factories/configuration.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import { createWorld } from '../../factories/ports/world.ts';
import { recordedContext } from './output.ts';
import { healedOnce, output } from './presented-world.ts';

it('the story of an operation shows what the kernel showed after a failed repair, a line for each finding', () => {
  const detail = 'i-1: IO_WAIT it waits\ni-2: nothing unusual was found';
  const lines = entryLines(output, {
    kind: 'step',
    ...{ atMs: NOON, stepId: 'keep-0', phase: 'keep', action: 'look_at_kernel' },
    ...{ outcome: 'SUCCEEDED', targets: ['i-1', 'i-2'], detail },
  });
  expect(lines.map((line) => line.trim())).toEqual([
    expect.stringMatching(/keep-0 .*look_at_kernel SUCCEEDED on i-1, i-2$/),
    'i-1: IO_WAIT it waits',
    'i-2: nothing unusual was found',
  ]);
});

describe('a table', () => {
  it('aligns columns and leaves no blanks at the end of a line', () => {
    const rows = [
      ['web', 'ready'],
      ['checkout', ''],
    ];
    expect(columns(output, ['COMPONENT', 'STATE'], rows)).toEqual([
      'COMPONENT  STATE',
      'web        ready',
      'checkout',
    ]);
  });

  it('wraps the last column to the terminal, and nothing where there is none', () => {
    const rows = [['web', 'one two three four five six seven']];
    const narrow = columns(recordedContext(32), ['A', 'DETAIL'], rows);
    expect(narrow.length).toBeGreaterThan(2);
    expect(Math.max(...narrow.map((line) => line.length))).toBeLessThanOrEqual(32);
    expect(columns(output, ['A', 'DETAIL'], rows)).toHaveLength(2);
  });

  it('aligns cells that are coloured', () => {
    const coloured = { paint: (_: string, text: string) => `\u001b[31m${text}\u001b[39m`, width: undefined };
    const [, row = ''] = columns(coloured, ['A', 'B'], [['\u001b[31mred\u001b[39m', 'x']]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    expect(row.replaceAll(/\u001b\[\d+m/g, '')).toBe('red  x');
  });
});

describe('words for times', () => {
  it.each([
    [850, '850 ms'],
    [9_440, '9.4 s'],
    [59_960, '1m 00s'],
    [185_000, '3m 05s'],
    [7_200_000, '2h 00m'],
    [273_600_000, '3d 04h'],
  ])('write %i ms as %s', (milliseconds, text) => {
    expect(span(milliseconds)).toBe(text);
  });

  it('name moments in UTC, and how far away they are', () => {
    expect(moment(NOON)).toBe('2026-11-22 13:30:00Z');
    expect(until(NOON + 250_000, NOON)).toBe('in 4m 10s (2026-11-22 13:34:10Z)');
    expect(until(NOON, NOON)).toBe('now');
  });
});

describe('colours', () => {
  const stream = (isTTY: boolean) =>
    ({ isTTY, columns: 80, write: () => true }) as unknown as NodeJS.WriteStream;
  const painted = (isTTY: boolean, environment: NodeJS.ProcessEnv) =>
    terminalOutput(stream(isTTY), stream(isTTY), environment).paint('red', 'x');

  it('appear on a terminal only, and not with NO_COLOR', () => {
    expect(painted(true, {})).toBe('\u001b[31mx\u001b[39m');
    expect(painted(false, {})).toBe('x');
    expect(painted(true, { NO_COLOR: '1' })).toBe('x');
    expect(painted(true, { TERM: 'dumb' })).toBe('x');
  });
});

describe('the timeline of an operation', () => {
  it('has a line for each entry, and details under it', async () => {
    const { world, operation } = await healedOnce();
    const story = await operationStory(world, operation.operationId);
    const lines = story ? storyLines(output, story) : [];
    expect(lines[0]).toBe(`${operation.operationId}  COMPLETED SUCCESS`);
    expect(lines[1]).toBe('component web, strategy restart: start_component');
    const text = lines.join('\n');
    expect(text).toMatch(/signal +CRITICAL memory, from monitor\n +MEMORY_LEAK: leaks/);
    expect(text).toMatch(
      /13:30:01Z {2}heal-0 +start_component SUCCEEDED 4.2 s on i-0123456789abcdef0\n +the service is active/,
    );
    expect(text).toMatch(/13:30:30Z {2}end +COMPLETED SUCCESS after 30.0 s$/);
  });
});

describe('the last operations', () => {
  it('take one line each', async () => {
    const { world, operation } = await healedOnce();
    const [head, row, ...more] = operationLines(output, await recentOperations(world, { limit: 5 }), 0);
    expect(head).toMatch(/^OPERATION +STARTED +COMPONENT +STRATEGY +STATE +RESULT +TOOK +WHY$/);
    expect(row).toMatch(
      new RegExp(`^${operation.operationId} .* web +restart +COMPLETED +SUCCESS +30.0 s +memory, monitor$`),
    );
    expect(more).toEqual([]);
  });

  it('say so if there are none', () => {
    expect(operationLines(output, { operations: [], searched: 0, isCut: false }, 0)).toEqual([
      'No operations on record.',
    ]);
  });
});

describe('why a component was not healed', () => {
  it('names reason, meaning and the end, now and of each refusal', async () => {
    const { world } = await healedOnce();
    const text = whyLines(output, 'web', await whyNotHealed(world, { component: 'web', limit: 5 })).join(
      '\n',
    );
    expect(text).toContain(
      'restart: COOLDOWN: strategy restart is in cooldown; may be tried again in 4m 00s (2026-11-22 13:35:00Z); 1 of 3 attempts used',
    );
    expect(text).toMatch(/Refusals, newest first\n.*13:31:00Z {2}COOLDOWN \(memory.*\): strategy restart/);
    expect(text).toContain('The strategy’s last operation is too recent (cooldownSeconds).');
  });
});

describe('a mode that a person set', () => {
  it('comes first in the answer about its component, and is not mentioned for another', async () => {
    const { world } = await healedOnce();
    const setting = {
      mode: 'observe',
      reason: 'incident',
      sinceMs: NOON,
      untilMs: NOON + 3_600_000,
    } as const;
    await world.store.setOverride({ kind: 'component-mode', name: 'web' }, { givenAtMs: NOON, setting });
    const textOf = async (component: string) =>
      whyLines(output, component, await whyNotHealed(world, { component, limit: 5 })).slice(0, 2);
    expect(await textOf('web')).toEqual([
      'web now',
      expect.stringMatching(/^ {2}mode observe for web, set 2026-11-22 13:30:00Z, ends in .*: incident$/),
    ]);
    expect((await textOf('off'))[1]).not.toContain('mode');
  });

  it.each([
    [{ mode: 'observe' }, 'Repairs of all components are only observed until 2026-11-22 14:30:00Z. '],
    [
      { mode: 'propose', group: 'front' },
      'Repairs of group front wait for an approval until 2026-11-22 14:30:00Z. ',
    ],
    [{ mode: 'auto', component: 'web' }, 'The mode set for web is lifted: what the configuration says'],
  ] as const)('appears in its confirmation: %o', (asked, text) => {
    const set = { mode: 'observe', reason: 'incident', sinceMs: NOON, untilMs: NOON + 3_600_000 } as const;
    const setting = asked.mode === 'auto' ? {} : { setting: set };
    const result = { outcome: 'confirmed', eventId: 'event-1', ...setting } as const;
    expect(controlText(output, { command: 'set_mode', ...asked }, 'selfheal.operator', result)).toContain(
      text,
    );
  });

  it('has no effect if another one has overtaken it, which the text says', () => {
    const detail = { command: 'set_mode', mode: 'observe' } as const;
    expect(
      controlText(output, detail, 'selfheal.operator', { outcome: 'overtaken', eventId: 'event-1' }),
    ).toBe(
      'The mode had no effect: somebody else has set another mode since. Send it again if you still want it.',
    );
  });
});

describe('the history', () => {
  it('has the number of faults by day, and a line for each', async () => {
    const { world, operation } = await healedOnce();
    const records = await periodRecords(world, { days: 7 });
    const lines = historyLines(output, faultsOf(records), reportOf(records));
    expect(lines[0]).toBe('1 fault since 2026-11-15 13:31:00Z');
    expect(lines).toContainEqual(expect.stringMatching(/^2026-11-22 +1 █+$/));
    const took = span(NOON + 30_000 - operation.alert.occurredAtMs);
    expect(lines.at(-1)).toMatch(
      new RegExp(`13:30:00Z +web +.* CRITICAL +restart +1 +${took} +healed +${operation.operationId}$`),
    );
  });

  it('says so if nothing happened', async () => {
    const world = createWorld(configured({ components: { web: {} } }));
    const records = await periodRecords(world, { days: 7 });
    expect(historyLines(output, faultsOf(records), reportOf(records))).toEqual([
      '0 faults since 2026-11-15 13:30:00Z.',
    ]);
  });
});
