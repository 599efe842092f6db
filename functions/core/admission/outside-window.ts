import type { CompiledConfiguration } from '../configuration/compiled.ts';
import type { Window } from '../configuration/schema/schema.ts';
import { shortReason } from '../signal/event-values.ts';
import type { Severity } from '../signal/severity.ts';
import type { CalendarState, CalendarStates } from '../window/calendar-state.ts';
import { closedReason, isOpenAt, opensAtMs } from '../window/opening-hours.ts';
import { settingInForce } from './override.ts';
import type { FleetRecord } from './records.ts';
import type { Refusal } from './refusal.ts';

/** How often the opening of one window is looked for in another. */
const MOST_LOOKS = 100;

const NOT_READ: CalendarState = { state: 'UNKNOWN', problem: 'it was not read' };

type Windows = Pick<CompiledConfiguration, 'settings' | 'windows' | 'groups' | 'components'>;

/** The windows of the settings, of a component's group and of the component, by name: all of them have to be open. */
export function windowsOf(component: string, configuration: Windows): ReadonlyMap<string, Window> {
  const { settings, windows, groups, components } = configuration;
  const own = components[component];
  const group = own?.group === undefined ? undefined : groups[own.group];
  return new Map(
    [settings.window, group?.window, own?.window].flatMap((name) => {
      const window = name === undefined ? undefined : windows[name];
      return name === undefined || window === undefined ? [] : [[name, window] as const];
    }),
  );
}

/** The calendars that limit any component. */
export function calendarsInUse(configuration: Windows): readonly string[] {
  const windows = Object.keys(configuration.components).flatMap((component) => [
    ...windowsOf(component, configuration).values(),
  ]);
  return [...new Set(windows.flatMap(({ calendars }) => calendars))].sort();
}

/**
 * The calendars that may decide whether an alert may be healed now. Those of a window that is closed by its hours do not; those
 * of the others do, because a person may hold that one open.
 */
export function decidingCalendars(
  component: string,
  severity: Severity,
  configuration: Windows,
  nowMs: number,
): readonly string[] {
  const open = bindingWindows(component, severity, configuration).filter(([, window]) =>
    isOpenAt(window, nowMs),
  );
  return [...new Set(open.flatMap(([, { calendars }]) => calendars))];
}

/** `undefined` if every window of the component is open, held open, or lets alerts of this severity through. */
export function windowRefusal(
  component: string,
  severity: Severity,
  {
    configuration,
    fleet,
    calendars,
  }: {
    readonly configuration: Windows;
    readonly fleet: Pick<FleetRecord, 'windowOpenings'>;
    readonly calendars: CalendarStates;
  },
  nowMs: number,
): Refusal | undefined {
  const binding = bindingWindows(component, severity, configuration).filter(
    ([name]) => !settingInForce(fleet.windowOpenings?.[name], nowMs),
  );
  const [detail] = binding.flatMap(([name, window]) => closedDetail(name, window, calendars, nowMs) ?? []);
  if (detail === undefined) return undefined;
  const eligibleAtMs = allOpenAtMs(
    binding.map(([, window]) => window),
    calendars,
    nowMs,
  );
  return { reason: 'OUTSIDE_WINDOW', detail, ...(eligibleAtMs !== undefined && { eligibleAtMs }) };
}

/** Without those that let this severity through. */
function bindingWindows(
  component: string,
  severity: Severity,
  configuration: Windows,
): readonly (readonly [string, Window])[] {
  return [...windowsOf(component, configuration)].filter(
    ([, { exempt }]) => !exempt.some((urgent) => urgent === severity),
  );
}

/** Why a window is closed; `undefined` if it is open. */
export function closedDetail(
  name: string,
  window: Window,
  calendars: CalendarStates,
  nowMs: number,
): string | undefined {
  if (!isOpenAt(window, nowMs)) {
    const reason = closedReason(window, nowMs);
    return `window ${name} is closed${reason === undefined ? '' : `: ${reason}`}`;
  }
  for (const calendar of window.calendars) {
    const known = calendars[calendar] ?? NOT_READ;
    if (known.state === 'CLOSED') return `window ${name} is closed by calendar ${calendar}`;
    if (known.state === 'UNKNOWN')
      return shortReason(`window ${name}: calendar ${calendar} could not be read: ${known.problem}`);
  }
  return undefined;
}

/** When all windows may be open for the first time; `undefined` if that is not within sight, or not known. */
function allOpenAtMs(
  windows: readonly Window[],
  calendars: CalendarStates,
  fromMs: number,
): number | undefined {
  const states = windows.flatMap((window) => window.calendars.map((name) => calendars[name] ?? NOT_READ));
  let atMs = fromMs;
  for (const known of states) {
    // One that was not read, because the hours alone forbid it, is read when they allow it.
    if (known.state === 'UNKNOWN' && known !== NOT_READ) return undefined;
    if (known.state !== 'CLOSED') continue;
    if (known.opensAtMs === undefined) return undefined;
    atMs = Math.max(atMs, known.opensAtMs);
  }
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const openings = windows.map((window) => opensAtMs(window, atMs) ?? Number.POSITIVE_INFINITY);
    const latestMs = Math.max(atMs, ...openings);
    if (latestMs === Number.POSITIVE_INFINITY) return undefined;
    if (latestMs === atMs) return atMs > fromMs ? atMs : undefined;
    atMs = latestMs;
  }
  return undefined;
}
