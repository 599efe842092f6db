import type { Notification, Notifier } from '../../../functions/ports/announcers.ts';

export interface RecordedNotification extends Notification {
  readonly atMs: number;
}

/** A notifier that only keeps its notifications, oldest first. */
export interface RecordingNotifier extends Notifier {
  readonly notifications: () => readonly RecordedNotification[];
}

/**
 * @param nowMs the time, in epoch milliseconds
 * @param hand receives each notification as well. @default nobody does
 */
export function createRecordingNotifier(
  nowMs: () => number,
  hand?: (notification: Notification) => void,
): RecordingNotifier {
  const sent: RecordedNotification[] = [];
  return {
    notify: async (notification) => {
      sent.push({ ...structuredClone(notification), atMs: nowMs() });
      hand?.(notification);
    },
    notifications: () => sent,
  };
}
