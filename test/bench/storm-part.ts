import { startDynamoDbLocal } from '../../local/dynamodb-local/server.ts';
import { runStorm, type StormOptions, type StormResult } from './storm.ts';

type Storms = readonly Omit<StormOptions, 'endpoint' | 'concurrency' | 'events'>[];

const STORMS: Storms = [
  { name: 'one component', components: 1, fleetLimit: 3 },
  { name: '200 components, 3 at once', components: 200, fleetLimit: 3 },
  { name: '200 components, 100 at once', components: 200, fleetLimit: 100 },
  {
    name: '200 in groups of 20, 3 at once, 1 a group, each done after 0.1 s',
    components: 200,
    fleetLimit: 3,
    groupLimit: 1,
    operationsTakeMs: 100,
  },
];

/** Storms through triage's use case against DynamoDB Local, which serialises writes as the service does. */
export async function measureStorms(
  events: number,
  concurrency: number,
  progress: (line: string) => void,
): Promise<readonly StormResult[]> {
  const { endpoint, stop } = await startDynamoDbLocal();
  try {
    const results: StormResult[] = [];
    for (const storm of STORMS) {
      results.push(await runStorm({ ...storm, endpoint, concurrency, events }));
      progress(`storm, ${storm.name}: ${results.at(-1)?.seconds.toFixed(1)} s`);
    }
    return results;
  } finally {
    await stop();
  }
}
