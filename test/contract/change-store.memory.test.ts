import { createMemoryChangeStore } from '../../functions/adapters/memory/change-store.ts';
import { changeStoreContract } from './change-store.contract.ts';

changeStoreContract('memory', async () => createMemoryChangeStore());
