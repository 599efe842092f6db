import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { decodeItem, stringSet } from '../../../../functions/adapters/dynamodb/item.ts';

it('decodeItem reads a set of texts in order, since DynamoDB keeps none', () => {
  const item = { pk: { S: 'fleet' }, sk: { S: 'fleet' }, inFlight: { SS: ['web-b', 'api', 'web-a'] } };
  const shape = () => z.object({ inFlight: stringSet() });
  expect(decodeItem(item, shape).inFlight).toEqual(['api', 'web-a', 'web-b']);
});
