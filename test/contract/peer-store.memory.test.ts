import { createMemoryWatchdogStore } from '../../functions/adapters/memory/watchdog-store.ts';
import { peerStoreContract } from './peer-store.contract.ts';

peerStoreContract('memory', async () => createMemoryWatchdogStore());
