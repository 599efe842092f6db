import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const coreLearning: readonly EquivalentMutant[] = [
  {
    path: 'functions/core/learning/advise.ts',
    context: 'return chain ? [[strategyId, chain] as const] : [];',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text has no time until which a strategy waits, so it is filtered out again',
  },
  {
    path: 'functions/core/learning/outcome.ts',
    context: 'const isBack = (begun.get(faultOf(operation)) ?? []).some(',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'an operation is always among those of its own fault; the compiler cannot know',
  },
  {
    path: 'functions/core/learning/pattern.ts',
    context: '.toSorted((a, b) => b.samples - a.samples || (patternKey(a) < patternKey(b) ? -1 : 1));',
    original: 'patternKey(a) < patternKey(b)',
    replacement: 'patternKey(a) <= patternKey(b)',
    reason: 'each pattern has a key of its own, by which they were grouped',
  },
  {
    path: 'functions/core/learning/pattern.ts',
    context: '.flatMap((own) => (own[0] ? [patternOf(own[0].pattern, own, settings, nowMs)] : []))',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a group has a first member; the compiler cannot know',
  },
  {
    path: 'functions/core/learning/rank-strategies.ts',
    context: 'if (strategy) ranked[place] = strategy;',
    original: 'strategy',
    replacement: 'true',
    reason: 'there is a strategy for each place; the compiler cannot know',
  },
];
