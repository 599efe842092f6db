import { createMemoryBaselineStore } from '../../functions/adapters/memory/baseline-store.ts';
import { baselineStoreContract } from './baseline-store.contract.ts';

baselineStoreContract('memory', async () => createMemoryBaselineStore());
