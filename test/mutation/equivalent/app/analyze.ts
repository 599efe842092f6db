import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const appAnalyze: readonly EquivalentMutant[] = [
  {
    path: 'functions/app/analyze/analyze.ts',
    context: 'return [];',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'the report of a run has no list of what was done, which is what a part of a round returns',
  },
  {
    path: 'functions/app/analyze/analyze-batch.ts',
    context: 'if (!notification) continue;',
    original: '!notification',
    replacement: 'false',
    reason: 'what has none was left out above; the compiler cannot know',
  },
  {
    path: 'functions/app/analyze/gather-joint.ts',
    context: "return profile && source.kind === 'profile' ? profileRead(profile, source) : undefined;",
    original: "profile && source.kind === 'profile'",
    replacement: "profile || source.kind === 'profile'",
    reason:
      'what is read with another series is a column of a profile that was read; the compiler cannot know',
  },
  {
    path: 'functions/app/analyze/gather-joint.ts',
    context: "return profile && source.kind === 'profile' ? profileRead(profile, source) : undefined;",
    original: "profile && source.kind === 'profile'",
    replacement: 'true',
    reason:
      'what is read with another series is a column of a profile that was read; the compiler cannot know',
  },
  {
    path: 'functions/app/analyze/gather-joint.ts',
    context: "return profile && source.kind === 'profile' ? profileRead(profile, source) : undefined;",
    original: "source.kind === 'profile'",
    replacement: 'true',
    reason:
      'what is read with another series is a column of a profile that was read; the compiler cannot know',
  },
  {
    path: 'functions/app/analyze/gather-joint.ts',
    context: "if (!window || source.kind !== 'joint' || !isGathered(source)) return [];",
    original: "source.kind !== 'joint'",
    replacement: 'false',
    reason: 'what is gathered is joint: `isGathered` looks at the kind too; the compiler cannot know',
  },
  {
    path: 'functions/app/analyze/profiles.ts',
    context: "service: component.service ?? '',",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'a profile without a service is refused with the configuration; the compiler cannot know',
  },
  {
    path: 'functions/app/analyze/profiles.ts',
    context: 'if (!component) continue;',
    original: '!component',
    replacement: 'false',
    reason: 'profiles are collected of components of the same configuration; the compiler cannot know',
  },
  {
    path: 'functions/app/analyze/profiles.ts',
    context: 'for (const { atMs, value } of answer.points.get(column) ?? [])',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text has no time, so it is not before the end of any answer, and is left out below',
  },
  {
    path: 'functions/app/analyze/read-changes.ts',
    context:
      'watched.followsChanges && deps.configuration.components[watched.component]?.changes !== undefined,',
    original: 'deps.configuration.components[watched.component]?.changes',
    replacement: 'deps.configuration.components[watched.component].changes',
    reason: 'what is watched belongs to a component of the same configuration; the compiler cannot know',
  },
  {
    path: 'functions/app/analyze/read-changes.ts',
    context: 'if (read) all.set(plan, { ...read, changesMs });',
    original: 'read',
    replacement: 'true',
    reason: 'the series are those of what was read; the compiler cannot know',
  },
  {
    path: 'functions/app/analyze/read-changes.ts',
    context: 'const { holdSeconds = 0 } = deps.configuration.components[component]?.changes ?? {};',
    original: 'deps.configuration.components[component]?.changes',
    replacement: 'deps.configuration.components[component].changes',
    reason: 'what is watched belongs to a component of the same configuration; the compiler cannot know',
  },
  {
    path: 'functions/app/analyze/read-changes.ts',
    context: '.flatMap(({ endedAtMs }) => (endedAtMs === undefined ? [] : [endedAtMs]))',
    original: 'endedAtMs === undefined',
    replacement: 'false',
    reason: 'a change that has succeeded has ended; the compiler cannot know',
  },
  {
    path: 'functions/app/analyze/read-monitors.ts',
    context: 'if (!first) return [];',
    original: '!first',
    replacement: 'false',
    reason: 'a group has a member; the compiler cannot know',
  },
  {
    path: 'functions/app/analyze/read-monitors.ts',
    context: 'if (!first) return [];',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a group has a member; the compiler cannot know',
  },
];
