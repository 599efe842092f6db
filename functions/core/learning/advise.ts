import type { CompiledConfiguration } from '../configuration/compiled.ts';
import type { Strategy } from '../configuration/schema/schema.ts';
import { targetKindOf } from '../configuration/target-selector.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { Operation } from '../operation/operation.ts';
import type { HealthAlert } from '../signal/health-alert.ts';
import type { ForgottenMarks } from './forgotten.ts';
import { remembered } from './forgotten.ts';
import { type IneffectiveChains, ineffectiveChain } from './ineffective-chain.ts';
import { type JudgedOperation, judged } from './outcome.ts';
import { type KindOf, type Pattern, patternKey, patternsOf } from './pattern.ts';
import { type Preference, rankStrategies } from './rank-strategies.ts';

type Learning = Pick<CompiledConfiguration, 'settings' | 'components'>;

/** What was learned, at one moment. */
export interface Learned {
  /** Oldest first; without what is to be forgotten. */
  readonly operations: readonly JudgedOperation[];
  readonly patterns: readonly Pattern[];
}

/** What is learned for one alert. */
export interface Advice {
  /** The strategies that match, in the order in which they should be tried. */
  readonly strategies: readonly Strategy[];
  readonly preferences: readonly Preference[];
  /** Those without lasting effect on the component. */
  readonly ineffective: IneffectiveChains;
}

/** Which kind of target a configured component has. */
function kindsIn({ components }: Pick<Learning, 'components'>): KindOf {
  return (name) => {
    const component = Object.hasOwn(components, name) ? components[name] : undefined;
    return component && targetKindOf(component.targets);
  };
}

/** Learns from operations, whatever the mode. */
export function learnedFrom(
  configuration: Learning,
  operations: readonly Operation[],
  forgotten: ForgottenMarks,
  nowMs: number,
): Learned {
  const { learning } = configuration.settings;
  const kindOf = kindsIn(configuration);
  const own = remembered(judged(operations, learning, nowMs), forgotten, kindOf);
  return { operations: own, patterns: patternsOf(own, kindOf, learning, nowMs) };
}

/** Changes neither which strategies there are nor what they may do: only the order of interchangeable ones. */
export function advise(
  configuration: Learning,
  alert: HealthAlert,
  matching: readonly Strategy[],
  { operations, patterns }: Learned,
  nowMs: number,
): Advice {
  const { component } = alert;
  const { learning } = configuration.settings;
  const kind = kindsIn(configuration)(component);
  if (!kind) return { strategies: matching, preferences: [], ineffective: new Map() };
  const { rootCause: cause } = diagnose(alert);
  const byKey = new Map(patterns.map((pattern) => [patternKey(pattern), pattern]));
  const ineffective = matching.flatMap(({ id: strategyId }) => {
    const chain = ineffectiveChain(operations, { component, cause, strategyId }, learning, nowMs);
    return chain ? [[strategyId, chain] as const] : [];
  });
  return {
    ...rankStrategies(matching, { cause, kind }, byKey, learning),
    ineffective: new Map(ineffective.filter(([, { eligibleAtMs }]) => eligibleAtMs > nowMs)),
  };
}
