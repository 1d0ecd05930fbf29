/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html */
import { need, type Rows } from '../need.ts';

interface AssumeRole {
  RoleArn?: string;
  RoleSessionName?: string;
  ExternalId?: string;
}

export const sts: Rows = {
  // "No permissions are required to perform this operation", even where it is denied.
  GetCallerIdentity: [],
  AssumeRole: [
    need('sts:AssumeRole', ({ RoleArn = '' }: AssumeRole) => RoleArn, {
      context: ({ RoleSessionName, ExternalId }: AssumeRole) => ({
        ...(RoleSessionName && { 'sts:rolesessionname': RoleSessionName }),
        ...(ExternalId && { 'sts:externalid': ExternalId }),
      }),
    }),
  ],
};
