import type { Home } from '../../../functions/core/signal/home.ts';

type Detail = Readonly<Record<string, unknown>>;

/** Where Selfheal is deployed in tests of its parts: where AWS's sample events come from. */
export const HOME: Home = { account: '123456789012', region: 'us-east-1' };

/** Sources that are listened to unless a configuration says otherwise: for signals, and for controls and peers. */
export const MONITOR = 'selfheal.monitor';
export const OPERATOR = 'selfheal.operator';

const envelope = (
  source: string,
  detailType: string,
  detail: Detail,
  id: string,
  time = '2026-11-22T13:30:00Z',
) => ({ ...HOME, id, source, 'detail-type': detailType, time, detail });

/** A `Selfheal Signal` as EventBridge delivers it. */
export const signalEvent = (detail: Detail, id = 'event-1') =>
  envelope('selfheal', 'Selfheal Signal', detail, id);

/** A `Selfheal Control`: pause or resume. @param time of the event, ISO 8601 */
export const controlEvent = (detail: Detail, time?: string) =>
  envelope(OPERATOR, 'Selfheal Control', detail, 'event-1', time);

/** A `Selfheal Approval`: approve or deny. @param time of the event, ISO 8601 */
export const approvalEvent = (detail: Detail, id: string, time?: string) =>
  envelope(OPERATOR, 'Selfheal Approval', detail, id, time);
