type Detail = Readonly<Record<string, unknown>>;

const envelope = (detailType: string, detail: Detail, id: string) => ({
  id,
  source: 'selfheal',
  'detail-type': detailType,
  time: '2026-11-22T13:30:00Z',
  detail,
});

/** A `Selfheal Signal` as EventBridge delivers it. */
export const signalEvent = (detail: Detail, id = 'event-1') => envelope('Selfheal Signal', detail, id);

/** A `Selfheal Control`: pause or resume. */
export const controlEvent = (detail: Detail, id = 'event-1') => envelope('Selfheal Control', detail, id);
