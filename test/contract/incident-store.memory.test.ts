import { createMemoryIncidentStore } from '../../functions/adapters/memory/incident-store.ts';
import { incidentStoreContract } from './incident-store.contract.ts';

incidentStoreContract('memory', async () => createMemoryIncidentStore());
