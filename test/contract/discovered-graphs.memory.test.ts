import { createMemoryDiscoveredGraphs } from '../../functions/adapters/memory/discovered-graphs.ts';
import { discoveredGraphsContract } from './discovered-graphs.contract.ts';

discoveredGraphsContract('memory', async () => createMemoryDiscoveredGraphs());
