import { describe, expect, it } from 'vitest';
import { terminalOutput } from '../../../cli/output.ts';
import { historyLines } from '../../../cli/presenters/history.ts';
import { incidentDetail, incidentLines } from '../../../cli/presenters/incidents.ts';
import { observationLines } from '../../../cli/presenters/observations.ts';
import { operationLines } from '../../../cli/presenters/operations.ts';
import { proposalDetailLines, proposalLines } from '../../../cli/presenters/proposals.ts';
import { statusLines } from '../../../cli/presenters/status.ts';
import { storyLines } from '../../../cli/presenters/story.ts';
import { columns } from '../../../cli/presenters/table.ts';
import { entryLines } from '../../../cli/presenters/timeline.ts';
import { whyLines } from '../../../cli/presenters/why.ts';
import { moment, span, until } from '../../../cli/presenters/words.ts';
import { correlatedIncidents } from '../../../functions/app/queries/correlated-incidents.ts';
import { fleetStatus } from '../../../functions/app/queries/fleet-status.ts';
import { operationStory } from '../../../functions/app/queries/operation-story.ts';
import { periodRecords } from '../../../functions/app/queries/period-records.ts';
import { recentOperations } from '../../../functions/app/queries/recent-operations.ts';
import { whyNotHealed } from '../../../functions/app/queries/why-not-healed.ts';
import { triage } from '../../../functions/app/triage/triage.ts';
import { faultsOf } from '../../../functions/core/report/faults.ts';
import { reportOf } from '../../../functions/core/report/report.ts';
import { configured, NODE, withMemoryAlarm } from '../../factories/configuration.ts';
import { signalEvent } from '../../factories/events/selfheal-event.ts';
import { conclusionOf, NOON } from '../../factories/operations/admissions.ts';
import { admitted, createWorld } from '../../factories/ports/world.ts';
import { recordedContext } from './output.ts';

const output = recordedContext();

/** One component healed with success, a second request for it refused. */
async function healedOnce() {
  const world = createWorld(configured({ components: { web: {}, off: { excluded: true } } }));
  const operation = await admitted(world, { reason: 'leaks' });
  const { operationId, component } = operation;
  await world.store.recordStep({
    ...{ operationId, component, stepId: 'heal-0', action: 'start_component', onError: 'abort' },
    ...{ startedAtMs: NOON + 1_000, completedAtMs: NOON + 5_200, outcome: 'SUCCEEDED' },
    ...{ targets: [NODE], detail: 'the service is active' },
  });
  const cooldownUntilMs = NOON + 300_000;
  await world.store.conclude(conclusionOf(operation, { completedAtMs: NOON + 30_000, cooldownUntilMs }));
  world.clock.now = NOON + 60_000;
  await triage(world, signalEvent({ component: 'web', metric: 'memory' }, 'again'));
  return { world, operation };
}

