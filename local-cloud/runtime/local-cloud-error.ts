/** What keeps the local cloud from starting or from loading a template: what was found, and what to do about it. */
export type LocalCloudErrorCode =
  | 'PORT_IN_USE'
  | 'FOLDER_IN_USE'
  | 'STATE_UNREADABLE'
  | 'TEMPLATE_INVALID'
  | 'RESOURCE_UNSUPPORTED'
  | 'RESOURCE_FAILED';

export class LocalCloudError extends Error {
  readonly code: LocalCloudErrorCode;
  readonly remedy: string;

  constructor(code: LocalCloudErrorCode, message: string, remedy: string, options?: ErrorOptions) {
    super(`${message} ${remedy}`, options);
    this.name = code;
    this.code = code;
    this.remedy = remedy;
  }
}
