import * as z from 'zod';
import type { Operations } from '../in-process-client.ts';

/** Settings of clusters of ECS: how much CloudWatch collects of them. */
export interface ClusterSettings {
  /** Sets it, as someone else would. */
  readonly set: (cluster: string, insights: string) => void;
  /** What the API changed, oldest first. */
  readonly changes: readonly { readonly cluster: string; readonly from: string; readonly to: string }[];
  readonly operations: Operations;
}

const INSIGHTS = 'containerInsights';

const describeInput = z.object({
  clusters: z.array(z.string()).length(1),
  include: z.tuple([z.literal('SETTINGS')]),
});
const updateInput = z.object({
  cluster: z.string(),
  settings: z.tuple([
    z.object({ name: z.literal(INSIGHTS), value: z.enum(['disabled', 'enabled', 'enhanced']) }),
  ]),
});

/** @param arnOf the ARN of a cluster; `undefined` if there is none of that name */
export function createClusterSettings(arnOf: (cluster: string) => string | undefined): ClusterSettings {
  const insights = new Map<string, string>();
  const changes: { cluster: string; from: string; to: string }[] = [];
  const insightsOf = (cluster: string) => insights.get(cluster) ?? 'disabled';
  const answerOf = (cluster: string) => ({
    clusterArn: arnOf(cluster),
    clusterName: cluster,
    status: 'ACTIVE',
    settings: [{ name: INSIGHTS, value: insightsOf(cluster) }],
  });
  return {
    changes,
    set: (cluster, value) => void insights.set(cluster, value),
    operations: {
      DescribeClusters: (input) => {
        const found = describeInput.parse(input).clusters.filter((name) => arnOf(name) !== undefined);
        return { clusters: found.map(answerOf), failures: [] };
      },
      UpdateClusterSettings: (input) => {
        const { cluster, settings } = updateInput.parse(input);
        const to = settings[0].value;
        const from = insightsOf(cluster);
        if (from !== to) changes.push({ cluster, from, to });
        insights.set(cluster, to);
        return { cluster: answerOf(cluster) };
      },
    },
  };
}
