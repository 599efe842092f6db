import * as z from 'zod/mini';
import { EVERYTHING, type OverrideScope } from '../admission/override.ts';
import type { Pause, Setting } from '../admission/records.ts';
import { durationSeconds } from '../configuration/duration.ts';
import { MODES, type Mode } from '../configuration/modes.ts';
import { componentName } from '../configuration/names.ts';
import { lazily } from '../lazily.ts';
import { textForPeople } from './event-values.ts';

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

/** The longest time for which anything can be set. */
export const LONGEST_CONTROL_SECONDS = 30 * DAY_SECONDS;
export const SHORTEST_CONTROL_SECONDS = 60;

/** An exclusion, a mode and a window held open always end: what nobody remembers must not last. */
export const EXCLUDED_FOR_SECONDS = DAY_SECONDS;
export const MODE_SET_FOR_SECONDS = DAY_SECONDS;
export const HELD_OPEN_FOR_SECONDS = 2 * HOUR_SECONDS;

const end = lazily(() => ({
  for: z.exactOptional(durationSeconds({ min: SHORTEST_CONTROL_SECONDS, max: LONGEST_CONTROL_SECONDS })),
  untilMs: z.exactOptional(
    z.int({ error: 'a whole number of milliseconds since 1970, without quotes' }).check(z.minimum(0)),
  ),
}));

const oneEnd = () =>
  z.refine<{ readonly for?: unknown; readonly untilMs?: unknown }>(
    (control) => control.for === undefined || control.untilMs === undefined,
    { error: '`for` and `untilMs` exclude each other; leave one of them out' },
  );

const onePart = () =>
  z.refine<{ readonly group?: unknown; readonly component?: unknown }>(
    ({ group, component }) => group === undefined || component === undefined,
    { error: '`group` and `component` exclude each other; leave one of them out' },
  );

const noEndOfAuto = () =>
  z.refine<{ readonly mode: Mode; readonly for?: unknown; readonly untilMs?: unknown }>(
    (control) => control.mode !== 'auto' || (control.for === undefined && control.untilMs === undefined),
    { error: '`auto` lifts what was set, at once; leave `for` and `untilMs` out' },
  );

/** `detail` of a `Selfheal Control`. */
export const selfhealControl = lazily(() => {
  const reason = textForPeople();
  const group = z.exactOptional(componentName);
  const [component, window] = [componentName, componentName];
  const mode = z.enum(MODES, { error: 'observe, propose or auto' });
  return z.discriminatedUnion(
    'command',
    [
      z.strictObject({ command: z.literal('pause'), group, reason, ...end() }).check(oneEnd()),
      z.strictObject({ command: z.literal('resume'), group, reason }),
      z.strictObject({ command: z.literal('exclude'), component, reason, ...end() }).check(oneEnd()),
      z.strictObject({ command: z.literal('include'), component, reason }),
      z.strictObject({ command: z.literal('open_window'), window, reason, ...end() }).check(oneEnd()),
      z.strictObject({ command: z.literal('close_window'), window, reason }),
      z
        .strictObject({
          ...{ command: z.literal('set_mode'), mode, group, component: z.exactOptional(component), reason },
          ...end(),
        })
        .check(oneEnd(), onePart(), noEndOfAuto()),
    ],
    { error: 'pause, resume, exclude, include, open_window, close_window or set_mode' },
  );
});

/** The fields of the command that a detail gives; those of all commands, if it gives none. */
export function controlFields(detail: unknown): readonly string[] {
  const shapes = selfhealControl()._zod.def.options.map((option) => option._zod.def.shape);
  const { command } = (detail ?? {}) as { readonly command?: unknown };
  const given = shapes.filter((shape) => shape.command._zod.def.values.some((value) => value === command));
  return [...new Set((given.length > 0 ? given : shapes).flatMap((shape) => Object.keys(shape)))];
}

type ControlDetail = z.output<ReturnType<typeof selfhealControl>>;
export type ControlCommand = ControlDetail['command'];

