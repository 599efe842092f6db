import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const appWatchdog: readonly EquivalentMutant[] = [
  {
    path: 'functions/app/watchdog/mesh-status.ts',
    context: "return meshStatusOf(vantagePoints[0]?.name ?? '', peers, records, shards);",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'the schema asks for one vantage point at least; the compiler cannot know',
  },
  {
    path: 'functions/app/watchdog/watch-minute.ts',
    context: "const vantagePoint = input.vantagePoint ?? vantagePoints[0]?.name ?? '';",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'the schema asks for one vantage point at least; the compiler cannot know',
  },
  {
    path: 'functions/app/watchdog/watch-minute.ts',
    context: "const vantagePoint = input.vantagePoint ?? vantagePoints[0]?.name ?? '';",
    original: 'vantagePoints[0]?.name',
    replacement: 'vantagePoints[0].name',
    reason: 'the schema asks for one vantage point at least; the compiler cannot know',
  },
  {
    path: 'functions/app/watchdog/watch-minute.ts',
    context: 'if (waitMs > 0) await clock.sleep(waitMs);',
    original: 'waitMs > 0',
    replacement: 'waitMs >= 0',
    reason: 'sleeping for no time is the same as not sleeping',
  },
  {
    path: 'functions/app/watchdog/watch-round.ts',
    context: 'if (announcements.length === 0) return true;',
    original: 'true',
    replacement: 'false',
    reason:
      'where nothing is announced, nothing is pending, and what is pending is all that the answer decides about',
  },
];
