import { createMemoryCorrelationStore } from '../../functions/adapters/memory/correlation-store.ts';
import { correlationStoreContract } from './correlation-store.contract.ts';

correlationStoreContract('memory', async () => createMemoryCorrelationStore());
