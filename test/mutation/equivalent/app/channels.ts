import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const appChannels: readonly EquivalentMutant[] = [
  {
    path: 'functions/app/channels/announce.ts',
    context: "if (incident?.change === 'resolve' && verdict?.announce === 'nothing') return [];",
    original: 'verdict?.announce',
    replacement: 'verdict.announce',
    reason: 'a notice of an incident has a verdict; the compiler cannot know',
  },
  {
    path: 'functions/app/channels/in-its-incident.ts',
    context: 'if (!change || component === undefined) return notice;',
    original: 'component === undefined',
    replacement: 'false',
    reason: 'what is of no component has no neighbourhood, either; the compiler takes no undefined',
  },
  {
    path: 'functions/app/channels/notify-channels.ts',
    context: '} catch {',
    original: '{\n    return undefined;\n  }',
    replacement: '{}',
    reason: 'what is no JSON stays undefined, which is no object',
  },
  {
    path: 'functions/app/channels/resolve-recovered.ts',
    context: "record.component !== undefined && (record.status === 'open' || !record.announced),",
    original: 'record.component !== undefined',
    replacement: 'true',
    reason: 'no component has a key without one; the compiler cannot know',
  },
  {
    path: 'functions/app/channels/resolve-recovered.ts',
    context: "const found = new Map<string, 'open' | 'over'>(shared.map(({ key }) => [key, 'open']));",
    original: "'open'",
    replacement: '""',
    reason: 'it is only asked which are over',
  },
  {
    path: 'functions/app/channels/resolve-recovered.ts',
    context: 'if (shared.length === 0) return found;',
    original: 'shared.length === 0',
    replacement: 'false',
    reason: 'without one, no board is read and nothing is found',
  },
  {
    path: 'functions/app/channels/resolve-recovered.ts',
    context: 'const likely = new Set(shared.flatMap(({ component }) => inUse.get(component) ?? []));',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a board that nobody has written is read as an empty one',
  },
  {
    path: 'functions/app/channels/resolve-recovered.ts',
    context: 'if (settled.length === 0) return () => false;',
    original: '() => false',
    replacement: '() => undefined',
    reason: 'neither is over',
  },
  {
    path: 'functions/app/channels/resolve-recovered.ts',
    context: 'if (!fleet) return () => false;',
    original: '() => false',
    replacement: '() => undefined',
    reason: 'neither is over',
  },
];
