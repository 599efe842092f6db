import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const appOperate: readonly EquivalentMutant[] = [
  {
    path: 'functions/app/operate/change-learned.ts',
    context: 'return one.revision === other.revision && one.backups.at(-1)?.by === other.backups.at(-1)?.by;',
    original: 'other.backups.at(-1)?.by',
    replacement: 'other.backups.at(-1).by',
    reason: 'a change keeps a backup; the compiler cannot know',
  },
  {
    path: 'functions/app/operate/change-learned.ts',
    context: 'return one.revision === other.revision && one.backups.at(-1)?.by === other.backups.at(-1)?.by;',
    original: 'one.backups.at(-1)?.by',
    replacement: 'one.backups.at(-1).by',
    reason: 'what has the revision of a change has its backup; the compiler cannot know',
  },
  {
    path: 'functions/app/operate/change-learned.ts',
    context:
      "change.kind === 'refresh' ? await outdated(deps) : change.kind === 'reset' ? change.patterns : [];",
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a restore aims at no pattern, and none has that key',
  },
  {
    path: 'functions/app/operate/change-learned.ts',
    context:
      "const fallen = drifts.flatMap(({ kind, patterns }) => (kind === 'FALLING_SUCCESS' ? patterns : []));",
    original: "kind === 'FALLING_SUCCESS'",
    replacement: 'true',
    reason:
      'the only other drift that names patterns names those that are not used, which are forgotten as well',
  },
  {
    path: 'functions/app/operate/change-learned.ts',
    context: "const backupId = after.backups.at(-1)?.id ?? '';",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'a change keeps a backup; the compiler cannot know',
  },
  {
    path: 'functions/app/operate/change-learned.ts',
    context: "const backupId = after.backups.at(-1)?.id ?? '';",
    original: 'after.backups.at(-1)?.id',
    replacement: 'after.backups.at(-1).id',
    reason: 'a change keeps a backup; the compiler cannot know',
  },
  {
    path: 'functions/app/operate/send-control.ts',
    context: 'if (waitMs > 0 && waitMs <= SECOND_MS) await clock.sleep(waitMs);',
    original: 'waitMs > 0',
    replacement: 'waitMs >= 0',
    reason: 'to sleep for no time is not to sleep',
  },
  {
    path: 'functions/app/operate/send-control.ts',
    context: 'const [component] = isOfComponent(scope) ? await store.readComponents([scope.name]) : [];',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'of another scope, no record of a component is read',
  },
  {
    path: 'functions/app/operate/send-decision.ts',
    context: 'const known = before && [...before.approvals, ...(before.end ? [before.end] : [])];',
    original: '[]',
    replacement: '["Stryker was here"]',
    reason: 'a text is the decision of nobody',
  },
];
