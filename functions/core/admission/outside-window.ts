import type { CompiledConfiguration } from '../configuration/compiled.ts';
import type { Window } from '../configuration/schema.ts';
import type { Severity } from '../signal/severity.ts';
import { closedReason, isOpenAt, opensAtMs } from '../window/opening-hours.ts';
import type { Refusal } from './refusal.ts';

/** How often the opening of one window is looked for in another. */
const MOST_LOOKS = 100;

type Windows = Pick<CompiledConfiguration, 'settings' | 'windows' | 'groups' | 'components'>;
type NamedWindow = readonly [name: string, window: Window];

/** The windows of the settings, of a component's group and of the component: all of them have to be open. */
export function windowsOf(component: string, configuration: Windows): readonly NamedWindow[] {
  const { settings, windows, groups, components } = configuration;
  const own = components[component];
  const group = own?.group === undefined ? undefined : groups[own.group];
  const names = new Set([settings.window, group?.window, own?.window]);
  return [...names].flatMap((name): readonly NamedWindow[] => {
    const window = name === undefined ? undefined : windows[name];
    return name === undefined || window === undefined ? [] : [[name, window]];
  });
}

/** `undefined` if every window of the component is open, or lets alerts of this severity through. */
export function windowRefusal(
  component: string,
  severity: Severity,
  configuration: Windows,
  nowMs: number,
): Refusal | undefined {
  const binding = windowsOf(component, configuration).filter(
    ([, { exempt }]) => !exempt.some((urgent) => urgent === severity),
  );
  const closed = binding.find(([, window]) => !isOpenAt(window, nowMs));
  if (!closed) return undefined;
  const [name, window] = closed;
  const reason = closedReason(window, nowMs);
  const eligibleAtMs = allOpenAtMs(
    binding.map(([, each]) => each),
    nowMs,
  );
  return {
    reason: 'OUTSIDE_WINDOW',
    detail: `window ${name} is closed${reason === undefined ? '' : `: ${reason}`}`,
    ...(eligibleAtMs !== undefined && { eligibleAtMs }),
  };
}

/** When all windows are open for the first time; `undefined` if that is not within sight. */
function allOpenAtMs(windows: readonly Window[], fromMs: number): number | undefined {
  let atMs = fromMs;
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const openings = windows.map((window) => opensAtMs(window, atMs));
    if (openings.some((opening) => opening === undefined)) return undefined;
    const latestMs = Math.max(...openings.map((opening) => opening ?? atMs));
    if (latestMs === atMs) return atMs;
    atMs = latestMs;
  }
  return undefined;
}
