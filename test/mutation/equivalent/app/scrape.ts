import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const appScrape: readonly EquivalentMutant[] = [
  {
    path: 'functions/app/scrape/scrape.ts',
    context: '? configuration.components[component]?.monitors',
    original: 'configuration.components[component]?.monitors',
    replacement: 'configuration.components[component].monitors',
    reason: 'the line before has asked whether there is one; the compiler cannot know',
  },
];
