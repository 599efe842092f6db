import { describe, expect, it } from 'vitest';
import {
  denialsQuery,
  noteDenialInput,
  noteDenialNotifiedInput,
} from '../../../../functions/adapters/dynamodb/denial-inputs.ts';
import {
  addUnhealthyInput,
  dropUnhealthyInput,
  endReportsInput,
  forgetAlertsInput,
  keepQueueInput,
  noteExhaustionNotifiedInput,
  noteReportInput,
  setPauseInput,
  setTimeLimitInput,
} from '../../../../functions/adapters/dynamodb/limits-inputs.ts';
import { setOverrideInput } from '../../../../functions/adapters/dynamodb/override-inputs.ts';
import type { OverrideScope } from '../../../../functions/core/admission/override.ts';
import type { Override } from '../../../../functions/core/admission/records.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const AT = { N: String(NOON) };
const ONE = { N: '1' };
const WEB = { pk: { S: 'COMPONENT#web' }, sk: { S: 'LIMITS' } };
const FLEET = { pk: { S: 'FLEET' }, sk: { S: 'LIMITS' } };
const FENCE = '#fence = if_not_exists(#fence, :zero)';
const ALL_OLD = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };

/** Each name under its alias. */
const named = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [`#${name}`, name]));

function update(
  Key: object,
  [UpdateExpression, ConditionExpression]: readonly [string, string?],
  ExpressionAttributeNames: object,
  ExpressionAttributeValues: object,
) {
  return {
    ...{ TableName: 'heal', Key, UpdateExpression, ExpressionAttributeNames, ExpressionAttributeValues },
    ...(ConditionExpression !== undefined && { ConditionExpression }),
  };
}

describe('the input of a write to the limits of a component', () => {
  it('notes once that all attempts are spent', () => {
    expect(noteExhaustionNotifiedInput('heal', 'web', NOON)).toEqual({
      ...update(
        WEB,
        [
          `SET ${FENCE}, #exhaustionNotifiedAtMs = :at ADD #revision :one`,
          'attribute_not_exists(#exhaustionNotifiedAtMs)',
        ],
        named('fence', 'exhaustionNotifiedAtMs', 'revision'),
        { ':zero': { N: '0' }, ':one': ONE, ':at': AT },
      ),
      ...ALL_OLD,
    });
  });

  it('forgets alerts while nothing is reported, and answers what is left', () => {
    expect(forgetAlertsInput('heal', 'web')).toEqual({
      ...update(
        WEB,
        [
          'REMOVE #failuresMs, #exhaustionNotifiedAtMs ADD #revision :one',
          'attribute_not_exists(#reportedBy) AND (attribute_exists(#failuresMs) OR attribute_exists(#exhaustionNotifiedAtMs))',
        ],
        named('failuresMs', 'exhaustionNotifiedAtMs', 'reportedBy', 'revision'),
        { ':one': ONE },
      ),
      ...{ ReturnValues: 'ALL_NEW', ...ALL_OLD },
    });
  });

  const ofAnomalies = { '#sentMs': 'reportedAtMs#anomaly' };

  it('notes a report, and what an anomaly is on', () => {
    const noted = (more: string, names: readonly string[], values: object) =>
      update(
        WEB,
        [
          `SET ${FENCE}, #reportedAtMs = :at, #sentMs = :at${more} ADD #revision :one, #reportedBy :member`,
          'NOT contains(#reportedBy, :name) OR attribute_not_exists(#sentMs) OR #sentMs < :at',
        ],
        { ...named('fence', 'reportedBy', 'reportedAtMs', 'revision', ...names), ...ofAnomalies },
        {
          ...{ ':zero': { N: '0' }, ':one': ONE, ':at': AT, ':name': { S: 'anomaly' } },
          ...{ ':member': { SS: ['anomaly'] }, ...values },
        },
      );
    expect(noteReportInput('heal', 'web', 'anomaly', NOON, undefined)).toEqual(noted('', [], {}));
    expect(noteReportInput('heal', 'web', 'anomaly', NOON, 'lag')).toEqual(
      noted(', #anomalyMetric = :metric', ['anomalyMetric'], { ':metric': { S: 'lag' } }),
    );
  });

  it('ends one report, or all of them', () => {
    const names = named('reportedBy', 'revision');
    expect(endReportsInput('heal', 'web', undefined)).toEqual(
      update(WEB, ['REMOVE #reportedBy ADD #revision :one', 'attribute_exists(#reportedBy)'], names, {
        ':one': ONE,
      }),
    );
    expect(endReportsInput('heal', 'web', 'anomaly')).toEqual(
      update(
        WEB,
        ['REMOVE #sentMs DELETE #reportedBy :member ADD #revision :one', 'contains(#reportedBy, :name)'],
        { ...names, ...ofAnomalies },
        { ':one': ONE, ':name': { S: 'anomaly' }, ':member': { SS: ['anomaly'] } },
      ),
    );
  });
});

