import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { holdsAtSameTime, isOfComponent, type OverrideScope } from '../../core/admission/override.ts';
import type { Override } from '../../core/admission/records.ts';
import { EXCLUSION, MODE_OVERRIDE } from './component-item.ts';
import { FLEET_MODE, GROUP_MODE_PREFIX, GROUP_PAUSE_PREFIX, WINDOW_OPENING_PREFIX } from './fleet-item.ts';
import { aliases, encodeItem } from './item.ts';
import { componentKey, FLEET_KEY, type ItemKey } from './keys.ts';

/** Where an override is kept: with the limits that admission reads, so that it costs no request. */
function placeOf({ kind, name }: OverrideScope): { readonly key: ItemKey; readonly attribute: string } {
  switch (kind) {
    case 'component':
      return { key: componentKey(name), attribute: EXCLUSION };
    case 'component-mode':
      return { key: componentKey(name), attribute: MODE_OVERRIDE };
    case 'mode':
      return { key: FLEET_KEY, attribute: FLEET_MODE };
    case 'group-mode':
      return { key: FLEET_KEY, attribute: `${GROUP_MODE_PREFIX}${name}` };
    case 'group':
      return { key: FLEET_KEY, attribute: `${GROUP_PAUSE_PREFIX}${name}` };
    case 'window':
      return { key: FLEET_KEY, attribute: `${WINDOW_OPENING_PREFIX}${name}` };
  }
}

/** Refused after a later control; and after one of the same time that lets less be healed. */
export function setOverrideInput(
  tableName: string,
  scope: OverrideScope,
  override: Override,
): UpdateItemCommandInput {
  const { key, attribute } = placeOf(scope);
  const isComponent = isOfComponent(scope);
  const holds = holdsAtSameTime(scope, override);
  const spares = holds === 'unless-observe';
  return {
    TableName: tableName,
    Key: encodeItem({ ...key }),
    UpdateExpression: `SET ${isComponent ? '#fence = if_not_exists(#fence, :zero), ' : ''}#override = :override ADD #revision :one`,
    ConditionExpression: [
      'attribute_not_exists(#override)',
      `#override.#givenAtMs ${holds === 'always' ? '<=' : '<'} :given`,
      ...(spares ? ['(#override.#givenAtMs = :given AND NOT #override.#setting.#mode = :strictest)'] : []),
    ].join(' OR '),
    ExpressionAttributeNames: {
      ...aliases(
        ...['revision', 'givenAtMs'],
        ...(isComponent ? ['fence'] : []),
        ...(spares ? ['setting', 'mode'] : []),
      ),
      '#override': attribute,
    },
    ExpressionAttributeValues: encodeItem({
      ':one': 1,
      ':given': override.givenAtMs,
      ':override': override,
      ...(isComponent && { ':zero': 0 }),
      ...(spares && { ':strictest': 'observe' }),
    }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}
