import type { PutItemCommandInput, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type {
  Announcement,
  Baseline,
  BaselineShard,
  ComponentBaselines,
} from '../../core/analysis/baseline.ts';
import type { WaitingRow } from '../../core/analysis/read-window.ts';
import { TIERS } from '../../core/detection/detector.ts';
import { lazily } from '../../core/lazily.ts';
import type { VersionedShard } from '../../ports/baseline-store.ts';
import { aliases, decodeItem, encodeItem, epochMs, type Item } from './item.ts';
import { expiresAtSeconds, type ItemKey } from './keys.ts';

const PARTITION = 'BASELINES';
const SHARD_DIGITS = 4;

export function baselineKey(shard: number): ItemKey {
  // A partition of its own for each: all of them are written within seconds of each other.
  return { pk: `${PARTITION}#${String(shard).padStart(SHARD_DIGITS, '0')}`, sk: 'STATE' };
}

/** A record that runs no longer write holds components that are gone. */
const KEPT_DAYS = 30;

export interface ShardWrite {
  readonly record: BaselineShard;
  readonly version: string;
  readonly previous: string | undefined;
}

export function saveShardInput(
  tableName: string,
  { record, version, previous }: ShardWrite,
): PutItemCommandInput {
  const isFirst = previous === undefined;
  return {
    TableName: tableName,
    Item: encodeShard(record, version),
    ConditionExpression: isFirst ? 'attribute_not_exists(#version)' : '#version = :previous',
    ExpressionAttributeNames: aliases('version'),
    ...(!isFirst && { ExpressionAttributeValues: encodeItem({ ':previous': previous }) }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

export function keepPendingInput(
  tableName: string,
  { shard, version, pending }: { shard: number; version: string; pending: readonly Announcement[] },
): UpdateItemCommandInput {
  const isEmpty = pending.length === 0;
  return {
    TableName: tableName,
    Key: encodeItem({ ...baselineKey(shard) }),
    UpdateExpression: isEmpty ? 'REMOVE #pending' : 'SET #pending = :pending',
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: aliases('pending', 'version'),
    ExpressionAttributeValues: encodeItem({
      ':version': version,
      ':pending': isEmpty ? undefined : JSON.stringify(pending),
    }),
  };
}

function encodeShard(record: BaselineShard, version: string): Item {
  const { shard, savedAtMs, components, pending } = record;
  const encoded = Object.entries(components).map(([name, { series, episode, profile, injected }]) => {
    const entries = Object.entries(series);
    const opens = entries.flatMap(([key, { open }]) => (open ? [[key, open] as const] : []));
    const waits = entries.flatMap(([key, { waiting }]) =>
      waiting ? [[key, encodeRows(waiting)] as const] : [],
    );
    return [
      name,
      {
        series: Object.fromEntries(entries.map(([key, baseline]) => [key, encodeBaseline(baseline)])),
        ...(opens.length > 0 && { open: Object.fromEntries(opens) }),
        ...(waits.length > 0 && { waiting: Object.fromEntries(waits) }),
        ...(episode && { episode }),
        // As text: a third of the size, and nobody asks for a part of it.
        ...(profile && { profile: JSON.stringify(profile) }),
        ...(injected && { injected: JSON.stringify(injected) }),
      },
    ];
  });
  return encodeItem({
    ...baselineKey(shard),
    shard,
    version,
    savedAtMs,
    expiresAt: expiresAtSeconds(savedAtMs, KEPT_DAYS),
    components: Object.fromEntries(encoded),
    // As text: what it holds is for others, and may change its shape.
    ...(pending.length > 0 && { pending: JSON.stringify(pending) }),
  });
}

/**
 * Before the detector's state stand the fingerprint and these numbers. Attributes of their own would double the size of
 * a small state.
 */
const NUMBERS = ['readUntilMs', 'watchedSinceMs', 'atMs', 'value', 'expected', 'score'] as const;
const FINGERPRINT_BYTES = 8;
const HEADER_BYTES = FINGERPRINT_BYTES + 8 * NUMBERS.length;

function encodeBaseline({ fingerprint, packed, readUntilMs, watchedSinceMs, last }: Baseline): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + packed.length);
  bytes.set(Buffer.from(fingerprint, 'hex'));
  const numbers: Partial<Record<(typeof NUMBERS)[number], number>> = {
    readUntilMs,
    watchedSinceMs,
    ...last,
  };
  const view = new DataView(bytes.buffer);
  for (const [index, name] of NUMBERS.entries()) {
    view.setFloat64(FINGERPRINT_BYTES + 8 * index, numbers[name] ?? Number.NaN);
  }
  bytes.set(packed, HEADER_BYTES);
  return bytes;
}

const baselineBytes = z.pipe(
  z.instanceof(Uint8Array).check(z.refine((bytes) => bytes.length >= HEADER_BYTES)),
  z.transform((bytes): Baseline => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const [readUntilMs = 0, watchedSinceMs = 0, atMs = 0, value = 0, expected = 0, score = 0] = NUMBERS.map(
      (_, index) => view.getFloat64(FINGERPRINT_BYTES + 8 * index),
    );
    return {
      fingerprint: Buffer.from(bytes.subarray(0, FINGERPRINT_BYTES)).toString('hex'),
      readUntilMs,
      watchedSinceMs,
      ...(!Number.isNaN(atMs) && {
        last: {
          atMs,
          score,
          ...(!Number.isNaN(value) && { value }),
          ...(!Number.isNaN(expected) && { expected }),
        },
      }),
      packed: bytes.slice(HEADER_BYTES),
    };
  }),
);

/** Numbers of 64 bits: how many make a row, then the rows, each with its time first. */
function encodeRows(rows: readonly WaitingRow[]): Uint8Array {
  const cells = rows.flatMap(({ atMs, values }) => [atMs, ...values]);
  const numbers = [cells.length / Math.max(1, rows.length), ...cells];
  const bytes = new Uint8Array(8 * numbers.length);
  const view = new DataView(bytes.buffer);
  for (const [index, number] of numbers.entries()) view.setFloat64(8 * index, number);
  return bytes;
}

const rowsBytes = z.pipe(
  z.instanceof(Uint8Array).check(z.refine((bytes) => bytes.length >= 8 && bytes.length % 8 === 0)),
  z.transform((bytes): readonly WaitingRow[] => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const numbers = Array.from({ length: bytes.length / 8 }, (_, index) => view.getFloat64(8 * index));
    const [width = 1, ...cells] = numbers;
    return Array.from({ length: Math.floor(cells.length / width) }, (_, row) => {
      const [atMs = 0, ...values] = cells.slice(row * width, (row + 1) * width);
      return { atMs, values };
    });
  }),
);

