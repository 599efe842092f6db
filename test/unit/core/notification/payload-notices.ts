import type { Notice } from '../../../../functions/core/notification/notice.ts';

/** Every part that a notice may have, with the characters to which some vendor gives a meaning. */
export const CRITICAL = {
  title: 'web: the attempts are spent',
  urgency: 'critical',
  component: 'web',
  message: 'a < b & c > d, *twice*',
  task: 'Architect: repair web by hand.',
  facts: [
    { name: 'Cause', value: 'memory-exhaustion' },
    { name: 'Reported', value: String.raw`[97 %] of C:\ram*` },
  ],
  done: ['heal-0 start: SUCCEEDED', 'verify-0 verify: FAILED'],
  left: ['i-b: untouched'],
  links: [
    { label: 'Graph & alarm', url: 'https://aws.example/?a=1&b=2|3' },
    { label: 'Runbook', url: 'https://wiki.example/web' },
  ],
  incident: { key: 'selfheal-1-r-web', change: 'open' },
} as const satisfies Notice;

/** Next to nothing. */
export const INFO = {
  title: 'Look at web',
  urgency: 'info',
  message: 'It may be slow.',
  facts: [],
  done: [],
  left: [],
  links: [],
} as const satisfies Notice;

export const RESOLVED = {
  ...INFO,
  title: 'web has recovered',
  component: 'web',
  message: 'The alarm is OK.',
  incident: { key: 'selfheal-1-r-web', change: 'resolve' },
} as const satisfies Notice;

/** Cut between the halves of the last character at a limit, where `before` is what a vendor puts in front of it. */
export function endingInHalf(
  limit: number,
  before: string,
): { readonly whole: string; readonly cut: string } {
  const text = 'x'.repeat(limit - before.length - 1);
  return { whole: `${text}\u{1F6A8}`, cut: `${before}${text}\uFFFD` };
}
