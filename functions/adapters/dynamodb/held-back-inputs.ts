import type {
  TransactWriteItem,
  TransactWriteItemsCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { ComponentRecord, FleetRecord, Limits } from '../../core/admission/records.ts';
import { encodeComponent } from './component-item.ts';
import { OBSERVED_COOLDOWN_PREFIX, OBSERVED_PREFIX } from './fleet-item.ts';
import { aliases, encodeItem, type Item } from './item.ts';
import { FLEET_KEY, observationKey } from './keys.ts';
import { unchanged } from './unchanged.ts';

/** Order of the items, and of the reasons when the transaction is cancelled. */
export const HELD_BACK_ITEMS = { record: 0, component: 1, fleet: 2 } as const;

/** The record of what is held back, and the limits as it leaves them, or nothing. */
export function holdBackInput(
  tableName: string,
  requestToken: string,
  record: Item,
  before: Limits,
  after: Limits,
): TransactWriteItemsCommandInput {
  return {
    ClientRequestToken: requestToken,
    TransactItems: [
      { Put: { TableName: tableName, Item: record, ConditionExpression: 'attribute_not_exists(pk)' } },
      putComponent(tableName, before.component, after.component),
      updateFleet(tableName, before.fleet, after.fleet, after.component.component),
    ],
  };
}

/** Gives back what an observed operation would hold; refused if the component or the fleet has changed since it was read. */
export function releaseObservedInput(
  tableName: string,
  requestToken: string,
  before: Limits,
  after: Limits,
): TransactWriteItemsCommandInput {
  return {
    ClientRequestToken: requestToken,
    TransactItems: [
      putComponent(tableName, before.component, after.component),
      updateFleet(tableName, before.fleet, after.fleet),
    ],
  };
}

/** The first recovery stays; one that is older than the alert does not count. */
export function noteRecoveredInput(
  tableName: string,
  operationId: string,
  atMs: number,
): UpdateItemCommandInput {
  return {
    TableName: tableName,
    Key: encodeItem({ ...observationKey(operationId) }),
    UpdateExpression: 'SET #recoveredAtMs = :at',
    ConditionExpression: 'attribute_not_exists(#recoveredAtMs) AND #alert.#occurredAtMs <= :at',
    ExpressionAttributeNames: aliases('recoveredAtMs', 'alert', 'occurredAtMs'),
    ExpressionAttributeValues: encodeItem({ ':at': atMs }),
  };
}

function putComponent(tableName: string, before: ComponentRecord, after: ComponentRecord): TransactWriteItem {
  return {
    Put: {
      TableName: tableName,
      Item: encodeComponent(after),
      ConditionExpression: unchanged(before),
      ...revisionOf(before),
    },
  };
}

function updateFleet(
  tableName: string,
  before: FleetRecord,
  after: FleetRecord,
  unhealthy?: string,
): TransactWriteItem {
  const was = observedAttributes(before);
  const is = observedAttributes(after);
  const sets = Object.entries(is).filter(([name, time]) => was[name] !== time);
  const removals = Object.keys(was).filter((name) => is[name] === undefined);
  const { ExpressionAttributeNames, ExpressionAttributeValues } = revisionOf(before);
  return {
    Update: {
      TableName: tableName,
      Key: encodeItem({ ...FLEET_KEY }),
      UpdateExpression: [
        `ADD #revision :one${unhealthy === undefined ? '' : ', #unhealthy :member'}`,
        clause(
          'SET',
          sets.map((_, index) => `#set${index} = :set${index}`),
        ),
        clause(
          'REMOVE',
          removals.map((_, index) => `#over${index}`),
        ),
      ].join(''),
      ConditionExpression: unchanged(before),
      ExpressionAttributeNames: {
        ...ExpressionAttributeNames,
        ...aliases('revision', ...(unhealthy === undefined ? [] : ['unhealthy'])),
        ...Object.fromEntries(sets.map(([name], index) => [`#set${index}`, name])),
        ...Object.fromEntries(removals.map((name, index) => [`#over${index}`, name])),
      },
      ExpressionAttributeValues: {
        ...ExpressionAttributeValues,
        ...encodeItem({
          ':one': 1,
          ...(unhealthy !== undefined && { ':member': new Set([unhealthy]) }),
          ...Object.fromEntries(sets.map(([, time], index) => [`:set${index}`, time])),
        }),
      },
    },
  };
}

function observedAttributes({ observed }: FleetRecord): Readonly<Record<string, number>> {
  const prefixed = (prefix: string, times: Readonly<Record<string, number>> = {}) =>
    Object.entries(times).map(([name, time]) => [`${prefix}${name}`, time]);
  return Object.fromEntries([
    ...prefixed(OBSERVED_PREFIX, observed?.untilMs),
    ...prefixed(OBSERVED_COOLDOWN_PREFIX, observed?.strategyCooldownUntilMs),
  ]);
}

function clause(keyword: string, parts: readonly string[]): string {
  return parts.length === 0 ? '' : ` ${keyword} ${parts.join(', ')}`;
}

function revisionOf({ revision }: ComponentRecord | FleetRecord) {
  return revision === 0
    ? {}
    : {
        ExpressionAttributeNames: aliases('revision'),
        ExpressionAttributeValues: encodeItem({ ':revision': revision }),
      };
}
