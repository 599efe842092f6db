import type { AnalyzeBatchDeps } from '../../../functions/app/analyze/analyze-batch.ts';

const unused = async () => {
  throw new Error('no component has a profile');
};

/** For `analyze` without profiles. */
export const NO_RUNBOOKS: AnalyzeBatchDeps['runbooks'] = {
  resolveTargets: unused,
  send: unused,
  listInvocations: unused,
};

const unasked = async () => {
  throw new Error('no component has a monitor, or changes');
};

/** For `analyze` without monitors and changes. */
export const NO_MONITORS: Pick<AnalyzeBatchDeps, 'monitorFunctions' | 'samples' | 'changes'> = {
  monitorFunctions: { measure: unasked },
  samples: { list: unasked },
  changes: { listChanges: unasked },
};
