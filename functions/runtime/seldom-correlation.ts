import type { CorrelationStore } from '../ports/correlation-store.ts';
import type { PortBuilder } from './port-builders.ts';

/** Loaded with the first call: only configurations in which alerts can belong together call it. */
export const seldomCorrelation: PortBuilder<'correlation'> = ({ configuration }) => {
  let store: CorrelationStore | undefined;
  const loaded = async () => {
    const { correlationStore } = await import('./correlation-store.ts');
    store ??= correlationStore(configuration.settings.historyRetentionDays);
    return store;
  };
  return {
    readBoards: async (...asked) => await (await loaded()).readBoards(...asked),
    saveBoard: async (...asked) => await (await loaded()).saveBoard(...asked),
    keepEnded: async (...asked) => await (await loaded()).keepEnded(...asked),
    listEnded: async (...asked) => await (await loaded()).listEnded(...asked),
  };
};