it('shows what the kernel showed after a failed repair, a line for each finding', () => {
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

describe('words', () => {
  it.each([
    [850, '850 ms'],
    [9_440, '9.4 s'],
    [59_960, '1m 00s'],
    [185_000, '3m 05s'],
    [7_200_000, '2h 00m'],
    [273_600_000, '3d 04h'],
  ])('span %i ms as %s', (milliseconds, text) => {
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

  it('are on a terminal only, and not with NO_COLOR', () => {
    expect(painted(true, {})).toBe('\u001b[31mx\u001b[39m');
    expect(painted(false, {})).toBe('x');
    expect(painted(true, { NO_COLOR: '1' })).toBe('x');
    expect(painted(true, { TERM: 'dumb' })).toBe('x');
  });
});

describe('the status', () => {
  it('says when a component may be healed again, and which is excluded', async () => {
    const { world } = await healedOnce();
    const text = statusLines(output, await fleetStatus(world)).join('\n');
    expect(text).toContain('Healing: on\nIn flight: 0 of 3');
    expect(text).toMatch(/^web +– +no fault known +cooldown +.*in 4m 00s \(2026-11-22 13:35:00Z\)$/m);
    expect(text).toMatch(/^off +– +no fault known +excluded +component off is excluded$/m);
  });

  it('says until when it is paused and why', async () => {
    const { world } = await healedOnce();
    const pause = { reason: 'maintenance', sinceMs: NOON, untilMs: NOON + 3_660_000 };
    await world.store.setPause(pause, world.clock.now);
    const [first] = statusLines(output, await fleetStatus(world));
    expect(first).toBe(
      'Healing: paused since 2026-11-22 13:30:00Z, ends in 1h 00m (2026-11-22 14:31:00Z): maintenance',
    );
  });
});

describe('the status of windows, groups and exclusions', () => {
  it('shows what people have set, until when and why', async () => {
    const world = createWorld(
      configured({
        windows: {
          nights: { open: [{ from: '20:00', to: '22:00' }], exempt: ['CRITICAL'] },
          releases: { calendars: ['changes'] },
          always: {},
        },
        groups: { front: {}, back: { window: 'nights' } },
        components: {
          web: withMemoryAlarm({ group: 'front' }),
          off: withMemoryAlarm({ group: 'back' }),
          late: withMemoryAlarm({ window: 'releases' }),
        },
      }),
    );
    const setting = { reason: 'migration', sinceMs: NOON, untilMs: NOON + 3_600_000 };
    const given = { givenAtMs: NOON, setting };
    await world.store.setOverride({ kind: 'group', name: 'front' }, given);
    await world.store.setOverride({ kind: 'component', name: 'off' }, given);
    await world.store.setOverride({ kind: 'window', name: 'nights' }, given);
    const text = statusLines(output, await fleetStatus(world)).join('\n');
    expect(text).toMatch(/^front .* paused since 2026-11-22 13:30:00Z, ends in 1h 00m \(.*\): migration$/m);
    expect(text).toMatch(/^off .* excluded +since 2026-11-22 13:30:00Z: migration; in 1h 00m/m);
    expect(text).toMatch(
      /^nights +held open +held open, ends in 1h 00m .*: migration; window nights is closed; its hours change in 6h 30m .*; not for CRITICAL$/m,
    );
    expect(text).toMatch(/^releases +closed +window releases: calendar changes could not be read/m);
    expect(text).toMatch(/^always +open *$/m);
    expect(text).toMatch(/^late .* outside window +window releases: calendar changes/m);
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
  it('are one line each', async () => {
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

describe('what is held back', () => {
  const components = { web: { mode: 'propose' }, seen: { mode: 'observe' }, api: {} };
  const signal = (component: string) => signalEvent({ component, metric: 'memory', reason: 'leaks' });

  async function heldBack() {
    const world = createWorld(configured({ components }));
    await triage(world, signal('web'));
    await triage(world, signal('seen'));
    return world;
  }

  it('is in the status of its component', async () => {
    const world = createWorld(configured({ components }));
    const before = statusLines(output, await fleetStatus(world)).join('\n');
    expect(before).toMatch(/web .* would be proposed/);
    expect(before).toMatch(/seen .* only observed/);
    expect(before).toMatch(/api .* ready/);
    await triage(world, signal('web'));
    const after = statusLines(output, await fleetStatus(world)).join('\n');
    expect(after).toMatch(/web .* proposed +proposal 20261122T133000Z-\w+; in 1h 00m/);
    const why = await whyNotHealed(world, { component: 'web', limit: 5 });
    expect(whyLines(output, 'web', why).join('\n')).toContain('`selfheal proposals`');
  });

  it('is listed as proposals, with what a person decides by', async () => {
    const world = await heldBack();
    const [proposal] = await world.store.listProposals(5);
    if (!proposal) throw new Error('no proposal');
    const [heading, row] = proposalLines(output, [proposal], NOON);
    expect(heading).toMatch(/^PROPOSAL +COMPONENT +STRATEGY +STATE +APPROVALS +UNTIL +WHY$/);
    expect(row).toMatch(/ web +restart +OPEN +0 of 1 +in 1h 00m .* leaks$/);
    const plan = await world.store.getPlan(proposal.operation.planId);
    const detail = proposalDetailLines(output, proposal, plan, NOON).join('\n');
    expect(detail).toContain('restart, attempt 1: start_component');
    expect(detail).toContain(`${NODE}, 1 at a time`);
    expect(detail).toContain(`selfheal approve ${proposal.operation.operationId}`);
    expect(proposalLines(output, [], NOON)).toEqual(['No proposals.']);
  });

  it('no longer asks for an approval once it has ended', async () => {
    const world = await heldBack();
    const open = await world.store.noteRecovery('web', NOON + 1_000);
    if (open) await world.store.endProposal(open, { kind: 'WITHDRAWN', atMs: NOON + 1_000 });
    const [proposal] = await world.store.listProposals(5);
    if (!proposal) throw new Error('no proposal');
    const detail = proposalDetailLines(output, proposal, undefined, NOON + 2_000).join('\n');
    expect(detail).toContain('WITHDRAWN');
    expect(detail).not.toContain('selfheal approve');
  });

  it('says when a proposal expired', async () => {
    const world = await heldBack();
    const [proposal] = await world.store.listProposals(5);
    if (!proposal) throw new Error('no proposal');
    const later = NOON + 86_400_000;
    const expiredAt = '2026-11-22 14:30:00Z';
    expect(proposalLines(output, [proposal], later)[1]).toMatch(new RegExp(`EXPIRED +0 of 1 +${expiredAt}`));
    expect(proposalDetailLines(output, proposal, undefined, later).join('\n')).toMatch(
      new RegExp(`expired +${expiredAt}`),
    );
  });

  it('is listed as observations, with the recovery that came without them', async () => {
    const world = await heldBack();
    const before = observationLines(output, await world.store.listObservations(5));
    expect(before[1]).toMatch(/ seen +restart +not yet +memory, monitor$/);
    await world.store.noteRecovery('seen', NOON + 90_000);
    const after = observationLines(output, await world.store.listObservations(5));
    expect(after[1]).toContain('after 1m 30s');
    expect(observationLines(output, [])).toEqual(['Nothing was observed.']);
  });
});

describe('incidents of several components', () => {
  /** A database and a component that depends on it, both alarmed. */
  async function alarmedTogether() {
    const world = createWorld(
      configured({ components: { web: withMemoryAlarm({ dependsOn: ['db'] }), db: withMemoryAlarm() } }),
    );
    for (const component of ['web', 'db'])
      await triage(world, signalEvent({ component, metric: 'memory' }, `${component}-alarm`));
    return world;
  }

  it('are listed with the component at fault and what it explains', async () => {
    const world = await alarmedTogether();
    const found = await correlatedIncidents(world, { days: 7 });
    const [headings, row] = incidentLines(output, found, 7, world.clock.now);
    expect(headings).toMatch(/^BEGAN +INCIDENT +AT FAULT +COMPONENTS +ALERTS/);
    expect(row).toMatch(/^\S+ \S+ +\S+ +db +2 +2 +\d +0\.\d\d .* open$/);
    expect(incidentLines(output, [], 7, NOON)[0]).toContain('last 7 days');
  });

  it('show when they were detected and repaired, their operations and each alert', async () => {
    const world = await alarmedTogether();
    const [incident] = await correlatedIncidents(world, { days: 7 });
    if (!incident) throw new Error('there is no incident');
    const text = incidentDetail(output, incident, world.clock.now).join('\n');
    expect(text).toMatch(/^At fault +db$/m);
    expect(text).toMatch(/^Repair began +2026-11-22 /m);
    expect(text).toContain(incident.operationIds[0]);
    expect(text).toMatch(/^\S+ \S+ +web +memory +CRITICAL$/m);
  });

  it('are found in what was kept when they are over, once, and in the report', async () => {
    const world = await alarmedTogether();
    const [board] = await world.correlation.readBoards(['db']);
    const [open] = board?.incidents ?? [];
    if (!board || !open) throw new Error('there is no incident');
    const over = { ...open, resolvedAtMs: open.beganAtMs + 90_000 };
    await world.correlation.keepEnded(over);
    expect(await correlatedIncidents(world, { days: 7 })).toEqual([open]);
    await world.correlation.saveBoard({ ...board, revision: board.revision + 1, incidents: [] });
    world.clock.now += 1_000;
    const found = await correlatedIncidents(world, { days: 7 });
    expect(found).toEqual([over]);
    const report = reportOf(await periodRecords(world, { days: 7 }), found);
    expect(report.acrossComponents).toMatchObject([{ atFault: 'db', components: 2, tookMs: 90_000 }]);
  });
});