const tier = z.enum(TIERS);
const openAnomaly = z.object({
  sinceMs: epochMs,
  tier,
  atMs: epochMs,
  score: z.number(),
  value: z.exactOptional(z.number()),
  expected: z.exactOptional(z.number()),
  part: z.exactOptional(z.int()),
});
const episode = z.object({
  sinceMs: epochMs,
  level: z.enum(['notify', 'signal']),
  tier,
  metric: z.string(),
  announcedAtMs: epochMs,
  count: z.int(),
});
const announcement = z.object({
  about: z.string(),
  atMs: epochMs,
  signal: z.exactOptional(z.record(z.string(), z.unknown())),
  notification: z.exactOptional(z.object({ subject: z.string(), body: z.record(z.string(), z.unknown()) })),
});
const json = z.pipe(
  z.string(),
  z.transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.issues.push({ code: 'custom', message: 'not JSON', input: text });
      return z.NEVER;
    }
  }),
);
const pendingText = z.pipe(json, z.array(announcement));
const profileRow = z.object({
  atMs: epochMs,
  values: z.record(z.string(), z.number()),
  missing: z.exactOptional(z.string()),
});
const injectedText = z.pipe(
  json,
  z.array(z.object({ metric: z.string(), value: z.number(), points: z.int() })),
);
const profileText = z.pipe(
  json,
  z.object({
    requests: z.array(z.object({ commandId: z.string(), sinceMs: epochMs })),
    requestedAtMs: epochMs,
    installedAtMs: z.exactOptional(epochMs),
    latest: z.record(z.string(), profileRow),
  }),
);

const shardItem = lazily(() =>
  z.object({
    shard: z.int(),
    version: z.string(),
    savedAtMs: epochMs,
    components: z.record(
      z.string(),
      z.object({
        series: z.record(z.string(), baselineBytes),
        open: z._default(z.record(z.string(), openAnomaly), {}),
        waiting: z._default(z.record(z.string(), rowsBytes), {}),
        episode: z.exactOptional(episode),
        profile: z.exactOptional(profileText),
        injected: z.exactOptional(injectedText),
      }),
    ),
    pending: z._default(pendingText, []),
  }),
);

/** @throws ItemNotDecodable */
export function decodeShard(item: Item): VersionedShard {
  const { version, components, ...record } = decodeItem(item, shardItem);
  const decoded = Object.entries(components).map(([name, { series, open, waiting, ...more }]) => {
    const baselines = Object.entries(series).map(([key, baseline]) => {
      const anomaly = open[key];
      const rows = waiting[key];
      const whole = { ...baseline, ...(anomaly && { open: anomaly }), ...(rows && { waiting: rows }) };
      return [key, whole] as const;
    });
    return [name, { ...more, series: Object.fromEntries(baselines) } satisfies ComponentBaselines] as const;
  });
  return { version, record: { ...record, components: Object.fromEntries(decoded) } };
}
