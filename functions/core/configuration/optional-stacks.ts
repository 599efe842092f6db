import { watchedSeries } from '../analysis/component-series.ts';
import { investigates } from '../investigation/is-used.ts';
import type { CompiledConfiguration } from './compiled.ts';

/** The stacks that a configuration may do without, and what each is for. */
export const OPTIONAL_STACKS = {
  SelfhealAnalysis: 'series to watch',
  SelfhealGraph: 'discovered dependencies',
  SelfhealInvestigation: 'evidence to be read after failures',
  SelfhealWebhook: 'webhook',
  SelfhealChannels: 'channels',
  SelfhealApprovals: 'approvals by Slack or links',
} as const;

export type OptionalStack = keyof typeof OPTIONAL_STACKS;

/** Which of them a configuration uses; the others are deployed empty. */
export function usedStacks(configuration: CompiledConfiguration): ReadonlySet<OptionalStack> {
  const { components, settings } = configuration;
  const { webhook, channels } = settings.notify;
  return new Set<OptionalStack>([
    ...(watchedSeries(components).length > 0 ? (['SelfhealAnalysis'] as const) : []),
    ...(settings.graph ? (['SelfhealGraph'] as const) : []),
    ...(investigates(configuration) ? (['SelfhealInvestigation'] as const) : []),
    ...(webhook ? (['SelfhealWebhook'] as const) : []),
    ...(Object.keys(channels).length > 0 ? (['SelfhealChannels'] as const) : []),
    ...(settings.approvals ? (['SelfhealApprovals'] as const) : []),
  ]);
}
