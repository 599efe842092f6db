import type { DemoComponent } from '../components.ts';
import type { IncidentResult } from '../incidents/incident.ts';
import type { Served } from '../target.ts';
import type { TimelineEntry } from '../timeline-entry.ts';
import { clock, cut, duration, wrap } from './columns.ts';
import { type Colour, paintFor } from './paint.ts';
import { Progress } from './progress.ts';
import type { DemoReport } from './report.ts';

const COLUMNS = { time: 5, component: 9, what: 23, host: 10, took: 6 } as const;
const BEFORE_WHY = Object.values(COLUMNS).reduce((sum, width) => sum + width + 1, 2);
const LEAST_WHY = 36;
const CHECK_INDENT = 8;
const WIDTH_OF_NO_TERMINAL = 100;

const COMPONENT_COLOURS: Readonly<Record<DemoComponent, Colour>> = {
  orders: 'cyan',
  web: 'blue',
  payments: 'magenta',
  docs: 'green',
  quotes: 'yellow',
  catalog: 'magenta',
  gateway: 'cyan',
  sessions: 'blue',
};

/** The report for people: a timeline in columns, what is waited for below it, and a summary. */
export function createTerminalReport(out: NodeJS.WriteStream): DemoReport {
  const paint = paintFor(out);
  const progress = new Progress(out, paint);
  let beganMs = Date.now();
  const width = Math.max(BEFORE_WHY + LEAST_WHY, out.columns ?? WIDTH_OF_NO_TERMINAL);
  const whyWidth = width - BEFORE_WHY;

  function row(
    cells: Readonly<Record<keyof typeof COLUMNS, string>>,
    why: string,
    colours: RowColours,
  ): void {
    const [first = '', ...rest] = wrap(why, whyWidth);
    const text = [
      paint('dim', cells.time.padStart(COLUMNS.time)),
      paint(colours.component, cells.component.padEnd(COLUMNS.component)),
      colours.what
        ? paint(colours.what, cut(cells.what, COLUMNS.what).padEnd(COLUMNS.what))
        : cells.what.padEnd(COLUMNS.what),
      cells.host.padEnd(COLUMNS.host),
      paint('dim', cells.took.padStart(COLUMNS.took)),
      first,
    ];
    progress.print(`  ${text.join(' ').trimEnd()}`);
    for (const line of rest) progress.print(`${' '.repeat(BEFORE_WHY)}${line}`);
  }

  return {
    step: (name, work) => progress.step(name, work),
    leftOut: (incident, missing) =>
      progress.print(`  ${paint('yellow', '–')} ${incident} is left out: this machine lacks ${missing}`),
    serving: (served) => {
      for (const line of servedLines(served)) progress.print(line);
    },
    begin: () => {
      beganMs = Date.now();
      const head = {
        time: 'time',
        component: 'component',
        what: 'state, action',
        host: 'host',
        took: 'took',
      };
      progress.print('');
      row(head, 'why', { component: 'dim', what: 'dim' });
      progress.wait('waiting');
    },
    entry: (entry) => {
      const cells = {
        time: clock(entry.atMs - beganMs),
        component: entry.component,
        what: whatOf(entry),
        host: entry.host ?? '',
        took: duration(entry.tookMs),
      };
      const what = colourOf(entry);
      row(cells, whyOf(entry), { component: COMPONENT_COLOURS[entry.component], ...(what && { what }) });
    },
    summary: (results) => {
      progress.stop();
      out.write(`\n${summaryLines(results, paint, width).join('\n')}\n`);
      const good = results.filter(({ ok }) => ok).length;
      const verdict =
        good === results.length
          ? 'All incidents ended as expected'
          : `${good} of ${results.length} incidents ended as expected`;
      out.write(
        `\n  ${paint(good === results.length ? 'green' : 'red', verdict)} (${duration(Date.now() - beganMs)})\n`,
      );
    },
    awaiting: (whats) => progress.detail(whats.join(', ')),
    stop: () => progress.stop(),
    failure: (message) => {
      progress.mute();
      out.write(`\n  ${paint('red', '✗')} ${message}\n`);
    },
  };
}

/** What to type, to work with the demo. */
function servedLines({ environment }: Served): readonly string[] {
  return [
    '',
    '  The command selfheal works with it until you press Ctrl-C. In another terminal:',
    '',
    ...Object.entries(environment).map(([name, value]) => `    export ${name}=${value}`),
    '    npx selfheal status',
  ];
}

interface RowColours {
  readonly component: Colour;
  readonly what?: Colour;
}

function whatOf({ kind, state, tone, action }: TimelineEntry): string {
  if (kind === 'step') return `  ${tone === 'good' ? '✓' : '✗'} ${action}`;
  if (kind === 'refusal') return 'REFUSED';
  return kind === 'notice' ? 'architect notified' : state;
}

function whyOf({ kind, state, tone, why, atMs, eligibleAtMs }: TimelineEntry): string {
  if (kind === 'step') return tone === 'good' ? why : `${state}: ${why}`;
  if (kind !== 'refusal') return why;
  const until = eligibleAtMs === undefined ? '' : `; may be tried again in ${duration(eligibleAtMs - atMs)}`;
  return `${state}: ${why}${until}`;
}

function colourOf({ kind, tone }: TimelineEntry): Colour | undefined {
  if (kind === 'refusal') return 'yellow';
  if (tone === 'plain') return kind === 'notice' ? 'yellow' : undefined;
  return tone === 'good' ? 'green' : 'red';
}

function summaryLines(
  results: readonly IncidentResult[],
  paint: ReturnType<typeof paintFor>,
  width: number,
): readonly string[] {
  const widthOf = (title: string, texts: readonly string[]) =>
    Math.max(title.length, ...texts.map((text) => text.length));
  const names = widthOf(
    'incident',
    results.map(({ incident }) => incident),
  );
  const gots = widthOf(
    'ended as',
    results.map(({ got }) => got),
  );
  const line = (mark: string, name: string, got: string, detected: string, healed: string) =>
    `  ${mark} ${name.padEnd(names)}  ${got.padEnd(gots)}  ${detected.padStart(8)}  ${healed.padStart(10)}`;
  const mark = (ok: boolean) => (ok ? paint('green', '✓') : paint('red', '✗'));
  const check = (ok: boolean, what: string) => {
    const [first = '', ...rest] = wrap(what, width - CHECK_INDENT);
    return [
      `      ${mark(ok)} ${paint('dim', first)}`,
      ...rest.map((text) => `${' '.repeat(CHECK_INDENT)}${paint('dim', text)}`),
    ];
  };
  return [
    paint('dim', line(' ', 'incident', 'ended as', 'detected', 'dealt with')),
    ...results.flatMap(({ ok, incident, expected, got, detectMs, healMs, checks }) => [
      line(mark(ok), incident, got, duration(detectMs), duration(healMs)),
      ...(got === expected ? [] : check(false, `expected: ${expected}`)),
      ...checks.flatMap(({ ok, what }) => check(ok, what)),
    ]),
  ];
}
