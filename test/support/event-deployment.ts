import type { DeploymentRecord } from '../../domain/deployment.ts';

/** A deployment as events tell of it. */
export const eventDeployment = (change: Partial<DeploymentRecord> = {}): DeploymentRecord => ({
  id: '01JD0000000000000000000001',
  app: 'shop',
  site: 'shop-main',
  number: 3,
  repository: { host: 'github', name: 'acme/shop', url: 'https://github.com/acme/shop' },
  commit: { sha: 'a1b2c3d4'.repeat(5), branch: 'main', message: 'Sell bicycles too\n\nAnd bells.' },
  appRoot: '.',
  status: 'running',
  createdAt: '2026-11-20T10:00:00.000Z',
  startedAt: '2026-11-20T10:00:01.000Z',
  redriveCount: 0,
  ...change,
});