/** A control that could be read. */
export interface Control {
  readonly command: ControlCommand;
  /** Of `set_mode`. */
  readonly mode?: Mode;
  /** @default - it pauses all components, or resumes them */
  readonly scope?: OverrideScope;
  readonly reason: string;
  readonly givenAtMs: number;
  /** When what it sets ends by itself; without it, the opposite control ends it. */
  readonly untilMs?: number;
}

type Commanded = Pick<Control, 'command' | 'mode'>;

/** The commands that set something, and those that lift it; a mode depends on which one. */
const SETS: Readonly<Record<Exclude<ControlCommand, 'set_mode'>, boolean>> = {
  pause: true,
  resume: false,
  exclude: true,
  include: false,
  open_window: true,
  close_window: false,
};

/** Whether a control sets something, or lifts it. The mode `auto` is no stricter than any. */
export function isSetting({ command, mode }: Commanded): boolean {
  return command === 'set_mode' ? mode !== 'auto' : SETS[command];
}

/** @returns `undefined` if the control lifts what was set */
export function settingOf({ command, mode }: Commanded, pause: Pause): Setting | undefined {
  if (!isSetting({ command, ...(mode && { mode }) })) return undefined;
  return mode === undefined || mode === 'auto' ? pause : { ...pause, mode };
}

/** @param givenAtMs when the control was given, epoch milliseconds */
export function controlOf(detail: ControlDetail, givenAtMs: number): Control {
  const { command } = detail;
  const reason = detail.reason === '' ? 'no reason given' : detail.reason;
  const scope = scopeOf(detail);
  const untilMs = endOf(detail, givenAtMs);
  return {
    ...{ command, reason, givenAtMs },
    ...(detail.command === 'set_mode' && { mode: detail.mode }),
    ...(scope && { scope }),
    ...(untilMs !== undefined && { untilMs }),
  };
}

/** What a control is about; `undefined` for all components. */
export function scopeOf(
  detail:
    | { readonly command: 'pause' | 'resume'; readonly group?: string }
    | { readonly command: 'exclude' | 'include'; readonly component: string }
    | { readonly command: 'open_window' | 'close_window'; readonly window: string }
    | { readonly command: 'set_mode'; readonly group?: string; readonly component?: string },
): OverrideScope | undefined {
  switch (detail.command) {
    case 'pause':
    case 'resume':
      return detail.group === undefined ? undefined : { kind: 'group', name: detail.group };
    case 'exclude':
    case 'include':
      return { kind: 'component', name: detail.component };
    case 'open_window':
    case 'close_window':
      return { kind: 'window', name: detail.window };
    case 'set_mode': {
      const { group, component } = detail;
      if (component !== undefined) return { kind: 'component-mode', name: component };
      return group === undefined ? { kind: 'mode', name: EVERYTHING } : { kind: 'group-mode', name: group };
    }
  }
}

function endOf(detail: ControlDetail, givenAtMs: number): number | undefined {
  switch (detail.command) {
    case 'pause':
      return detail.for === undefined ? detail.untilMs : givenAtMs + detail.for * 1_000;
    case 'exclude':
      return latestEnd(detail.untilMs, givenAtMs) ?? givenAtMs + (detail.for ?? EXCLUDED_FOR_SECONDS) * 1_000;
    case 'open_window':
      return (
        latestEnd(detail.untilMs, givenAtMs) ?? givenAtMs + (detail.for ?? HELD_OPEN_FOR_SECONDS) * 1_000
      );
    case 'set_mode':
      if (detail.mode === 'auto') return undefined;
      return latestEnd(detail.untilMs, givenAtMs) ?? givenAtMs + (detail.for ?? MODE_SET_FOR_SECONDS) * 1_000;
    default:
      return undefined;
  }
}

/** What must end ends, whatever unit someone took an end to be in. */
function latestEnd(untilMs: number | undefined, givenAtMs: number): number | undefined {
  return untilMs === undefined ? undefined : Math.min(untilMs, givenAtMs + LONGEST_CONTROL_SECONDS * 1_000);
}
