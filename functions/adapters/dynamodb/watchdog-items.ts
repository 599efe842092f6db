import type {
  PutItemCommandInput,
  QueryCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { peer } from '../../core/configuration/schema/peer-schema.ts';
import { lazily } from '../../core/lazily.ts';
import {
  ESCALATION_ACTIONS,
  ESCALATION_SEVERITIES,
  PEER_STATUSES,
  type PeerState,
  UNHEALTHY_STATUSES,
} from '../../core/watchdog/ladder.ts';
import { isMissReason, type MissReason } from '../../core/watchdog/miss-reason.ts';
import type { RegisteredPeer } from '../../core/watchdog/peer.ts';
import type { ShardRecord } from '../../core/watchdog/shard-record.ts';
import type { VantageReport } from '../../core/watchdog/votes.ts';
import { aliases, decodeItem, encodeItem, epochMs, type Item } from './item.ts';
import type { ItemKey } from './keys.ts';

const SHARDS_PARTITION = 'WATCHDOG';
const PEERS_PARTITION = 'WATCHDOG#PEERS';
const SHARD_DIGITS = 4;

/** A response time takes two bytes; this value means that there is none. */
const NO_RESPONSE = 0xffff;

export function shardKey(shard: number): ItemKey {
  return { pk: SHARDS_PARTITION, sk: `SHARD#${String(shard).padStart(SHARD_DIGITS, '0')}` };
}

export function registeredPeerKey(name: string): ItemKey {
  return { pk: PEERS_PARTITION, sk: name };
}

function reportsPartition(shard: number): string {
  return `WATCHDOG#REPORTS#${shard}`;
}

export const shardsQuery = (tableName: string) => partitionQuery(tableName, SHARDS_PARTITION);
export const peersQuery = (tableName: string) => partitionQuery(tableName, PEERS_PARTITION);
export const reportsQuery = (tableName: string, shard: number) =>
  partitionQuery(tableName, reportsPartition(shard));

function partitionQuery(tableName: string, partition: string): QueryCommandInput {
  return {
    TableName: tableName,
    KeyConditionExpression: '#pk = :pk',
    ExpressionAttributeNames: aliases('pk'),
    ExpressionAttributeValues: encodeItem({ ':pk': partition }),
    ConsistentRead: true,
  };
}

/** Only if the previous round is still the one that the record was made from. */
export function saveRoundInput(
  tableName: string,
  record: ShardRecord,
  previousRoundAtMs: number | undefined,
): PutItemCommandInput {
  const isFirst = previousRoundAtMs === undefined;
  return {
    TableName: tableName,
    Item: encodeShard(record),
    ConditionExpression: isFirst ? 'attribute_not_exists(#roundAtMs)' : '#roundAtMs = :previous',
    ExpressionAttributeNames: aliases('roundAtMs'),
    ...(!isFirst && { ExpressionAttributeValues: encodeItem({ ':previous': previousRoundAtMs }) }),
  };
}

export function clearPendingInput(
  tableName: string,
  shard: number,
  roundAtMs: number,
): UpdateItemCommandInput {
  return {
    TableName: tableName,
    Key: encodeItem({ ...shardKey(shard) }),
    UpdateExpression: 'REMOVE #pending',
    ConditionExpression: '#roundAtMs = :round',
    ExpressionAttributeNames: aliases('pending', 'roundAtMs'),
    ExpressionAttributeValues: encodeItem({ ':round': roundAtMs }),
  };
}

const count = z.int().check(z.nonnegative());

/**
 * A peer's state without names, so that a thousand peers in trouble still fit: as in `encodeState`. An older release
 * reads six elements and no more: what is new has an attribute of its own.
 */
const stateTuple = lazily(() =>
  z.pipe(
    z.tuple(
      [z.enum(PEER_STATUSES), count, count, epochMs, z.nullable(epochMs), z.nullable(epochMs)],
      z.unknown(),
    ),
    z.transform(
      ([status, missedCount, restartCount, lastSeenMs, lastRestartMs, healthySinceMs]): PeerState => ({
        status,
        missedCount,
        restartCount,
        lastSeenMs,
        ...(lastRestartMs !== null && { lastRestartMs }),
        ...(healthySinceMs !== null && { healthySinceMs }),
      }),
    ),
  ),
);

const escalation = lazily(() =>
  z.pipe(
    z.object({
      kind: z.literal('escalation'),
      action: z.enum(ESCALATION_ACTIONS),
      severity: z.enum(ESCALATION_SEVERITIES),
      missedCount: count,
      restartCount: count,
      missedFor: z.exactOptional(z.string()),
    }),
    z.transform(({ missedFor, ...rest }) => ({ ...rest, ...(isMissReason(missedFor) && { missedFor }) })),
  ),
);

const step = lazily(() =>
  z.discriminatedUnion('kind', [
    escalation(),
    z.object({ kind: z.literal('recovery'), from: z.enum(UNHEALTHY_STATUSES) }),
    z.object({ kind: z.literal('observer'), change: z.enum(['suspected', 'silent', 'back']) }),
  ]),
);

const shardItem = lazily(() =>
  z.object({
    shard: count,
    roundAtMs: epochMs,
    seenAtMs: epochMs,
    startedAtMs: epochMs,
    totals: z.object({ checks: count, misses: count, restarts: count, isolations: count }),
    peerCount: count,
    states: z._default(z.record(z.string(), stateTuple()), {}),
    missedFor: z._default(z.array(z.string()), []),
    observers: z._default(
      z.record(z.string(), z.object({ silentRounds: count, suspected: z.boolean() })),
      {},
    ),
    roster: z.string(),
    responses: z.optional(z.instanceof(Uint8Array)),
    pending: z._default(z.array(z.object({ subject: z.string(), roundAtMs: epochMs, step: step() })), []),
  }),
);

/** The order in which the reasons of missed heartbeats are kept, without the names. */
function namesIn(states: Readonly<Record<string, PeerState>>): readonly string[] {
  return Object.keys(states).toSorted();
}

/** Nothing empty is written: the item of a shard whose peers are all healthy is two bytes a peer and little else. */
function encodeShard(record: ShardRecord): Item {
  const { states, observers, responses, pending, ...facts } = record;
  const tuples = Object.entries(states).map(([name, state]) => [name, encodeState(state)]);
  const reasons = namesIn(states).map((name) => states[name]?.missedFor ?? '');
  return encodeItem({
    ...shardKey(record.shard),
    ...facts,
    states: tuples.length === 0 ? undefined : Object.fromEntries(tuples),
    missedFor: reasons.every((reason) => reason === '') ? undefined : reasons,
    observers: Object.keys(observers).length === 0 ? undefined : observers,
    roster: responses.roster,
    responses: responses.milliseconds.length === 0 ? undefined : encodeTimes(responses.milliseconds),
    pending: pending.length === 0 ? undefined : pending,
  });
}

/** @throws ItemNotDecodable */
export function decodeShard(item: Item): ShardRecord {
  const { roster, responses, states, missedFor, ...record } = decodeItem(item, shardItem);
  const known = namesIn(states).flatMap((name, index) => {
    const [state, reason] = [states[name], missedFor[index]];
    return state && isMissReason(reason) ? [[name, { ...state, missedFor: reason }] as const] : [];
  });
  return {
    ...record,
    states: { ...states, ...Object.fromEntries(known) },
    responses: { roster, milliseconds: responses ? decodeTimes(responses) : [] },
  };
}

function encodeState(state: PeerState): readonly unknown[] {
  const {
    status,
    missedCount,
    restartCount,
    lastSeenMs,
    lastRestartMs = null,
    healthySinceMs = null,
  } = state;
  return [status, missedCount, restartCount, lastSeenMs, lastRestartMs, healthySinceMs];
}

function encodeTimes(milliseconds: readonly (number | undefined)[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(milliseconds.length * 2));
  for (const [index, time] of milliseconds.entries()) {
    bytes.setUint16(index * 2, time === undefined ? NO_RESPONSE : Math.min(time, NO_RESPONSE - 1));
  }
  return new Uint8Array(bytes.buffer);
}

function decodeTimes(bytes: Uint8Array): (number | undefined)[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength >> 1 }, (_, index) => {
    const time = view.getUint16(index * 2);
    return time === NO_RESPONSE ? undefined : time;
  });
}

