/** An event as targets receive it. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** Whole seconds, UTC. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

/** What PutEvents takes. */
export interface EventEntry {
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
  readonly resources?: readonly string[];
}

/** The envelope that the bus puts around an entry. */
export function envelope(entry: EventEntry, id: string, nowMs: number): BusEvent {
  return {
    version: '0',
    id,
    'detail-type': entry.detailType,
    source: entry.source,
    account: '000000000000',
    time: `${new Date(nowMs).toISOString().slice(0, 19)}Z`,
    region: 'us-east-1',
    resources: entry.resources ?? [],
    detail: JSON.parse(JSON.stringify(entry.detail)),
  };
}
