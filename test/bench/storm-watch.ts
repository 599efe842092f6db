import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { decodeFleet } from '../../functions/adapters/dynamodb/fleet-item.ts';
import { FLEET_KEY } from '../../functions/adapters/dynamodb/keys.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';

interface Most {
  readonly fleet: number;
  readonly group: number;
  readonly samples: number;
}

/** Reads what is in flight again and again, as fast as the table answers, and keeps the most that it saw. */
export function watchInFlight(
  client: DynamoDBClient,
  tableName: string,
  groups: CompiledConfiguration['groups'],
): { readonly stop: () => Promise<Most> } {
  let [fleet, group, samples, isOver] = [0, 0, 0, false];
  const input = {
    TableName: tableName,
    Key: { pk: { S: FLEET_KEY.pk }, sk: { S: FLEET_KEY.sk } },
    ConsistentRead: true,
  };
  const look = async () => {
    const { Item } = await client.send(new GetItemCommand(input));
    samples += 1;
    if (!Item) return;
    const { inFlight } = decodeFleet(Item);
    fleet = Math.max(fleet, inFlight.length);
    for (const { members } of Object.values(groups))
      group = Math.max(group, inFlight.filter((component) => members.includes(component)).length);
  };
  const watching = (async () => {
    while (!isOver) await look();
    await look();
  })();
  return {
    stop: async () => {
      isOver = true;
      await watching;
      return { fleet, group, samples };
    },
  };
}
