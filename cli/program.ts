import { Command } from 'commander';
import packageFile from '../package.json' with { type: 'json' };
import { addBaselines } from './commands/baselines.ts';
import { addChanges } from './commands/changes.ts';
import { addCheck } from './commands/check.ts';
import { addCompletion } from './commands/completion.ts';
import { addControls } from './commands/controls.ts';
import { addCost } from './commands/cost.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExport } from './commands/export.ts';
import { addGraph } from './commands/graph.ts';
import { addHeal } from './commands/heal.ts';
import { addHistory } from './commands/history.ts';
import { addIncidents } from './commands/incidents.ts';
import { addInject } from './commands/inject.ts';
import { addIssues } from './commands/issues.ts';
import { addLearned } from './commands/learned.ts';
import { addObservations } from './commands/observations.ts';
import { addOperations } from './commands/operations.ts';
import { addPeers } from './commands/peers.ts';
import { addProfile } from './commands/profile.ts';
import { addApprove, addDeny, addProposals } from './commands/proposals.ts';
import { addReport } from './commands/report.ts';
import { addShow } from './commands/show.ts';
import { addStatus } from './commands/status.ts';
import { addValidate } from './commands/validate.ts';
import { addWhatIf } from './commands/what-if.ts';
import { addWhy } from './commands/why.ts';
import type { Context, End } from './context.ts';
import { EXIT_CODES } from './exit-codes.ts';

const EXITS = Object.values(EXIT_CODES)
  .map(({ code, meaning }) => `  ${String(code).padStart(2)}  ${meaning}`)
  .join('\n');

/** The whole command. Errors are thrown, and nothing exits the process. */
export function createProgram(context: Context, end: End): Command {
  const program = new Command('selfheal')
    .description('Inspects and controls a deployment of Selfheal.')
    .version(packageFile.version, '--version', 'print the version')
    .addHelpText('after', `\nExit codes:\n${EXITS}`)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.out(text.trimEnd()),
      writeErr: (text) => context.err(text.trimEnd()),
    })
    .showSuggestionAfterError()
    .showHelpAfterError('(selfheal help <command> shows the options)');
  const commands = [
    ...[
      addValidate,
      addCost,
      addWhatIf,
      addDoctor,
      addStatus,
      addIssues,
      addCheck,
      addOperations,
      addShow,
      addWhy,
      addHistory,
      addIncidents,
      addReport,
      addExport,
      addBaselines,
      addProfile,
      addInject,
      addPeers,
      addLearned,
      addChanges,
      addGraph,
    ],
    ...[addObservations, addProposals],
    ...[addHeal, addApprove, addDeny, addControls],
  ];
  for (const add of commands) add(program, context, end);
  addCompletion(program, context);
  return program;
}
