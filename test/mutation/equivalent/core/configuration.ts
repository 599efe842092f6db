import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const coreConfiguration: readonly EquivalentMutant[] = [
  {
    path: 'functions/core/configuration/alarm-sources.ts',
    context: 'return expression !== undefined && /^\\s*SELECT\\b.*\\bGROUP\\s+BY\\b/is.test(expression);',
    original: 'expression !== undefined',
    replacement: 'true',
    reason: 'the pattern reads undefined as a word that is no query; the compiler takes no undefined',
  },
  {
    path: 'functions/core/configuration/mode-of.ts',
    context: "return MODES.find((mode) => modes.includes(mode)) ?? 'auto';",
    original: "'auto'",
    replacement: '""',
    reason: 'the settings always have a mode; the compiler cannot know that it is among the modes',
  },
  {
    path: 'functions/core/configuration/yaml/yaml-slips.ts',
    context: '/^(.*?[[{,](?:\\s*(?:[A-Za-z_][\\w-]*:\\s+)?(?=[@`%|>])|(?=#)))([^,}\\]]+)/.exec(line) ?? [];',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'only what comes after the first element is read',
  },
];
