import type { Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';

/** Windows that nothing keeps to. Says nothing while some part cannot be read: it might name one. */
export function checkWindows({
  isComplete,
  settings,
  windows,
  groups,
  components,
}: ReadableParts): readonly Finding[] {
  if (!isComplete) return [];
  const used = new Set([settings, ...groups.values(), ...components.values()].map((part) => part?.window));
  return [...windows.keys()]
    .filter((name) => !used.has(name))
    .map((name) => ({
      severity: 'warning',
      code: 'window-without-use',
      path: ['windows', name],
      at: 'key',
      value: name,
      message: 'this window limits nothing: no settings, group or component names it',
      remedy: `Add \`window: ${name}\` to the settings, to groups or to components, or remove the window.`,
    }));
}
