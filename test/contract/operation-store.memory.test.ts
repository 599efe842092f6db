import { createMemoryOperationStore } from '../../functions/adapters/memory/operation-store.ts';
import { operationStoreContract } from './operation-store.contract.ts';

operationStoreContract('memory', async () => createMemoryOperationStore(), 200);
