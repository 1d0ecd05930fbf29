/** Emulated operation → what its caller has to be allowed, by scope. A test holds that no operation is missing. */
import type { Rows } from '../need.ts';
import { acm } from './acm.ts';
import { apigateway } from './apigateway.ts';
import { cloudfront } from './cloudfront.ts';
import { codebuild } from './codebuild.ts';
import { dynamodb } from './dynamodb.ts';
import { events } from './events.ts';
import { iam } from './iam.ts';
import { lambda } from './lambda.ts';
import { logs } from './logs.ts';
import { route53 } from './route53.ts';
import { s3 } from './s3.ts';
import { secretsmanager } from './secretsmanager.ts';
import { sqs } from './sqs.ts';
import { ssm } from './ssm.ts';
import { states } from './states.ts';
import { sts } from './sts.ts';

export const NEEDS: Record<string, Rows> = {
  acm,
  apigateway,
  cloudfront,
  codebuild,
  dynamodb,
  events,
  iam,
  lambda,
  logs,
  route53,
  s3,
  secretsmanager,
  sqs,
  ssm,
  states,
  sts,
};
