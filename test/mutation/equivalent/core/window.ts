import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const coreWindow: readonly EquivalentMutant[] = [
  {
    path: 'functions/core/window/opening-hours.ts',
    context:
      "const beginsOn = (dayMs: WallMs) => days.includes(WEEKDAYS[new Date(dayMs).getUTCDay()] ?? 'sun');",
    original: "'sun'",
    replacement: '""',
    reason: 'a date has one of seven weekdays, which are all listed; the compiler cannot know',
  },
  {
    path: 'functions/core/window/opening-hours.ts',
    context: '.filter((atMs) => atMs > fromMs && isOpenAt(window, atMs) !== isOpen);',
    original: 'atMs > fromMs',
    replacement: 'atMs >= fromMs',
    reason: 'at that instant itself, the hours are as they are, so it is filtered out as no change',
  },
];
