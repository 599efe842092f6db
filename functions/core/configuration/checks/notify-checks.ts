import type { Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';

/** A failed repair calls a person; the topic may have subscribers that the file does not name, so this only warns. */
export function checkNotify({ isComplete, settings }: ReadableParts): readonly Finding[] {
  if (!isComplete || !settings) return [];
  const { architect, webhook, channels } = settings.notify;
  const isCalled = Object.values(channels).some(({ topics }) => topics.includes('architect'));
  if (architect.length > 0 || webhook || isCalled) return [];
  return [
    {
      severity: 'warning',
      code: 'nobody-notified',
      path: ['settings', 'notify', 'architect'],
      value: architect,
      message:
        'nobody is notified of failed repairs: `settings.notify` names no address of the architect, no webhook and no channel for them',
      remedy: 'Add an address to `settings.notify.architect`, or a channel to `settings.notify.channels`.',
    },
  ];
}