describe('the input of a write to the limits of the fleet', () => {
  it('keeps the queue, or removes it', () => {
    const names = named('queue', 'revision');
    expect(keepQueueInput('heal', undefined)).toEqual(
      update(FLEET, ['REMOVE #queue ADD #revision :one'], names, { ':one': ONE }),
    );
    expect(keepQueueInput('heal', { next: [], length: 1, validUntilMs: NOON })).toEqual(
      update(FLEET, ['SET #queue = :queue ADD #revision :one'], names, {
        ':one': ONE,
        ':queue': { M: { next: { L: [] }, length: ONE, validUntilMs: AT } },
      }),
    );
  });

  it('adds an unhealthy component that is no member, and drops one that is', () => {
    const names = named('revision', 'unhealthy');
    const values = { ':one': ONE, ':name': { S: 'web' }, ':member': { SS: ['web'] } };
    expect(addUnhealthyInput('heal', 'web')).toEqual(
      update(
        FLEET,
        ['ADD #revision :one, #unhealthy :member', 'NOT contains(#unhealthy, :name)'],
        names,
        values,
      ),
    );
    expect(dropUnhealthyInput('heal', 'web')).toEqual(
      update(
        FLEET,
        ['ADD #revision :one DELETE #unhealthy :member', 'contains(#unhealthy, :name)'],
        names,
        values,
      ),
    );
  });

  it('pauses after controls of the same time, and resumes only after earlier ones', () => {
    const given = (change: string, isLater: string, more: object) => ({
      ...update(
        FLEET,
        [`${change} ADD #revision :one`, `attribute_not_exists(#controlledAtMs) OR ${isLater}`],
        named('pause', 'controlledAtMs', 'revision'),
        { ':one': ONE, ':given': AT, ...more },
      ),
      ...ALL_OLD,
    });
    expect(setPauseInput('heal', undefined, NOON)).toEqual(
      given('SET #controlledAtMs = :given REMOVE #pause', '#controlledAtMs < :given', {}),
    );
    expect(setPauseInput('heal', { reason: 'r', sinceMs: NOON }, NOON)).toEqual(
      given('SET #controlledAtMs = :given, #pause = :pause', '#controlledAtMs <= :given', {
        ':pause': { M: { reason: { S: 'r' }, sinceMs: AT } },
      }),
    );
  });

  it('sets the limit of an isolation, or removes it while it is due', () => {
    const limit = {
      ...({ component: 'web', targets: ['i-1'], dueAtMs: NOON, limitSeconds: 300 } as const),
      afterLimit: 'lift' as const,
    };
    expect(setTimeLimitInput('heal', 'op-1', limit, undefined)).toEqual(
      update(
        FLEET,
        ['SET #limit = :limit ADD #revision :one'],
        { ...named('revision'), '#limit': 'timeLimit#op-1' },
        {
          ':one': ONE,
          ':limit': {
            M: {
              ...{ component: { S: 'web' }, targets: { L: [{ S: 'i-1' }] }, dueAtMs: AT },
              ...{ limitSeconds: { N: '300' }, afterLimit: { S: 'lift' } },
            },
          },
        },
      ),
    );
    expect(setTimeLimitInput('heal', 'op-1', undefined, NOON)).toEqual(
      update(
        FLEET,
        ['REMOVE #limit ADD #revision :one', '#limit.#dueAtMs = :due'],
        { ...named('revision', 'dueAtMs'), '#limit': 'timeLimit#op-1' },
        { ':one': ONE, ':due': AT },
      ),
    );
  });
});

