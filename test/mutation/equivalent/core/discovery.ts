import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const coreDiscovery: readonly EquivalentMutant[] = [
  {
    path: 'functions/core/discovery/component-names.ts',
    context: 'const byName = Map.groupBy(addresses, ({ name }) => name.toLowerCase());',
    original: 'name.toLowerCase()',
    replacement: 'name.toUpperCase()',
    reason: 'it is folded only to be compared, and everything in the same way',
  },
  {
    path: 'functions/core/discovery/component-names.ts',
    context: 'services: readonly EcsAddresses[] = [],',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text is the address of no service',
  },
  {
    path: 'functions/core/discovery/component-names.ts',
    context: 'if (id === undefined || region !== home.region) return [];',
    original: 'id === undefined',
    replacement: 'false',
    reason: 'without an identifier there is no region, either, and home always has one',
  },
  {
    path: 'functions/core/discovery/component-names.ts',
    context: 'if (id === undefined || region !== home.region) return [];',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'nothing is claimed under a text that names no kind of thing',
  },
  {
    path: 'functions/core/discovery/traced-dependencies.ts',
    context: 'else for (const further of byId.get(next)?.calls ?? []) met.add(further);',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'no service has a text as its id, so it leads nowhere',
  },
  {
    path: 'functions/core/discovery/traced-dependencies.ts',
    context: 'for (const { by } of [caller, callee]) if (by !== undefined) known.sources.add(by);',
    original: 'by !== undefined',
    replacement: 'true',
    reason: 'of the sources, only those with a name are kept in the end',
  },
];
