import type { HeldBackStore } from '../../ports/held-back-store.ts';
import type { HeldBackOptions } from './held-back.ts';

/** Loaded with its first use: where everything is in auto mode, nothing is held back. */
export function lazyHeldBack(options: HeldBackOptions): HeldBackStore {
  let loaded: Promise<HeldBackStore> | undefined;
  const heldBack = () => {
    loaded ??= import('./held-back.ts').then(({ createHeldBack }) => createHeldBack(options));
    return loaded;
  };
  return {
    observe: async (...given) => await (await heldBack()).observe(...given),
    propose: async (...given) => await (await heldBack()).propose(...given),
    readHeldBack: async (...given) => await (await heldBack()).readHeldBack(...given),
    listObservations: async (...given) => await (await heldBack()).listObservations(...given),
    listProposals: async (...given) => await (await heldBack()).listProposals(...given),
    noteProposalNotified: async (...given) => await (await heldBack()).noteProposalNotified(...given),
    addApproval: async (...given) => await (await heldBack()).addApproval(...given),
    endProposal: async (...given) => await (await heldBack()).endProposal(...given),
    noteRecovery: async (...given) => await (await heldBack()).noteRecovery(...given),
  };
}
