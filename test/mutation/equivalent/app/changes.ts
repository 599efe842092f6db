import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const appChanges: readonly EquivalentMutant[] = [
  {
    path: 'functions/app/changes/record-changes.ts',
    context: 'const { components = [], isMeans = () => true } = makers[index] ?? {};',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'each event has its makers; the compiler cannot know',
  },
  {
    path: 'functions/app/changes/record-changes.ts',
    context: 'const records = names.length > 0 ? await store.readComponents(names) : [];',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text is the record of no component',
  },
  {
    path: 'functions/app/changes/record-changes.ts',
    context: 'if (delivery === undefined || resource === undefined) return { components: [] };',
    original: 'delivery === undefined',
    replacement: 'false',
    reason: 'no component has a resource of no delivery; the compiler takes no undefined',
  },
];