/** Why peers were missed. A reason that only a later release knows is left out. */
const missReasons = lazily(() =>
  z.pipe(
    z.record(z.string(), z.string()),
    z.transform((reasons): Readonly<Record<string, MissReason>> => {
      const known = Object.entries(reasons).flatMap(([name, reason]) =>
        isMissReason(reason) ? [[name, reason] as const] : [],
      );
      return Object.fromEntries(known);
    }),
  ),
);

const reportItem = lazily(() =>
  z.object({
    sk: z.string(),
    roundAtMs: epochMs,
    peersAsOfMs: epochMs,
    missed: z._default(z.array(z.string()), []),
    reasons: z.exactOptional(missReasons()),
    unchecked: z._default(z.array(z.string()), []),
  }),
);

/** Unless there is one of a later round: a late invocation must not overwrite it. */
export function saveReportInput(
  tableName: string,
  shard: number,
  report: VantageReport,
): PutItemCommandInput {
  const { vantagePoint, missed, unchecked, reasons, ...times } = report;
  return {
    TableName: tableName,
    Item: encodeItem({
      pk: reportsPartition(shard),
      sk: vantagePoint,
      ...times,
      missed: missed.length === 0 ? undefined : missed,
      reasons,
      unchecked: unchecked.length === 0 ? undefined : unchecked,
    }),
    ConditionExpression: 'attribute_not_exists(#roundAtMs) OR #roundAtMs <= :roundAtMs',
    ExpressionAttributeNames: aliases('roundAtMs'),
    ExpressionAttributeValues: encodeItem({ ':roundAtMs': report.roundAtMs }),
  };
}

/** @throws ItemNotDecodable */
export function decodeReport(item: Item): VantageReport {
  const { sk: vantagePoint, ...report } = decodeItem(item, reportItem);
  return { vantagePoint, ...report };
}

const registeredItem = lazily(() => z.object({ sk: z.string(), definition: peer, registeredAtMs: epochMs }));

export function encodeRegisteredPeer({ name, definition, registeredAtMs }: RegisteredPeer): Item {
  return encodeItem({ ...registeredPeerKey(name), definition, registeredAtMs });
}

/** @throws ItemNotDecodable */
export function decodeRegisteredPeer(item: Item): RegisteredPeer {
  const { sk: name, definition, registeredAtMs } = decodeItem(item, registeredItem);
  return { name, definition, registeredAtMs };
}
