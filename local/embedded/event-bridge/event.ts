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

/** An entry of PutEvents. */
export interface EventEntry {
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
  readonly resources?: readonly string[];
  /** Epoch milliseconds. @default when it was put */
  readonly timeMs?: number;
}

/** An entry of PutEvents that is too large. */
class EntryTooLarge extends Error {
  override readonly name = 'EntryTooLarge';
  readonly code = 'ValidationException';
}

const MAXIMUM_ENTRY_BYTES = 1024 * 1024;
const TIME_BYTES = 14;

/**
 * The envelope that the bus puts around an entry.
 *
 * @throws EntryTooLarge over 1 MiB, by the bytes of its parts
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 */
export function envelope(entry: EventEntry, id: string, nowMs: number): BusEvent {
  const detail = JSON.stringify(entry.detail);
  const parts = [entry.source, entry.detailType, detail, ...(entry.resources ?? [])];
  const timeBytes = entry.timeMs === undefined ? 0 : TIME_BYTES;
  const bytes = parts.reduce((sum, part) => sum + Buffer.byteLength(part), timeBytes);
  if (bytes > MAXIMUM_ENTRY_BYTES)
    throw new EntryTooLarge(
      `${entry.detailType} of ${entry.source}: ${bytes} bytes, ${MAXIMUM_ENTRY_BYTES} are allowed`,
    );
  return {
    version: '0',
    id,
    'detail-type': entry.detailType,
    source: entry.source,
    account: '000000000000',
    time: `${new Date(entry.timeMs ?? nowMs).toISOString().slice(0, 19)}Z`,
    region: 'us-east-1',
    resources: entry.resources ?? [],
    detail: JSON.parse(detail),
  };
}
