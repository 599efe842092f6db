import type { EquivalentMutant } from '../equivalent-mutant.ts';

export const appApprovals: readonly EquivalentMutant[] = [
  {
    path: 'functions/app/approvals/decide-proposal.ts',
    context: "case 'proposed':",
    original: "case 'proposed':\n      return undefined;",
    replacement: "case 'proposed':",
    reason: 'a function that returns nothing returns undefined; the compiler wants it written',
  },
  {
    path: 'functions/app/approvals/decide-proposal.ts',
    context: "case 'admitted':",
    original: "'admitted'",
    replacement: '""',
    reason: 'read again, the proposal says the same',
  },
  {
    path: 'functions/app/approvals/link-request.ts',
    context: "const read = readLink(await linkKey.read(), request.query.get('t') ?? '', clock.nowMs());",
    original: "''",
    replacement: '"Stryker was here!"',
    reason: 'neither is a signed link',
  },
  {
    path: 'functions/app/approvals/notify-approvers.ts',
    context: 'const chat = channel === undefined ? undefined : settings.notify.channels[channel];',
    original: 'channel === undefined',
    replacement: 'false',
    reason: 'no channel has no name; the compiler takes no undefined',
  },
  {
    path: 'functions/app/approvals/notify-approvers.ts',
    context:
      "if (channel !== undefined && body) await deps.channels.deliver([{ channel, request: 'tell', body }]);",
    original: 'channel !== undefined && body',
    replacement: 'channel !== undefined || body',
    reason: 'only of a channel there is a body; the compiler cannot know',
  },
  {
    path: 'functions/app/approvals/notify-approvers.ts',
    context:
      "if (channel !== undefined && body) await deps.channels.deliver([{ channel, request: 'tell', body }]);",
    original: 'channel !== undefined',
    replacement: 'true',
    reason: 'only of a channel there is a body; the compiler cannot know',
  },
  {
    path: 'functions/app/approvals/notify-approvers.ts',
    context: `return [\`Denied by \${end?.by} at \${new Date(end?.atMs ?? nowMs).toISOString()}\`];`,
    original: 'end?.by',
    replacement: 'end.by',
    reason: 'what was denied has an end; the compiler cannot know',
  },
  {
    path: 'functions/app/approvals/notify-approvers.ts',
    context: `return [\`Denied by \${end?.by} at \${new Date(end?.atMs ?? nowMs).toISOString()}\`];`,
    original: 'end?.atMs',
    replacement: 'end.atMs',
    reason: 'what was denied has an end; the compiler cannot know',
  },
  {
    path: 'functions/app/approvals/overtaken.ts',
    context: 'if (bySame !== undefined || byAny === undefined) return bySame;',
    original: 'byAny === undefined',
    replacement: 'false',
    reason: 'without a repair, its absence is returned later, too',
  },
  {
    path: 'functions/app/approvals/refuse-attempt.ts',
    context: 'let limitedMinute = -1;',
    original: '-1',
    replacement: '+1',
    reason: 'no request arrives in the first two minutes of 1970',
  },
];
