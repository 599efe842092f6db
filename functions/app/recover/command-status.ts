import { KERNEL_LOOK_DOCUMENT } from '../../core/diagnosis/kernel/kernel-look-request.ts';
import { isTerminal } from '../../core/operation/command-outcome.ts';
import { type DenialDeps, notingDenials } from '../denials.ts';
import * as runCommand from '../executors/run-command.ts';
import type { KeepKernelLookDeps } from './keep-kernel-look.ts';
import { type SettleDeps, type Settlement, settleInspected } from './settle-step.ts';

/** The list of invocations is eventually consistent: looked at a few times before it is left to the reconciler. */
const LOOKS = 4;
const PAUSE_MILLISECONDS = 500;

export interface CommandStatusDeps extends SettleDeps, KeepKernelLookDeps {
  readonly store: SettleDeps['store'] & KeepKernelLookDeps['store'] & DenialDeps['store'];
  readonly runbooks: SettleDeps['runbooks'] &
    KeepKernelLookDeps['runbooks'] &
    runCommand.RunCommandInspectDeps['runbooks'];
}

/** What a status event says of a command. */
export interface CommandStatusChange {
  readonly commandId: string;
  readonly document: string;
  readonly status: string;
}

/**
 * Handles one status event of SSM Run Command. The command itself is looked up, since the event may be old or
 * incomplete.
 */
export async function commandStatus(
  deps: CommandStatusDeps,
  change: CommandStatusChange,
): Promise<Settlement> {
  if (!isTerminal(change.status)) return 'running';
  return await notingDenials(deps, async () => {
    if (change.document !== KERNEL_LOOK_DOCUMENT) return await settled(deps, change);
    const { keepKernelLook } = await import('./keep-kernel-look.ts');
    return await keepKernelLook(deps, change.commandId);
  });
}

async function settled(deps: CommandStatusDeps, change: CommandStatusChange): Promise<Settlement> {
  for (let look = 1; look <= LOOKS; look += 1) {
    const { commandId: id } = change;
    const inspection = await runCommand.inspect(deps, id);
    const { settlement } = await settleInspected(deps, { executor: 'run_command', id }, inspection);
    if (settlement !== 'running' || look === LOOKS) return settlement;
    await deps.clock.sleep(PAUSE_MILLISECONDS * look);
  }
  return 'running';
}
