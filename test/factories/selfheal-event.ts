type Detail = Readonly<Record<string, unknown>>;

const envelope = (detailType: string, detail: Detail, id: string, time = '2026-11-22T13:30:00Z') => ({
  id,
  source: 'selfheal',
  'detail-type': detailType,
  time,
  detail,
});

/** A `Selfheal Signal` as EventBridge delivers it. */
export const signalEvent = (detail: Detail, id = 'event-1') => envelope('Selfheal Signal', detail, id);

/** A `Selfheal Control`: pause or resume. @param time of the event, ISO 8601 */
export const controlEvent = (detail: Detail, time?: string) =>
  envelope('Selfheal Control', detail, 'event-1', time);