describe('the input of what a person sets', () => {
  const setting = { reason: 'r', sinceMs: NOON };
  const input = (scope: OverrideScope, override: Override) => {
    const { Key, UpdateExpression, ConditionExpression, ...rest } = setOverrideInput('heal', scope, override);
    return [Key?.['pk']?.S, UpdateExpression, ConditionExpression, rest.ExpressionAttributeNames];
  };
  const SET = 'SET #override = :override ADD #revision :one';
  const NEW = 'attribute_not_exists(#override) OR #override.#givenAtMs';
  const names = (attribute: string, ...more: readonly string[]) => ({
    ...{ ...named('revision', 'givenAtMs', ...more), '#override': attribute },
  });

  it.each([
    [{ kind: 'group', name: 'shop' }, 'groupPause#shop', '<='],
    [{ kind: 'window', name: 'day' }, 'windowOpening#day', '<'],
  ] as const)('is kept with the fleet: %o', (scope, attribute, since) => {
    const expected = ['FLEET', SET, `${NEW} ${since} :given`, names(attribute)];
    expect(input(scope, { givenAtMs: NOON, setting })).toEqual(expected);
  });

  it('is kept with its component, which it may create', () => {
    expect(setOverrideInput('heal', { kind: 'component', name: 'web' }, { givenAtMs: NOON })).toEqual({
      ...update(
        WEB,
        [`SET ${FENCE}, #override = :override ADD #revision :one`, `${NEW} < :given`],
        names('exclusion', 'fence'),
        {
          ...{ ':one': ONE, ':given': AT, ':zero': { N: '0' } },
          ':override': { M: { givenAtMs: AT } },
        },
      ),
      ...ALL_OLD,
    });
  });

  it('lets a mode of the same time stand that is stricter', () => {
    const mode = { ...setting, mode: 'propose' as const };
    const either = ' OR (#override.#givenAtMs = :given AND NOT #override.#setting.#mode = :strictest)';
    const spares = names('groupMode#shop', 'setting', 'mode');
    const scope = { kind: 'group-mode', name: 'shop' } as const;
    expect(input(scope, { givenAtMs: NOON, setting: mode })).toEqual([
      ...['FLEET', SET, `${NEW} < :given${either}`, spares],
    ]);
  });
});

describe('the input of a missing permission', () => {
  const key = (role: string) => ({ pk: { S: 'DENIALS' }, sk: { S: `${role}#s3:GetObject` } });

  it('is noted again after a day, and then not as notified', () => {
    const denial = { action: 's3:GetObject', resource: 'bucket', role: 'act' };
    expect(noteDenialInput('heal', 30, denial, NOON)).toEqual(
      update(
        key('act'),
        [
          'SET #action = :action, #resource = :resource, #role = :role, #notedAtMs = :notedAtMs, #expiresAt = :expiresAt REMOVE #notifiedAtMs',
          'attribute_not_exists(#notedAtMs) OR #notedAtMs < :since',
        ],
        named('action', 'resource', 'role', 'notedAtMs', 'expiresAt', 'notifiedAtMs'),
        {
          ...{ ':action': { S: 's3:GetObject' }, ':resource': { S: 'bucket' }, ':role': { S: 'act' } },
          ...{ ':notedAtMs': AT, ':expiresAt': { N: String(NOON / 1_000 + 2_592_000) } },
          ':since': { N: String(NOON - 86_400_000) },
        },
      ),
    );
    const { Key, UpdateExpression } = noteDenialInput('heal', 30, { action: 's3:GetObject' }, NOON);
    expect(Key).toEqual(key('unknown'));
    expect(UpdateExpression).toBe(
      'SET #action = :action, #notedAtMs = :notedAtMs, #expiresAt = :expiresAt REMOVE #notifiedAtMs',
    );
  });

  it('is marked as notified while it is on record, and read consistently', () => {
    expect(noteDenialNotifiedInput('heal', { action: 's3:GetObject', role: 'act' }, NOON)).toEqual(
      update(
        key('act'),
        ['SET #notifiedAtMs = :at', 'attribute_exists(#notedAtMs)'],
        named('notedAtMs', 'notifiedAtMs'),
        { ':at': AT },
      ),
    );
    expect(denialsQuery('heal')).toEqual({
      ...{ TableName: 'heal', KeyConditionExpression: '#pk = :pk', ConsistentRead: true },
      ...{ ExpressionAttributeNames: named('pk'), ExpressionAttributeValues: { ':pk': { S: 'DENIALS' } } },
    });
  });
});
