import { median } from '../../functions/core/diagnosis/robust-statistics.ts';
import { TOKEN_CHARACTERS } from './dynamodb-traffic.ts';
import type { Counts, Figures, Times } from './figures.ts';
import type { HealResults } from './heal-part.ts';
import { section, textTable } from './text-table.ts';

const NONE: Readonly<Record<string, number>> = {};

/** What was counted and timed while alarms were answered. */
export function healSections(heals: HealResults): readonly string[] {
  return [
    section(
      'A heal of three actions, counted',
      countTable(heals),
      '',
      `Write units with task tokens of ${TOKEN_CHARACTERS} characters. Transitions: entered states of the history, and the tasks`,
      'inside Map iterations, whose states MiniStack’s history leaves out, by their task events.',
      'Calls are those of the functions; Step Functions, EventBridge and SSM call one another besides.',
      'Each further 10 s of a runbook costs the polling loop 3 transitions and 1 describing call, and Selfheal nothing.',
      `States: ${heals.warm[0]?.states.join(' → ')} (Act × 3 inside Heal)`,
    ),
    section('Milliseconds of a heal', timeTable(heals), '', ...waveLines(heals)),
  ];
}

function countTable({ warm, cold, keeping, failing, polling, recovery, idleReconcile }: HealResults): string {
  const columns: readonly (readonly [string, Counts | undefined])[] = [
    ['healed', (warm[0] ?? cold[0])?.counts],
    ['keeps config', keeping.counts],
    ['failed, undone', failing.counts],
    ['alarm OK again', recovery],
    ['polling loop', polling[0]?.counts],
    ['idle reconcile', idleReconcile],
  ];
  const row = (label: string, of: (counts: Counts) => number) => [
    label,
    ...columns.map(([, counts]) => (counts ? figure(of(counts)) : '')),
  ];
  const names = (of: (counts: Counts) => Readonly<Record<string, number>>) =>
    [...new Set(columns.flatMap(([, counts]) => Object.keys(counts ? of(counts) : NONE)))].toSorted();
  const total = (counts: Readonly<Record<string, number>>) =>
    Object.values(counts).reduce((sum, count) => sum + count, 0);
  return textTable([
    ['', ...columns.map(([label]) => label)],
    row('transitions, Standard', (counts) => counts.standardTransitions),
    row('transitions, Express', (counts) => counts.expressTransitions),
    row('Lambda invocations', (counts) => total(counts.invocations)),
    ...names((counts) => counts.invocations).map((name) =>
      row(`  ${name}`, (counts) => counts.invocations[name] ?? 0),
    ),
    row('write units', (counts) => counts.writeUnits),
    row('  refused writes', (counts) => counts.refusedWrites),
    row('read units', (counts) => counts.readUnits),
    row('API calls', (counts) => total(counts.calls)),
    ...names((counts) => counts.calls).map((name) => row(`  ${name}`, (counts) => counts.calls[name] ?? 0)),
    row('GB-seconds', (counts) => counts.gigabyteSeconds),
  ]);
}

function timeTable({ cold, warm, failing, polling }: HealResults): string {
  const columns: readonly (readonly [string, readonly Figures[]])[] = [
    [`cold, median of ${cold.length}`, cold],
    [`warm, median of ${warm.length}`, warm],
    ['failed, undone', [failing]],
    [`polling, median of ${polling.length}`, polling],
  ];
  const row = (label: string, of: (times: Times) => number | undefined) => [
    label,
    ...columns.map(([, figures]) => {
      const values = figures.flatMap(({ times }) => of(times) ?? []);
      return values.length === 0 ? '' : figure(median(values));
    }),
  ];
  const engine = (figures: readonly Figures[]) => median(figures.map(({ times }) => times.engineMs));
  return textTable([
    ['', ...columns.map(([label]) => label)],
    row('event to admission', (times) => times.triggerMs),
    row('admission to conclusion', (times) => times.totalMs),
    row('  actions', (times) => times.actionsMs),
    row('  verification window', (times) => times.verificationMs),
    row('  engine', (times) => times.engineMs),
    row('    to the first action', (times) => times.parts.beforeFirstAction),
    row('    between actions', (times) => times.parts.betweenActions),
    row('    to the first look', (times) => times.parts.beforeFirstLook),
    row('    conclusion', (times) => times.parts.conclusion),
    row('action’s end to noticing', (times) => median(times.noticingMs)),
    [
      'engine, × the warm heal’s',
      ...columns.map(([, figures]) => (figures.length > 0 ? figure(engine(figures) / engine(warm)) : '')),
    ],
  ]);
}

function waveLines({ waves }: HealResults): readonly string[] {
  return waves.map(
    ({ events, components, operations, refusals, lost, seconds }) =>
      `Wave through EventBridge: ${events} events for ${components} component(s): ${operations} operation(s), ` +
      `refusals ${JSON.stringify(refusals)}, ${lost} lost, ${seconds.toFixed(1)} s`,
  );
}

function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 0);
}
