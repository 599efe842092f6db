import { createMemoryApprovalStore } from '../../functions/adapters/memory/approval-store.ts';
import { approvalStoreContract } from './approval-store.contract.ts';

approvalStoreContract('memory', async () => createMemoryApprovalStore());
