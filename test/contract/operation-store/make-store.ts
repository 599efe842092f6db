import type { OperationStore } from '../../../functions/ports/operation-store.ts';

/** An empty store. Called once for each test, one test at a time. */
export type MakeStore = () => Promise<OperationStore>;
