import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { ComponentRecord, FleetRecord } from '../../core/admission/records.ts';
import { aliases, encodeItem } from './item.ts';

/** True for a record that nobody has changed since it was read; revision 0 stands for "not there". */
export function unchanged(record: ComponentRecord | FleetRecord): string {
  return record.revision === 0 ? 'attribute_not_exists(pk)' : '#revision = :revision';
}

/** The condition on which a record of this revision is saved: the one on record is that before it. */
export function followsRevision(revision: number): Partial<PutItemCommandInput> {
  return {
    ...(revision === 1
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: '#revision = :before',
          ExpressionAttributeNames: aliases('revision'),
          ExpressionAttributeValues: encodeItem({ ':before': revision - 1 }),
        }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}
