/** What the rest of Towpath needs of Git hosts. */
export { gitHost } from './hosts.ts';
export { reportStatus, statusContext } from './report.ts';
export { type SendOptions, send } from './send.ts';
export type { CommitStatus, GitHost, Headers, HostRequest, Ignored, Push } from './types.ts';
