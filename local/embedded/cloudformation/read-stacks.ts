import type { EmbeddedCloudOptions } from '../embedded-cloud-options.ts';
import { readStackResources, type StackResources } from './stack-resources.ts';
import type { SelfhealTemplates } from './synthesize.ts';

/**
 * The resources to deploy besides alarms, by the names of the stacks: first the engine’s, from which all others may import.
 *
 * @throws UnknownResource
 */
export function readStacks(
  { engine, watchdog, analysis, graph, investigation, channels, approvals }: SelfhealTemplates,
  options: Pick<EmbeddedCloudOptions, 'watchdog' | 'outside'>,
): ReadonlyMap<string, StackResources> {
  const others = {
    ...(options.watchdog === true && { SelfhealWatchdog: watchdog }),
    ...(analysis && { SelfhealAnalysis: analysis }),
    ...(graph && { SelfhealGraph: graph }),
    ...(investigation && { SelfhealInvestigation: investigation }),
    ...(options.outside && { SelfhealChannels: channels }),
    ...(approvals && { SelfhealApprovals: approvals }),
  };
  return new Map([
    ['SelfhealEngine', readStackResources(engine)],
    ...Object.entries(others).map(
      ([name, template]) => [name, readStackResources(template, [engine])] as const,
    ),
  ]);
}
