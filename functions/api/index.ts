import middy from '@middy/core';
import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { createApi } from './app.ts';
import { apiPorts } from './wiring.ts';

export const handler = middy<LambdaEvent>().handler(handle(createApi(apiPorts)));
