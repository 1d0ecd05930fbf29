/** StartBuild's idempotency token: within five minutes it answers the same build, whatever became of it. */
import { createHash } from 'node:crypto';
import { AwsError } from '../../protocol/aws-error.ts';
import type { Collection } from '../../runtime/records.ts';
import type { StartedToken } from './records.ts';

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html#CodeBuild-StartBuild-request-idempotencyToken */
const TOKEN_LIFETIME_MS = 5 * 60 * 1000;

interface Tokened {
  idempotencyToken?: string;
}

/** The id of the build that `input`'s token started. Throws InvalidInputException when it was with other parameters. */
export function knownBuild(tokens: Collection<StartedToken>, input: Tokened, now: number): string | undefined {
  const { idempotencyToken: token } = input;
  const known = token === undefined ? undefined : tokens.get(token);
  if (!known || now - known.at >= TOKEN_LIFETIME_MS) return undefined;
  if (known.parameters === hashOf(input)) return known.buildId;
  throw new AwsError('InvalidInputException', `The idempotency token ${token} was used with other parameters`);
}

export function rememberBuild(tokens: Collection<StartedToken>, input: Tokened, buildId: string, now: number): void {
  if (input.idempotencyToken === undefined) return;
  tokens.put(input.idempotencyToken, { buildId, at: now, parameters: hashOf(input) });
}

function hashOf(input: Tokened): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('hex');
}
